"""Yandex Market's pages and its interface for partners; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.yandex_market import YANDEX_MARKET
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

LIST = "https://market.yandex.ru/card/kruzhka/4400000001/reviews"
API = "https://api.partner.market.yandex.ru/v2/businesses/77/goods-feedback"


def row(number: int = 501, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "author": {"nickname": "Инна П."},
        "rating": 2,
        "descriptor": [{"content": "16 мая"}, {"content": "Опыт использования: несколько дней"}],
        "media": [{"mediaId": "a"}, {"mediaId": "b"}],
        "votes": {"votesAgree": 3, "votesReject": 1},
        "comment": "Остывает",
        "pro": "Лёгкая",
        "contra": "Скол",
        "badges": [{"text": "Проверенный покупатель"}],
        "recommend": False,
        "liteOffer": {"jumpTableParams": [{"name": "Цвет", "value": "белый"}]},
        "analyticsData": {"authorId": "9001", "skuId": "4400000001"},
    } | fields


def patch(*rows: dict[str, Any]) -> str:
    states = {"collections": {"reviewV2": {str(one["id"]): one for one in rows}}}
    return f'<noframes data-apiary="patch">{json.dumps(states, ensure_ascii=False)}</noframes>'


def marked(*reviews: tuple[str, str, str, int]) -> str:
    product = {
        "@type": "Product", "@context": "https://schema.org", "name": "Кружка", "url": LIST,
        "aggregateRating": {"ratingValue": 4.6, "reviewCount": 13, "ratingCount": 24},
        "review": [
            {"@type": "Review", "author": {"@type": "Person", "name": author}, "reviewBody": text,
             "datePublished": day, "reviewRating": {"ratingValue": stars, "bestRating": 5}}
            for author, text, day, stars in reviews
        ],
    }  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(product)}</script>'


def parsed(body: Any, url: str = LIST) -> ParsedPage:
    return YANDEX_MARKET.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field_of_a_page() -> None:
    found = parsed(marked() + patch(row()))
    one = found.reviews[0]
    assert (one.review_id, one.rating) == ("yandex_market:501", 2.0)
    assert (one.text, one.pros, one.cons) == ("Остывает", "Лёгкая", "Скол")
    assert (one.author.id, one.author.name) == ("9001", "Инна П.")
    assert (one.published_at, one.published_raw) == (datetime(2026, 5, 16, tzinfo=UTC), "16 мая")
    assert (one.votes, one.media_count) == (Votes(helpful=3, unhelpful=1), 2)
    assert (one.verified_purchase, one.recommends) == (True, False)
    assert (one.usage_period, one.product, one.url) == ("несколько дней", "Кружка", LIST)
    assert one.extra == {"product_id": "4400000001", "variant": "Цвет: белый"}
    assert (found.claimed_total, found.next_urls, found.problems) == (13, (), ())


def test_a_day_later_than_today_is_of_last_year() -> None:
    found = parsed(patch(row(descriptor=[{"content": "25 декабря"}])))
    assert found.reviews[0].published_at == datetime(2025, 12, 25, tzinfo=UTC)


def test_a_review_that_is_also_marked_up_is_one_with_the_year_of_its_date() -> None:
    twin = ("Инна П.", "Лёгкая Скол Остывает", "2023-05-16", 2)
    other = ("Имя скрыто", "Хорошая кружка, беру вторую", "2024-01-02", 5)
    found = parsed(marked(twin, other) + patch(row()))
    assert [(one.rating, one.published_at) for one in found.reviews] == [
        (2.0, datetime(2023, 5, 16, tzinfo=UTC)), (5.0, datetime(2024, 1, 2, tzinfo=UTC)),
    ]  # fmt: skip
    assert found.reviews[0].review_id == "yandex_market:501"
    assert found.reviews[1].author.name is None


def test_hidden_names_and_missing_marks() -> None:
    bare = row(author={"nickname": "Имя скрыто"}, badges=[], comment="не Проверенный покупатель")
    one = parsed(patch(bare)).reviews[0]
    assert (one.author.name, one.verified_purchase) == (None, None)


def test_broken_patches_and_rows_do_not_lose_the_others() -> None:
    broken = '<noframes data-apiary="patch">{"collections": </noframes>'
    silent = row(502, comment="", pro="", contra="", rating=None)
    found = parsed(broken + patch(silent) + patch(row(503, rating=9)) + patch(row(504)))
    assert [one.review_id for one in found.reviews] == ["yandex_market:503", "yandex_market:504"]
    assert found.problems == (
        "review 1: dropped, neither words nor stars",
        "review 2: rating 9 is outside of 1…5",
    )


def test_a_declared_next_page_is_followed() -> None:
    link = f'<link rel="next" href="{LIST}?page=2">'
    assert parsed(link + patch(row())).next_urls == (f"{LIST}?page=2",)
    assert parsed(link + marked()).next_urls == ()


def test_a_product_without_reviews_is_valid() -> None:
    found = parsed(marked())
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


def test_walls_and_strangers() -> None:
    assert parsed("<title>Вы не робот?</title><p>SmartCaptcha").blocked == "captcha"
    said = ("this is no answer with reviews that yandex_market knows",)
    assert parsed("<p>Привет").problems == said


def feedback(**fields: Any) -> dict[str, Any]:
    return {
        "feedbackId": 9001,
        "createdAt": "2026-05-16T10:00:00+03:00",
        "author": "Олег",
        "identifiers": {"orderId": 5550001, "offerId": "KR-1"},
        "description": {"advantages": "Вид", "disadvantages": "Цена", "comment": "Ничего"},
        "media": {"photos": ["https://x.example/1"], "videos": None},
        "statistics": {"rating": 4, "commentsCount": 2, "recommended": True, "paidAmount": 50},
    } | fields  # fmt: skip


def listed(*rows: Any, token: str = "") -> dict[str, Any]:
    return {"status": "OK", "result": {"feedbacks": rows, "paging": {"nextPageToken": token}}}


def test_every_field_of_a_feedback_and_no_number_of_an_order() -> None:
    found = parsed(listed(feedback(), token="Ab="), f"{API}?limit=50")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.author.name) == ("yandex_market:9001", 4.0, "Олег")
    assert (one.text, one.pros, one.cons) == ("Ничего", "Вид", "Цена")
    assert one.published_at == datetime(2026, 5, 16, 7, tzinfo=UTC)
    assert (one.recommends, one.media_count) == (True, 1)
    assert one.extra == {"product_id": "KR-1", "comment_count": 2, "paid_points": 50}
    assert found.next_urls == (f"{API}?limit=50&pageToken=Ab%3D",)


def test_after_the_last_page_comes_the_half_year_before() -> None:
    first = parsed(listed(feedback()), f"{API}?limit=50")
    assert first.next_urls == (f"{API}?limit=50&dateTimeTo=2025-12-17T12%3A00%3A00%2B00%3A00",)
    second = parsed(listed(feedback()), first.next_urls[0])
    assert second.next_urls == (f"{API}?limit=50&dateTimeTo=2025-06-20T12%3A00%3A00%2B00%3A00",)
    paged = parsed(listed(feedback(), token="c"), second.next_urls[0]).next_urls[0]
    assert "dateTimeTo=2025-06-20" in paged
    assert "pageToken=c" in paged
    assert parsed(listed(), second.next_urls[0]).next_urls == ()


def test_the_period_travels_in_the_body_and_the_key_in_a_header() -> None:
    address = f"{API}?limit=50&dateTimeTo=2025-12-17T12%3A00%3A00%2B00%3A00&pageToken=c"
    sent = YANDEX_MARKET.request(address, "t0ken")
    assert (sent.method, sent.url) == ("POST", f"{API}?limit=50&pageToken=c")
    assert sent.body == b'{"dateTimeTo":"2025-12-17T12:00:00+00:00"}'
    assert dict(sent.headers)["Api-Key"] == "t0ken"
    assert YANDEX_MARKET.request(LIST, "t0ken").headers == ()


@pytest.mark.parametrize(
    ("code", "reason"),
    [("UNAUTHORIZED", "login"), ("FORBIDDEN", "forbidden"), ("LIMIT_EXCEEDED", "rate_limited")],
)
def test_refusals_of_the_interface(code: str, reason: str) -> None:
    refused = {"status": "ERROR", "errors": [{"code": code, "message": "x"}]}
    assert parsed(refused, API).blocked == reason


@pytest.mark.parametrize(
    "url",
    ["https://partner.market.yandex.ru/business/77/opinions", f"{API}?limit=20"],
)
def test_addresses_of_a_business_are_for_the_interface(url: str) -> None:
    assert YANDEX_MARKET.api_urls(url) == (f"{API}?limit=50",)
    with pytest.raises(UsageError, match="OTZVUK_KEY_YANDEX_MARKET"):
        YANDEX_MARKET.start_urls(url)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://market.yandex.ru/card/kruzhka/4400000001?sku=1&uniqueId=2", LIST),
        (LIST, LIST),
        (
            "https://m.market.yandex.ru/product--kruzhka/17000001/spec",
            "https://market.yandex.ru/product--kruzhka/17000001/reviews",
        ),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert YANDEX_MARKET.start_urls(url) == (start,)
    assert YANDEX_MARKET.api_urls(url) == ()


@pytest.mark.parametrize("url", ["https://market.yandex.ru/", "https://shop.example/card/x/12345"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"market\.yandex\.ru/card/"):
        YANDEX_MARKET.start_urls(url)


def test_recognition() -> None:
    assert YANDEX_MARKET.recognises(page(patch(row()), "")) > 0.9
    assert YANDEX_MARKET.recognises(page(json.dumps(listed(feedback())), "")) > 0.8
    assert YANDEX_MARKET.recognises(page('<script type="application/ld+json">{}', "")) == 0.0


def test_a_page_saved_by_a_browser_shows_cards() -> None:
    def card(number: int, words: str, zone: str = "") -> str:
        return f"""<div data-zone-data='{zone}'><div data-auto="review-item"
        id="review-item-{number}"><span data-auto="nickname">Инна</span>
        <span data-auto="created-date">26 июня 2025</span>
        <div data-auto="review-pro">Достоинства: Лёгкая</div>
        <div data-auto="review-description">{words}</div></div></div>"""

    shown = marked(("Инна", "Лёгкая Остывает", "2025-06-26", 2))
    shown += card(501, "Остывает") + card(502, "Бьётся", '{"grade": 1}') + card(503, "", "{")
    found = parsed(shown)
    assert [one.review_id[-3:] for one in found.reviews] == ["501", "502", "503"]
    assert [one.rating for one in found.reviews] == [2.0, 1.0, None]
    one = found.reviews[0]
    assert (one.text, one.pros, one.author.name) == ("Остывает", "Лёгкая", "Инна")
    assert one.published_at == datetime(2025, 6, 26, tzinfo=UTC)


def test_opinions_of_the_former_interface_for_content() -> None:
    answer = {
        "status": "OK",
        "opinions": [
            {"id": 5, "grade": 4, "text": "Остывает", "pros": "Лёгкая", "cons": "Скол",
             "date": "2018-03-04T10:00:00+03:00", "author": {"name": "Инна"},
             "agreeCount": 3, "rejectCount": 1}
        ],
    }  # fmt: skip
    assert YANDEX_MARKET.recognises(page(json.dumps(answer), "")) == 0.9
    one = parsed(answer, "").reviews[0]
    assert (one.review_id, one.rating, one.author.name) == ("yandex_market:5", 4.0, "Инна")
    assert (one.text, one.pros, one.cons) == ("Остывает", "Лёгкая", "Скол")
    assert one.published_at == datetime(2018, 3, 4, 7, tzinfo=UTC)
    assert one.votes == Votes(helpful=3, unhelpful=1)


def test_opinions_on_a_shop_of_the_second_version() -> None:
    row = {
        "id": 71, "date": "2018-05-16T10:00:00+03:00", "grade": 4, "agreeCount": 3,
        "disagreeCount": 2, "text": "Привезли", "pros": "Быстро", "cons": None,
        "author": {"name": "Инна", "visibility": "NAME", "grades": 5},
        "region": {"name": "Омск"}, "shop": {"name": "Лавка"}, "delivery": "DELIVERY",
        "recommend": True, "verifiedBuyer": True, "usageTime": "FEW_MONTHS",
        "facts": [{"title": "Скорость", "value": 5}, {"title": "Цена", "value": None}],
        "comments": [{"text": "Спасибо", "author": {"type": "SHOP", "name": "Лавка"}}],
    }  # fmt: skip
    hidden = row | {"id": 72, "author": {"name": "Олег", "visibility": "ANONYMOUS"}}
    answer = {"context": {"page": {"totalItems": 40}}, "opinions": [row, hidden, 5]}
    found = parsed(answer, "")
    one, other = found.reviews
    assert (one.review_id, one.rating, one.product) == ("yandex_market:71", 4.0, "Лавка")
    assert (one.author.name, one.author.location, other.author.name) == ("Инна", "Омск", None)
    assert one.votes == Votes(helpful=3, unhelpful=2)
    assert (one.recommends, one.verified_purchase, one.usage_period) == (True, True, "FEW_MONTHS")
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Спасибо", True)]
    assert one.extra == {"sub_ratings": {"Скорость": 5.0}, "delivery": "DELIVERY"}
    assert (found.claimed_total, found.problems) == (40, ())
    assert parsed({"opinions": [], "status": "OK"}, "").problems == ()
    assert YANDEX_MARKET.recognises(page(json.dumps(answer), "")) > 0.8


def test_grades_of_the_first_version_go_from_minus_two_to_two() -> None:
    rows = [
        {"id": n, "date": 1331000000000, "grade": n, "agree": 1, "reject": 0, "pro": "Вид",
         "contra": "Цена", "author": "Инна", "authorInfo": {"grades": 4}, "anonymous": n == 2}
        for n in (-2, 0, 2)
    ]  # fmt: skip
    answer = {"modelOpinions": {"total": 3, "opinion": rows}}
    found = parsed(answer, "")
    assert [one.rating for one in found.reviews] == [1.0, 3.0, 5.0]
    assert [one.author.name for one in found.reviews] == ["Инна", "Инна", None]
    first = found.reviews[0]
    assert (first.pros, first.cons, first.author.reviews_count) == ("Вид", "Цена", 4)
    assert first.votes == Votes(helpful=1, unhelpful=0)
    assert first.published_at == datetime(2012, 3, 6, 2, 13, 20, tzinfo=UTC)
    assert found.claimed_total == 3
    assert YANDEX_MARKET.recognises(page(json.dumps(answer), "")) > 0.8


def test_what_buyers_told_a_shop() -> None:
    row = {
        "id": 81, "createdAt": "2019-05-16T10:00:00+03:00", "text": "Ждали", "pro": "", "contra":
        "Долго", "author": {"name": "Олег", "region": {"name": "Тверь"}}, "resolved": True,
        "recommend": False, "shop": {"name": "Лавка"}, "order": {"delivery": "PICKUP"},
        "grades": {"average": 2, "agreeCount": 4, "rejectCount": 1,
                   "factors": [{"title": "Общение", "value": 1}]},
    }  # fmt: skip
    answer = {"status": "OK", "result": {"paging": {}, "feedbackList": [row]}}
    one = parsed(answer, "").reviews[0]
    assert (one.rating, one.cons, one.recommends, one.product) == (2.0, "Долго", False, "Лавка")
    assert (one.author.location, one.votes) == ("Тверь", Votes(helpful=4, unhelpful=1))
    assert one.extra == {
        "sub_ratings": {"Общение": 1.0}, "delivery": "PICKUP", "resolved": True,
    }  # fmt: skip
    assert YANDEX_MARKET.recognises(page(json.dumps(answer), "")) > 0.8


def test_comments_on_feedback_are_no_reviews() -> None:
    comment = {"id": 1, "feedbackId": 9001, "text": "Спасибо", "author": {"type": "BUSINESS"}}
    found = parsed({"status": "OK", "result": {"comments": [comment]}}, API)
    assert (found.reviews, found.problems, found.skipped) == ((), (), {"comment": 1})
