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


OLD = """<a href="https://www.banki.ru/">banki.ru</a>
<article class="responses__item"><a class="header-h3" data-test="responses-header"
href="/services/responses/bank/response/7004/">Ждал час</a>
<span class="rating-grade rating-grade--value-2" data-test="responses-rating-grade">2</span>
<span class="text-label" data-test="responses-status">Не засчитана</span>
<time data-test="responses-datetime" datetime="2020-03-05 12:00:00">05.03.2020 12:00</time>
<div class="responses__item__from"><a href="/profile/?UID=5">inna77</a></div>
<div class="responses__item__message" data-preview>Очередь… Читать далее</div>
<div class="responses__item__message" data-full><p>Очередь.</p><p>Ушёл.</p></div>
<span class="responses__item__comment-count">4</span>
<div class="thread-item"><time class="thread-item__time" datetime="2020-03-06 09:00:00"></time>
<div class="thread-item__text markup-inside--bullet">Разберёмся</div></div></article>
<article class="responses__item"><a class="header-h3"
href="/insurance/responses/company/response/7006/#x">Полис</a>
<time datetime="2020-03-05 12:00:00"></time>
<div class="responses__item__message">Пришёл быст… Читать далее</div></article>
<div data-options="currentPageNumber: 1; itemsPerPage: 25; totalItems: 310"></div>"""


def test_long_entries_answers_and_statuses_of_the_lists_before_2021() -> None:
    found = parsed(OLD, "https://www.banki.ru/services/responses/bank/romashka/?page=1")
    one, other = found.reviews
    assert (one.review_id, one.rating, one.text) == ("banki_ru:7004", 2.0, "Очередь.\n\nУшёл.")
    assert (one.author.id, one.author.name, one.verified_purchase) == ("5", "inna77", None)
    assert one.extra == {"countable": False, "comment_count": 4}
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Разберёмся", True)]
    assert one.replies[0].replied_at == datetime(2020, 3, 6, 6, tzinfo=UTC)
    assert (other.text, other.extra) == ("Пришёл быст", {"excerpt": True})
    assert other.url == "https://www.banki.ru/insurance/responses/company/response/7006/"
    assert (found.claimed_total, found.problems) == (310, ())
    assert BANKI_RU.recognises(page(OLD, "")) > 0.8


def test_the_page_of_one_review_and_the_answer_beside_it() -> None:
    own = "https://www.banki.ru/services/responses/bank/response/7005/"
    body = """<article class="response-page"><h0 class="header-h0 response-page__title">Ждал</h0>
    <a data-test="responses-user-link" href="/profile/?UID=5">
    <span itemprop="reviewer">inna77</span></a>
    <time itemprop="dtreviewed" datetime="2019-03-05 12:00:00">05.03.2019</time>
    <span itemprop="ratingValue">1</span><span data-test="responses-status">Засчитана</span>
    <div class="article-text response-page__text" data-test="responses-message">Час.<br>Ушёл.</div>
    </article><div class="response-thread"><div id="bankAnswer">
    <script type="text/html" data-name="answer-text"><p>Разберёмся</p></script></div>
    <div class="thread-item__text">И у меня так</div></div>"""
    found = parsed(body, own)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("banki_ru:7005", 1.0, "Ждал")
    assert (one.text, one.author.id, one.author.name) == ("Час.\nУшёл.", "5", "inna77")
    assert one.published_at == datetime(2019, 3, 5, 9, tzinfo=UTC)
    assert (one.verified_purchase, one.extra) == (True, {"countable": True})
    assert [reply.text for reply in one.replies] == ["Разберёмся"]
    assert len(found.reviews) == 1


DRAWN = """<div data-test="responses__response"><h3><a data-test="link-text"
href="/services/responses/bank/response/{number}/">{title}</a></h3>
<div class="Grade__sc-1" value="3"></div><span class="R__StyledItemSmallText-sc-4">05.03.2024 12:00
</span><div class="R__StyledItemText-sc-3"><a>Очередь...</a></div></div>"""


def test_cards_of_a_saved_page_and_the_whole_texts_of_its_markup() -> None:
    body = "".join(DRAWN.format(number=n, title=f"Ждал {n}") for n in (7007, 7008))
    found = parsed(body, PAGE)
    assert [one.review_id for one in found.reviews] == ["banki_ru:7007", "banki_ru:7008"]
    one = found.reviews[0]
    assert (one.rating, one.title, one.extra) == (3.0, "Ждал 7007", {"excerpt": True})
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    reviews = [
        {"@type": "Review", "name": f"Ждал {n}", "author": "inna77", "description": "Очередь, час.",
         "reviewRating": {"ratingValue": 2}}
        for n in (7007, 7008)
    ]  # fmt: skip
    marked = json.dumps({"@type": "Organization", "review": reviews})
    whole = parsed(f'<script type="application/ld+json">{marked}</script>{body}', PAGE).reviews[1]
    assert (whole.review_id, whole.text, whole.rating) == ("banki_ru:7008", "Очередь, час.", 2.0)
    assert (whole.author.name, whole.extra) == ("inna77", {})


def test_a_list_of_many_banks_goes_on_as_itself() -> None:
    rows = [row(), row(7002, company={"name": "Лютик", "code": "lyutik"})]
    own = "https://www.banki.ru/services/responses/list/product/hypothec/"
    base = "https://www.banki.ru/services/responses/list/ajax/?page=2&type=all"
    assert parsed(saved(answer(rows)), own).next_urls == (f"{base}&product=hypothec",)
    assert parsed(answer(rows), base.replace("page=2", "page=1")).next_urls == (base,)
    assert parsed(answer(rows), "").next_urls == ()
    assert parsed(answer([row()]), "").next_urls == (f"{base}&bank=romashka",)
