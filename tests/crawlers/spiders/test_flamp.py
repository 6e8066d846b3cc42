"""Answers and pages of Flamp, constructed from what its readers describe."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.flamp import FLAMP
from pipeline.errors import UsageError
from tests.crawlers.pages import page

FIRM = "70000001012345678"
PLACE = f"https://omsk.flamp.ru/firm/romashka-{FIRM}"
API = f"https://flamp.ru/api/2.0/filials/{FIRM}/reviews?limit=50"


def row(number: int = 7001, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "text": "Ждал\nчас", "rating": 2, "likes_score": 4, "comments_count": 1,
        "date_created": "2024-03-05T12:00:00+03:00", "date_edited": "2024-03-06T12:00:00+03:00",
        "url": f"https://omsk.flamp.ru/firm/romashka-{FIRM}/review-{number}",
        "user": {"id": 5, "name": "Инна", "url": "https://flamp.ru/user5", "reviews_count": 9},
        "official_answer": {"text": "Исправим", "date_created": "2024-03-07T12:00:00+03:00",
                            "user": {"name": "Ромашка"}},
        "photos": [{"id": 1}],
    } | fields  # fmt: skip


def answer(rows: object) -> str:
    return json.dumps({"code": 200, "reviews": rows, "meta": {"total": 70}})


def parsed(body: str, url: str = API) -> ParsedPage:
    return FLAMP.parse(page(body, url))


def test_every_field_of_the_interface() -> None:
    found = parsed(answer([row()]))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("flamp:7001", 2.0, "Ждал\nчас")
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("5", "Инна", 9)
    assert one.author.profile_url == "https://flamp.ru/user5"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.media_count, one.extra) == (4, 1, {"comment_count": 1})
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Исправим", "Ромашка", True)
    assert reply.replied_at == datetime(2024, 3, 7, 9, tzinfo=UTC)
    assert (found.claimed_total, found.problems) == (70, ())
    assert found.next_urls == (f"{API}&offset_id=7001",)


def test_people_and_answers_of_a_shallow_answer() -> None:
    shallow = row(user="https://flamp.ru/api/2.0/users/5", official_answer=[{"text": "Да"}, {}])
    one = parsed(answer([shallow])).reviews[0]
    assert (one.author.id, one.author.name, one.author.profile_url) == ("5", None, None)
    assert [reply.text for reply in one.replies] == ["Да"]


def test_paging_ends_with_an_empty_page_or_the_same_end_again() -> None:
    assert parsed(answer([])).next_urls == ()
    assert parsed(answer([])).problems == ()
    assert parsed(answer([row()]), f"{API}&offset_id=7001").next_urls == ()


def test_a_malformed_row_does_not_lose_the_others() -> None:
    found = parsed(answer([None, {"id": 1}, row(2)]))
    assert [one.review_id for one in found.reviews] == ["flamp:2"]
    assert found.problems == ("review 1: dropped, neither words nor stars",)


@pytest.mark.parametrize(
    ("code", "blocked"), [(401, "login"), (403, "forbidden"), (404, "not_found")]
)
def test_errors_of_the_interface_are_obstacles(code: int, blocked: str) -> None:
    assert parsed(json.dumps({"code": code, "status": "error"})).blocked == blocked


CARDS = f"""<h1>Ромашка</h1><meta itemprop="reviewCount" content="12">
<article class="ugc-item" itemprop="review" data-review-id="7001">
<a class="name" href="//flamp.ru/user5"><span itemprop="author">Инна</span></a>
<meta itemprop="ratingValue" content="4"><time datetime="2024-03-05T12:00:00+03:00">5 марта</time>
<div itemprop="reviewBody"><p>Хорошо</p></div>
<a href="/firm/romashka-{FIRM}/review-7001">ссылка</a>
<div class="official-answer"><time datetime="2024-03-06T12:00:00+03:00"></time>
<div class="t-rich-text">Спасибо</div></div></article>
<article itemprop="review"></article><link rel="next" href="{PLACE}?page=2">"""


def test_the_page_of_a_place() -> None:
    found = parsed(CARDS, PLACE)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.product) == (
        "flamp:7001", 4.0, "Хорошо", "Ромашка",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("5", "Инна")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.replies[0].text, one.replies[0].is_owner) == ("Спасибо", True)
    assert one.url == f"https://omsk.flamp.ru/firm/romashka-{FIRM}/review-7001"
    assert (found.claimed_total, found.next_urls) == (12, (f"{PLACE}?page=2",))
    assert found.problems == ("card 2: dropped, neither words nor stars",)


LISTED = f"""<h1>Ромашка</h1><section class="ugc-feed"><div class="hg-row__side">31</div>
<ul><li class="ugc-list__item"><article class="ugc-item"><a class="name" href="/user5">Инна</a>
<ul><li>1</li><li class="review-estimation__item--checked">2</li></ul>
<a class="ugc-date" href="/firm/romashka-{FIRM}/review-7002">5 марта 2024</a>
<div class="ugc-item__text">Ждал…</div><div class="js-ugc-item-text-full">
<p class="t-rich-text__p">Ждал час.</p></div></article></li></ul></section>"""


def test_the_page_without_markup_gives_whole_texts_and_each_entry_once() -> None:
    found = parsed(LISTED, PLACE)
    assert [one.review_id for one in found.reviews] == ["flamp:7002"]
    one = found.reviews[0]
    assert (one.rating, one.text, one.author.name) == (2.0, "Ждал час.", "Инна")
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert found.claimed_total == 31


ELEMENTS = f"""<h1>Лента Омска</h1><ul><li class="ugc-list__item js-ugc-list-item">
<cat-entities-ugc-item><article class="ugc-item" data-entity-id="7005">
<cat-brand-name name="Инна"><a class="link name" href="//omsk.flamp.ru/user5"></a></cat-brand-name>
<cat-brand-name><a href="//omsk.flamp.ru/firm/romashka-{FIRM}">Ромашка</a></cat-brand-name>
<cat-brand-ugc-date date="2024-03-05T12:00:00+0300" url="//omsk.flamp.ru/firm/r/review-7005">
<a class="ugc-date">5 марта</a></cat-brand-ugc-date>
<ul><li class="review-estimation__item list__item review-estimation__item--checked">3</li></ul>
{{}}<div class="official-answer"><cat-brand-ugc-date date="2024-03-06T12:00:00+0300">
</cat-brand-ugc-date><div class="t-rich-text"><p class="t-rich-text__p">Спасибо</p></div></div>
</article></cat-entities-ugc-item></li></ul>"""


def test_elements_of_the_sites_own_name_the_author_the_day_and_the_place() -> None:
    words = '<div class="t-text t-rich-text"><p class="t-rich-text__p">Мило</p></div>'
    found = parsed(ELEMENTS.format(words), "https://omsk.flamp.ru/feed")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("flamp:7005", 3.0, "Мило")
    assert (one.author.id, one.author.name, one.product) == ("5", "Инна", "Ромашка")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.url == "https://omsk.flamp.ru/firm/r/review-7005"
    assert one.replies[0].replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    silent = parsed(ELEMENTS.format(""), PLACE).reviews[0]
    assert (silent.text, silent.replies[0].text) == ("", "Спасибо")


def test_what_is_marked_up_alone_is_read() -> None:
    review = {"@type": "Review", "author": {"name": "Инна"}, "reviewBody": "Хорошо",
              "datePublished": "2024-03-05", "reviewRating": {"ratingValue": "5"}}  # fmt: skip
    body = json.dumps({"@type": "LocalBusiness", "name": "Ромашка", "review": [review]})
    one = parsed(f'<script type="application/ld+json">{body}</script>', PLACE).reviews[0]
    assert (one.rating, one.text, one.product) == (5.0, "Хорошо", "Ромашка")


def test_one_review_and_the_next_link_of_a_persons_reviews() -> None:
    assert parsed(json.dumps({"code": 200, "review": row()})).reviews[0].rating == 2.0
    following = "https://flamp.ru/api/2.0/users/5/reviews?offset_id=7001"
    listed = json.dumps({"reviews": [row()], "next_link": following})
    assert parsed(listed, "https://flamp.ru/api/2.0/users/5/reviews").next_urls == (following,)


def test_walls_and_strangers() -> None:
    assert parsed("<title>Вы не робот?</title>", PLACE).blocked == "captcha"
    assert parsed("<p>Привет</p>").problems == ("this is no answer with reviews that flamp knows",)


def test_the_token_goes_to_the_interface_alone() -> None:
    request = FLAMP.request(API, "secret")
    assert ("Authorization", "Bearer secret") in request.headers
    assert "secret" not in request.url
    assert FLAMP.request(PLACE, "secret").headers == ()
    assert FLAMP.request(API, None).headers == ()


def test_addresses() -> None:
    assert FLAMP.start_urls(PLACE) == (PLACE,)
    assert FLAMP.api_urls(PLACE) == (API,)
    assert FLAMP.api_urls(f"https://flamp.ru/firm/{FIRM}/") == (API,)
    assert FLAMP.api_urls(f"{API}&offset_id=5") == (API,)


@pytest.mark.parametrize("url", ["https://omsk.flamp.ru/", f"https://shop.example/firm/a-{FIRM}"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    for ask in (FLAMP.start_urls, FLAMP.api_urls):
        with pytest.raises(UsageError, match=r"flamp\.ru/firm/"):
            ask(url)


def test_recognition() -> None:
    assert FLAMP.recognises(page(answer([row()]), "")) > 0.8
    assert FLAMP.recognises(page(CARDS, PLACE)) > 0.9
    assert FLAMP.recognises(page('{"reviews":[{"likes_score":1}]}', "")) == 0.0
    assert FLAMP.recognises(page(ELEMENTS, "")) > 0.8
    canonical = f'<link rel="canonical" href="{PLACE}">'
    assert FLAMP.recognises(page(canonical + CARDS, "")) > 0.8
    shop = f'<a class="flamp-widget" href="{PLACE}">Мы</a><div itemprop="review">Да</div>'
    assert FLAMP.recognises(page(shop, "")) == 0.0


def test_an_entry_may_link_to_its_review_in_russian() -> None:
    body = """<a href="https://flamp.ru/firm/kafe-70000001012345678">Кафе</a>
    <li class="ugc-list__item"><a href="//flamp.ru/firm/kafe-70000001012345678/otzyv-7001">5 марта
    2024</a><div class="t-rich-text">Вкусно</div></li>"""
    assert FLAMP.parse(page(body, "")).reviews[0].review_id == "flamp:7001"
