"""Answers of Wildberries' lists, product facts and sellers' interface; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.wildberries import SELLER_API, WILDBERRIES
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

FIRST = "https://feedbacks1.wb.ru/feedbacks/v2/7770001"
SECOND = "https://feedbacks2.wb.ru/feedbacks/v2/7770001"
CARD = "https://card.wb.ru/cards/v4/detail?appType=1&curr=rub&dest=-1257786&nm=12345678"


def row(identity: str = "abc1", **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "globalUserId": "gu/1=",
        "wbUserId": 0,
        "wbUserDetails": {"country": "ru", "name": "Инна", "hasPhoto": True},
        "nmId": 12345678,
        "text": "Греет",
        "pros": "Тихий",
        "cons": "Тяжёлый",
        "matchingSize": "маломерит",
        "productValuation": 2,
        "color": "белый",
        "size": "0",
        "createdDate": "2026-05-17T19:26:37Z",
        "updatedDate": "2026-05-17T19:53:46.031478436Z",
        "answer": {"text": "Исправим", "createDate": "2026-05-17T19:52:37Z"},
        "photos": [{"key": "a"}, {"key": "b"}],
        "video": {"id": "v"},
        "votes": {"pluses": 3, "minuses": 1},
        "bables": ["тихий", "плохая упаковка"],
        "excludedFromRating": {"isExcluded": True, "reasons": ["hasIncludedChild"]},
        "childFeedbackId": "abc2",
    } | fields


def listed(*rows: Any, total: int = 9000) -> str:
    return json.dumps({"feedbackCount": total, "feedbacks": list(rows)})


def parsed(body: Any, url: str = FIRST) -> ParsedPage:
    return WILDBERRIES.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field() -> None:
    found = parsed(listed(row()))
    one = found.reviews[0]
    assert (one.review_id, one.rating) == ("wildberries:abc1", 2.0)
    assert (one.text, one.pros, one.cons) == ("Греет", "Тихий", "Тяжёлый")
    assert (one.author.id, one.author.name, one.author.location) == ("gu/1=", "Инна", "RU")
    assert one.author.has_picture is True
    assert one.published_at == datetime(2026, 5, 17, 19, 26, 37, tzinfo=UTC)
    assert (one.media_count, one.votes) == (3, Votes(helpful=3, unhelpful=1))
    assert one.url == "https://www.wildberries.ru/catalog/12345678/feedbacks"
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Исправим", True)
    assert reply.replied_at == datetime(2026, 5, 17, 19, 52, 37, tzinfo=UTC)
    assert one.extra == {
        "product_id": "12345678", "variant": "белый", "size_fit": "маломерит",
        "tags": ["тихий", "плохая упаковка"], "excluded_from_rating": ["hasIncludedChild"],
        "replaced_by": "abc2", "updated_at": "2026-05-17T19:53:46.031478436Z",
    }  # fmt: skip
    assert (found.claimed_total, found.next_urls, found.problems) == (9000, (), ())


def test_an_answer_of_the_shop_is_no_edit() -> None:
    assert parsed(listed(row())).reviews[0].edited_at is None


def test_stars_without_words_or_name_are_a_review() -> None:
    bare = row(text="", pros="", cons="", wbUserDetails={"name": ""}, answer=None, bables=None)
    one = parsed(listed(bare)).reviews[0]
    assert (one.rating, one.full_text, one.author.name, one.replies) == (2.0, "", None, ())


def test_what_is_broken_does_not_lose_the_others() -> None:
    found = parsed(listed(5, row(""), row("abc3", productValuation=77, text="Да"), row("abc4")))
    assert [one.review_id for one in found.reviews] == ["wildberries:abc3", "wildberries:abc4"]
    assert found.problems == (
        "review 1: dropped, it has no id",
        "review 2: rating 77 is outside of 1…5",
    )


def test_the_first_host_sends_to_the_second_when_it_has_none() -> None:
    empty = json.dumps({"feedbackCount": 0, "feedbacks": None})
    found = parsed(empty)
    assert (found.next_urls, found.claimed_total, found.problems) == ((SECOND,), None, ())
    found = parsed(empty, SECOND)
    assert (found.next_urls, found.claimed_total, found.problems) == ((), 0, ())


@pytest.mark.parametrize("wrap", ["v4", "v2", "storage"])
def test_facts_of_a_product_lead_to_the_list_of_its_group(wrap: str) -> None:
    products = [{"id": 5, "root": 1234}, {"id": 12345678, "root": 7770001, "name": "Кружка"}]
    answers: dict[str, Any] = {
        "v4": {"products": products}, "v2": {"data": {"products": products}},
        "storage": {"imt_id": 7770001, "nm_id": 12345678},
    }  # fmt: skip
    found = parsed(answers[wrap], CARD)
    assert (found.reviews, found.next_urls, found.problems) == ((), (FIRST,), ())


def test_a_product_that_is_not_known() -> None:
    assert parsed({"products": []}, CARD).problems == ("Wildberries knows no such product",)


def test_the_sellers_interface() -> None:
    address = f"{SELLER_API}?isAnswered=true&take=2&skip=2&order=dateDesc&nmId=12345678"
    details = {"nmId": 12345678, "productName": "Кружка"}
    rows = [row("s1", nmId=None, productDetails=details, userName="Олег", wbUserDetails=None),
            row("s2")]  # fmt: skip
    found = parsed({"data": {"countUnanswered": 1, "feedbacks": rows}, "error": False}, address)
    assert (found.reviews[0].product, found.reviews[0].author.name) == ("Кружка", "Олег")
    assert found.next_urls == (
        f"{SELLER_API}?isAnswered=true&take=5000&skip=4&order=dateDesc&nmId=12345678",
    )
    assert parsed({"data": {"feedbacks": rows[:1]}}, address).next_urls == ()


def test_the_key_goes_to_the_sellers_interface_alone() -> None:
    both = WILDBERRIES.api_urls("https://seller.wildberries.ru/feedbacks?nmId=12345678")
    assert [url.partition("&")[0] for url in both] == [
        f"{SELLER_API}?isAnswered=false", f"{SELLER_API}?isAnswered=true",
    ]  # fmt: skip
    assert WILDBERRIES.api_urls("https://www.wildberries.ru/catalog/12345678/detail.aspx") == ()
    sent = WILDBERRIES.request(both[0], "t0ken")
    assert (sent.url, sent.headers) == (both[0], (("Authorization", "t0ken"),))
    assert WILDBERRIES.request(FIRST, "t0ken").headers == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"title":"unauthorized","status":401,"statusText":"Unauthorized"}', "login"),
        ('{"title":"too many requests","status":429}', "rate_limited"),
        ("<title>Почти готово... Вы не робот?</title><p>smartcaptcha", "captcha"),
    ],
)
def test_refusals_are_no_empty_lists(body: str, reason: str) -> None:
    assert parsed(body).blocked == reason


def test_a_strange_answer_says_so() -> None:
    said = ("this is no answer with reviews that wildberries knows",)
    assert parsed('{"data": 5}').problems == said
    assert parsed("<p>Привет").problems == said


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://www.wildberries.ru/catalog/12345678/detail.aspx?size=1", CARD),
        ("https://global.wildberries.ru/product/12345678", CARD),
        ("https://www.wildberries.ru/catalog/12345678/feedbacks?imtId=7770001", FIRST),
        (SECOND, SECOND),
        (CARD, CARD),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert WILDBERRIES.start_urls(url) == (start,)


@pytest.mark.parametrize(
    "url", ["https://www.wildberries.ru/", "https://shop.example/catalog/12345"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"detail\.aspx"):
        WILDBERRIES.start_urls(url)


def test_recognition() -> None:
    assert WILDBERRIES.recognises(page(listed(row()), "")) > 0.8
    assert WILDBERRIES.recognises(page("{}", FIRST)) > 0.9
    assert WILDBERRIES.recognises(page('{"feedbacks": []}', "")) == 0.0


def test_a_single_review_of_the_sellers_interface_and_a_bare_list() -> None:
    for body in ({"data": row(), "error": False}, [row()]):
        found = parsed(body, "")
        assert [one.review_id for one in found.reviews] == ["wildberries:abc1"]


def test_a_saved_page_of_reviews() -> None:
    shown = """<html><head><link rel="canonical"
      href="https://www.wildberries.ru/catalog/12345678/feedbacks"></head><body>
      <b class="product-line__name">Грелка</b><span class="product-feedbacks__count">1 204</span>
      <ul class="comments__list">
      <li class="comments__item feedback j-feedback-slide" itemprop="review">
        <p class="feedback__header">Инна</p>
        <div class="feedback__date" content="2025-02-10T14:16:59Z">10 февраля, 17:16</div>
        <span class="feedback__rating stars-line star4"></span>
        <span class="feedback__state--text">Выкупили</span>
        <p class="feedback__text"><span class="feedback__text--item feedback__text--item-pro">
          <span class="feedback__text--item-bold">Достоинства:</span> Тёплая</span>
        <span class="feedback__text--item"><span class="feedback__text--item-bold">Недостатки:
          </span> Шумит</span>
        <span class="feedback__text--item">Беру вторую</span></p>
        <ul class="feedback__photos"><li><img src="a.webp"></li></ul>
        <button class="vote__btn-plus">3</button><button class="vote__btn-minus">1</button>
        <div class="feedback__sellers-reply"><p class="feedback__sellers-reply-text">Рады</p></div>
      </li>
      <li class="comments__item feedback"><p class="feedback__header">Покупатель Wildberries</p>
        <span class="feedback__rating stars-line star1"></span>
        <p class="feedback__text">Не греет… ещё</p></li>
      <li class="comments__item feedback"><p class="feedback__header">Олег</p>
        <span class="feedback__rating stars-line star2"></span>
        <div class="feedback__sellers-reply"><p class="feedback__text">Жаль</p></div></li>
      <li class="comments__item feedback"></li></ul>
      <div class="comment-card"><p class="comment-card__name">Яна</p>
        <p class="comment-card__date">03.02.2025, 10:20</p>
        <span class="comment-card__stars stars-line star5"></span>
        <p class="comment-card__message">Хороша</p></div></body></html>"""
    assert WILDBERRIES.recognises(page(shown, "")) == 0.9
    found = parsed(shown, "")
    one, nameless, wordless, shelf = found.reviews
    assert (one.text, one.pros, one.cons) == ("Беру вторую", "Тёплая", "Шумит")
    assert (one.rating, one.author.name, one.product) == (4.0, "Инна", "Грелка")
    assert one.published_at == datetime(2025, 2, 10, 14, 16, 59, tzinfo=UTC)
    assert (one.votes, one.verified_purchase) == (Votes(helpful=3, unhelpful=1), True)
    assert ([reply.text for reply in one.replies], one.media_count) == (["Рады"], 1)
    assert (nameless.author.name, nameless.text, nameless.rating) == (None, "Не греет", 1.0)
    assert (wordless.text, [reply.text for reply in wordless.replies]) == ("", ["Жаль"])
    assert (shelf.author.name, shelf.text, shelf.rating) == ("Яна", "Хороша", 5.0)
    assert found.claimed_total == 1204
