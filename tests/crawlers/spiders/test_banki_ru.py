"""Answers and pages of banki.ru, constructed from what its readers describe."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.banki_ru import BANKI_RU
from pipeline.errors import UsageError
from tests.crawlers.pages import page

LIST = "https://www.banki.ru/services/responses/list/ajax/?page=1&type=all&bank=romashka"
PAGE = "https://www.banki.ru/services/responses/bank/romashka/"


def row(number: int = 7001, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "dateCreate": "2024-03-05 12:00:00", "title": "Ждал час", "grade": 2,
        "text": "<p>Очередь.</p><p>Ушёл.</p>", "isCountable": True, "commentCount": 3,
        "resolutionIsApproved": None, "agentAnswerText": "<p>Разберёмся</p>",
        "company": {"name": "Ромашка", "code": "romashka"},
    } | fields  # fmt: skip


def answer(rows: object, *, more: bool = True) -> dict[str, Any]:
    return {"data": rows, "hasMorePages": more, "total": 60}


def parsed(value: object, url: str = LIST) -> ParsedPage:
    return BANKI_RU.parse(page(value if isinstance(value, str) else json.dumps(value), url))


def saved(value: object) -> str:
    """A page that carries the list and its markup."""
    marked = {"@type": "Organization", "review": [
        {"@type": "Review", "author": "inna77", "name": "Ждал час", "description": "Очередь.",
         "datePublished": "2024-03-05 12:00:00", "reviewRating": {"ratingValue": "2"}},
    ]}  # fmt: skip
    options = html.escape(json.dumps({"responses": value}))
    return (
        f'<script type="application/ld+json">{json.dumps(marked)}</script>'
        f'<div data-module-options="{html.escape("{}")}"></div>'
        f'<div data-module-options="{options}"></div>'
    )


def test_every_field() -> None:
    found = parsed(answer([row(userName="inna77", userId=5)]))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "banki_ru:7001", 2.0, "Ждал час", "Очередь.\n\nУшёл.",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.published_raw == "2024-03-05 12:00:00"
    assert (one.author.id, one.author.name) == ("5", "inna77")
    assert (one.product, one.verified_purchase) == ("Ромашка", True)
    assert (one.replies[0].text, one.replies[0].author) == ("Разберёмся", "Ромашка")
    assert one.replies[0].is_owner
    assert one.extra == {"countable": True, "comment_count": 3}
    assert one.url == "https://www.banki.ru/services/responses/bank/response/7001/"
    assert (found.claimed_total, found.problems) == (60, ())
    assert found.next_urls == (LIST.replace("page=1", "page=2"),)


def test_a_review_that_does_not_count_says_so() -> None:
    one = parsed(answer([row(isCountable=False, grade=None, agentAnswerText=None)])).reviews[0]
    assert (one.verified_purchase, one.extra["countable"], one.rating) == (None, False, None)
    assert one.replies == ()


def test_the_page_gives_the_same_and_the_authors_of_its_markup() -> None:
    found = parsed(saved(answer([row()])), PAGE)
    assert (found.reviews[0].review_id, found.reviews[0].author.name) == (
        "banki_ru:7001", "inna77",
    )  # fmt: skip
    assert found.next_urls == (LIST.replace("page=1", "page=2"),)
    same = parsed(answer([row()])).reviews[0]
    assert found.reviews[0].content_hash == same.content_hash


def test_the_markup_alone_is_read_where_the_list_is_missing() -> None:
    one = parsed(saved(None), PAGE).reviews[0]
    assert (one.rating, one.text, one.author.name) == (2.0, "Очередь.", "inna77")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)


CARD = """<article class="responses__item"><div class="responses__item__bank">Ромашка</div>
<h2><a href="/services/responses/bank/response/7003/">Ждал час</a></h2>
<span class="rating-grade">Оценка: 2</span><time>05.03.2024 12:00</time>
<div class="responses__item__user">inna77</div>
<div class="responses__item__message"><p>Очередь.</p></div></article>"""


def test_entries_of_a_page_without_a_list_of_its_own() -> None:
    following = '<link rel="next" href="/services/responses/bank/romashka/?page=2">'
    found = parsed(f"{following}{CARD}<article class='responses__item'></article>", PAGE)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "banki_ru:7003", 2.0, "Ждал час", "Очередь.",
    )  # fmt: skip
    assert (one.author.name, one.product) == ("inna77", "Ромашка")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert found.next_urls == (f"{PAGE}?page=2",)
    assert found.problems == ("card 2: dropped, neither words nor stars",)


def test_the_last_page_leads_nowhere_and_an_empty_one_is_valid() -> None:
    assert parsed(answer([row()], more=False)).next_urls == ()
    empty = parsed(answer([]))
    assert (empty.next_urls, empty.problems) == ((), ())


def test_a_malformed_row_does_not_lose_the_others() -> None:
    found = parsed(answer([None, {}, row(1, grade="x"), row(2)]))
    assert [one.review_id for one in found.reviews] == ["banki_ru:1", "banki_ru:2"]
    assert len(found.problems) == 2


def test_walls_and_strangers() -> None:
    assert parsed("<title>Проверка браузера</title>").blocked == "captcha"
    for stranger in ('{"a":1}', "<p>Привет</p>", '{"data":5}'):
        assert parsed(stranger).problems == ("this is no answer with reviews that banki_ru knows",)


def test_the_list_is_asked_for_as_its_page_does() -> None:
    assert BANKI_RU.request(LIST, None).headers == (("X-Requested-With", "XMLHttpRequest"),)
    assert BANKI_RU.request(PAGE, None).headers == ()
    assert BANKI_RU.api_urls(PAGE) == ()


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (PAGE, LIST),
        (f"{PAGE}product/debitcards/?page=3", f"{LIST}&product=debitcards"),
        (LIST.replace("page=1", "page=9"), LIST),
        (
            "https://www.banki.ru/services/responses/bank/response/7001?from=x",
            "https://www.banki.ru/services/responses/bank/response/7001/",
        ),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert BANKI_RU.start_urls(url) == (start,)


@pytest.mark.parametrize(
    "url", ["https://www.banki.ru/news/", f"https://shop.example{PAGE[20:]}",
            "https://www.banki.ru/services/responses/bank/response/x"],
)  # fmt: skip
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"banki\.ru/services/responses/bank/"):
        BANKI_RU.start_urls(url)


def test_recognition() -> None:
    assert BANKI_RU.recognises(page(json.dumps(answer([row()])), "")) > 0.8
    assert BANKI_RU.recognises(page(saved(answer([row()])), "")) > 0.8
    assert BANKI_RU.recognises(page('{"data":[]}', "")) == 0.0


def test_rows_that_were_put_together_out_of_many_answers() -> None:
    for value in ([row()], {"7001": row()}):
        assert [one.review_id for one in parsed(value, "").reviews] == ["banki_ru:7001"]


def test_the_markup_of_a_reviews_own_page_has_the_id_of_its_address() -> None:
    own = "https://www.banki.ru/services/responses/bank/response/11000001/"
    body = """<script type="application/ld+json">{"@type": "Review", "reviewBody": "Долго",
    "@context": "https://schema.org", "reviewRating": {"ratingValue": 2}}</script>"""
    assert BANKI_RU.parse(page(body, own)).reviews[0].review_id == "banki_ru:11000001"
