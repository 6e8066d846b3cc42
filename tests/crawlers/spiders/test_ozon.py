"""States of Ozon's widgets, as objects, as strings and inside of pages; names are invented."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.ozon import API, OZON
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

LIST = f"{API}?url=/product/2600000001/reviews/%3Fsort%3Dpublished_at_desc"
SHARED = "https://www.ozon.ru/product/kruzhka-2600000001/reviews/?ruuid="


def row(identity: str = "01aa-01", **fields: Any) -> dict[str, Any]:
    return {
        "uuid": identity,
        "sharing": {"url": f"{SHARED}{identity}&utm_campaign=x&utm_source=smm"},
        "publishedAt": 1779000000,
        "createdAt": 1778990000,
        "updatedAt": 1779100000,
        "author": {"guid": "g-1", "firstName": "Инна", "lastName": "П.", "avatarUrl": "/a.jpg"},
        "usefulness": {"useful": 4, "unuseful": 1},
        "itemId": 2600000001,
        "content": {
            "comment": "Держит тепло", "positive": "Лёгкая", "negative": "Скол", "score": 3,
            "photos": [{"url": "/1.jpg"}, {"url": "/2.jpg"}], "videos": [{"url": "/1.mp4"}],
        },
        "comments": {
            "list": [
                {"text": "Заменим", "createdAt": 1779200000,
                 "author": {"clientOfficial": {"name": "Лавка"}}},
                {"comment": "И у меня", "author": {"firstName": "Олег"}},
                5,
            ],
            "totalCount": 2,
        },
        "isAnonymous": False,
        "isItemPurchased": True,
        "Lang": "ru",
    } | fields  # fmt: skip


def state(*rows: Any, **fields: Any) -> dict[str, Any]:
    variants = [{"name": "Цвет", "value": "белый"}]
    return {
        "reviews": list(rows),
        "products": {"2600000001": {"name": "Кружка", "variants": variants}},
        "paging": {"total": 151, "nextButton": "?page=2&page_key=Ab%3D&sort=published_at_desc"},
        "requestedPath": "/product/2600000001/reviews/",
    } | fields


def answer(found: Any, **fields: Any) -> str:
    name = "webListReviews-5603940-default-1"
    return json.dumps({"widgetStates": {"webPrice-1-2": "{}", name: found}} | fields)


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return OZON.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(answer(state(row())))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("ozon:01aa-01", 3.0, "Держит тепло")
    assert (one.pros, one.cons, one.language) == ("Лёгкая", "Скол", "ru")
    assert (one.author.id, one.author.name, one.author.has_picture) == ("g-1", "Инна П.", True)
    assert one.published_at == datetime(2026, 5, 17, 6, 40, tzinfo=UTC)
    assert one.edited_at == datetime(2026, 5, 18, 10, 26, 40, tzinfo=UTC)
    assert (one.votes, one.media_count) == (Votes(helpful=4, unhelpful=1), 3)
    assert (one.verified_purchase, one.product) == (True, "Кружка")
    assert one.url == f"{SHARED}01aa-01"
    assert [(r.text, r.author, r.is_owner) for r in one.replies] == [
        ("Заменим", "Лавка", True), ("И у меня", "Олег", False),
    ]  # fmt: skip
    assert one.replies[0].replied_at == datetime(2026, 5, 19, 14, 13, 20, tzinfo=UTC)
    assert one.extra == {
        "product_id": "2600000001", "variant": "Цвет: белый", "comment_count": 2,
    }  # fmt: skip
    assert found.claimed_total == 151
    assert found.next_urls == (
        f"{API}?url=/product/2600000001/reviews/"
        "%3Fpage%3D2%26page_key%3DAb%253D%26sort%3Dpublished_at_desc",
    )
    assert found.problems == ()


def test_a_state_may_be_a_string_or_deeper_or_in_a_page() -> None:
    text = json.dumps(state(row()), ensure_ascii=False)
    escaped = html.escape(text)
    shapes = (
        answer(text),
        answer(json.dumps(text)),
        answer({"layout": [{"inner": state(row())}]}),
        json.dumps({"data": json.loads(answer(text))}),
        json.dumps({"widgetStates": json.dumps({"webListReviews-1-2": state(row())})}),
        text,
        f'<div id="state-webListReviews-56-default-1" data-state="{escaped}"></div>',
    )
    for shape in shapes:
        found = parsed(shape)
        assert [one.review_id for one in found.reviews] == ["ozon:01aa-01"], shape
        assert (found.claimed_total, len(found.next_urls)) == (151, 1)


def test_a_list_whose_reviews_have_an_id_alone_is_read() -> None:
    plain = row("aa-1")
    plain["id"] = plain.pop("uuid")
    found = parsed(answer(json.dumps(state(plain))))
    assert [(one.review_id, one.rating) for one in found.reviews] == [("ozon:aa-1", 3.0)]
    assert [len(one.replies) for one in found.reviews] == [2]


def test_nobody_is_named_where_the_author_hid() -> None:
    one = parsed(answer(state(row(isAnonymous=True, isItemPurchased=False)))).reviews[0]
    assert (one.author.name, one.verified_purchase) == (None, None)


def test_what_is_broken_does_not_lose_the_others() -> None:
    broken = row("", content={"comment": "?"})
    silent = row("01aa-02", content={})
    found = parsed(answer(state(broken, silent, 7, row("01aa-03", publishedAt="завтра"))))
    assert [one.review_id for one in found.reviews] == ["ozon:01aa-03"]
    assert found.problems == (
        "review 1: dropped, it has no uuid",
        "review 2: dropped, neither words nor stars",
        "review 3: date 'завтра' is not understood",
    )


def test_the_last_page_and_an_empty_list() -> None:
    last = state(row(), paging={"total": 1, "nextButton": ""})
    assert parsed(answer(last)).next_urls == ()
    found = parsed(answer(state(paging={"total": 0})))
    assert (found.reviews, found.claimed_total, found.problems) == ((), 0, ())


def test_a_shelf_of_reviews_goes_on_where_its_page_does() -> None:
    shelf = state(row(), paging={"total": 9})
    following = "/product/2600000001/?layout_container=reviewshelfpaginator&layout_page_index=4"
    found = parsed(answer(shelf, nextPage=following))
    assert found.next_urls == (
        f"{API}?url=/product/2600000001/"
        "%3Flayout_container%3Dreviewshelfpaginator%26layout_page_index%3D4",
    )
    assert parsed(answer(shelf, nextPage="/category/1/")).next_urls == ()


def test_without_an_address_further_pages_cannot_be_named() -> None:
    found = parsed(answer(state(row(), requestedPath="")), "")
    assert found.next_urls == ()
    assert found.problems == ("further pages exist, but the product is unknown: give --url",)


def test_questions_and_features_are_no_reviews() -> None:
    asked = json.dumps({"questions": {"1": {"content": "Бьётся?"}, "2": {}}})
    found = parsed(json.dumps({"widgetStates": {"webListQuestions-1-default-1": asked}}))
    assert (found.reviews, found.skipped, found.problems) == ((), {"question": 2}, ())
    features = json.dumps({"widgetStates": {"webCharacteristics-1-default-1": {}}})
    assert parsed(features).problems == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"incidentId":"fab_1","challengeURL":"/abt/challenge.html"}', "captcha"),
        ("<title>Antibot Challenge Page</title>", "captcha"),
        ("<title>Доступ ограничен</title>", "captcha"),
    ],
)
def test_walls_are_no_empty_lists(body: str, reason: str) -> None:
    assert parsed(body).blocked == reason


def test_a_strange_answer_says_so() -> None:
    assert parsed('{"a": 1}').problems == ("this is no answer with reviews that ozon knows",)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ozon.ru/product/kruzhka-belaya-2600000001/?at=x",
        "https://ozon.ru/product/2600000001",
        "https://www.ozon.ru/product/kruzhka-2600000001/reviews/?page=3",
        "https://www.ozon.ru/context/detail/id/2600000001/",
        LIST,
    ],
)
def test_any_address_of_a_product_gives_its_list(url: str) -> None:
    assert OZON.start_urls(url) == (LIST,)


@pytest.mark.parametrize(
    "url", ["https://www.ozon.ru/seller/x-1/", "https://shop.example/product/12345"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"ozon\.ru/product/"):
        OZON.start_urls(url)


def test_recognition() -> None:
    assert OZON.recognises(page(answer(state(row())), "")) > 0.9
    assert OZON.recognises(page(json.dumps(state(row())), "")) > 0.9
    assert OZON.recognises(page("<p>", "https://www.ozon.ru/product/x-12345/")) > 0.9
    assert OZON.recognises(page('{"reviews": [{"uuid": 1}]}', "")) == 0.0


def seller_row(**fields: Any) -> dict[str, Any]:
    return {
        "id": "0190-aa", "sku": 154, "text": "Держит тепло", "rating": 4,
        "published_at": "2025-02-03T10:20:30Z", "status": "UNPROCESSED",
        "order_status": "DELIVERED", "comments_amount": 2, "photos_amount": 1,
        "videos_amount": 0, "is_rating_participant": False, **fields,
    }  # fmt: skip


def test_the_sellers_interface_gives_lists_and_single_reviews() -> None:
    listed = json.dumps({"reviews": [seller_row()], "last_id": "0190-aa", "has_next": True})
    found = parsed(listed, "")
    review = found.reviews[0]
    assert review.review_id == "ozon:0190-aa"
    assert (review.rating, review.text) == (4, "Держит тепло")
    assert review.published_at == datetime(2025, 2, 3, 10, 20, 30, tzinfo=UTC)
    assert (review.media_count, review.verified_purchase) == (1, True)
    assert review.extra == {"product_id": "154", "comment_count": 2, "excluded_from_rating": True}
    assert "last_id" in found.problems[0]
    assert OZON.recognises(page(listed, "")) == 0.95
    one = seller_row(likes_amount=3, dislikes_amount=0, photos=[{"url": "a"}], order_status="")
    single = parsed(json.dumps(one), "").reviews[0]
    assert single.votes == Votes(helpful=3, unhelpful=0)
    assert single.verified_purchase is None
