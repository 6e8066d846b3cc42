"""Answers of the widget Shoppilot; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.shoppilot import SHOPPILOT
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

FIRST = "https://ugc.shoppilot.ru/api/reviews?product_id=7&page=1"


def row(identity: str = "60aa", **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "created_at": "2026-05-15T10:00:00.5+03:00",
        "published_at": "2026-05-16T10:00:00.5+03:00",
        "updated_at": "2026-05-20T10:00:00.5+03:00",
        "order_number": "ПР-0001-SECRET",
        "headline": "Хлипкий",
        "body": "Качается.\nВернул.",
        "pros": "Лёгкий",
        "cons": "Хлипкий",
        "rating": 2,
        "is_verified": True,
        "recommended": False,
        "likes": 3,
        "dislikes": 1,
        "photos": [{"url": "/1"}],
        "videos": [],
        "rating_details": [{"value": 4, "name": "quality", "label": "Качество"}, {"value": "?"}],
        "author": {
            "name": "Инна", "location": "Тверь", "avatar_url": None,
            "details": [{"name": "time_usage", "value": "Меньше месяца"}],
        },
        "comments": [
            {"author_type": "User", "author_name": "Сотрудник", "body": "Жаль",
             "created_at": "2026-05-17T10:00:00+03:00"},
            {"author_type": "Customer", "author_name": "Олег", "text": "И у меня"},
        ],
        "syndicated": True,
        "origin": "omnibox",
    } | fields  # fmt: skip


def answer(*rows: Any, current: int = 1, pages: int = 1) -> str:
    return json.dumps(
        {
            "store": {"site_host": "shop.example", "name": "Лавка"},
            "meta": {"current_page": current, "total_pages": pages},
            "product": {"name": "Стул", "url": "//shop.example/7/", "reviews_count": 32},
            "reviews": rows,
        }
    )


def parsed(body: str, url: str = FIRST) -> ParsedPage:
    return SHOPPILOT.parse(page(body, url))


def test_every_field_and_no_number_of_an_order() -> None:
    found = parsed(answer(row()))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("shoppilot:60aa", 2.0, "Хлипкий")
    assert (one.text, one.pros, one.cons) == ("Качается.\nВернул.", "Лёгкий", "Хлипкий")
    assert (one.author.name, one.author.location, one.author.has_picture) == (
        "Инна", "Тверь", False,
    )  # fmt: skip
    assert one.published_at == datetime(2026, 5, 16, 7, tzinfo=UTC)
    assert (one.votes, one.media_count) == (Votes(helpful=3, unhelpful=1), 1)
    assert (one.verified_purchase, one.recommends) == (True, False)
    assert (one.usage_period, one.product) == ("Меньше месяца", "Стул")
    assert one.url == "https://shop.example/7/"
    assert [(r.text, r.author, r.is_owner) for r in one.replies] == [
        ("Жаль", "Лавка", True), ("И у меня", "Олег", False),
    ]  # fmt: skip
    assert one.extra == {
        "sub_ratings": {"Качество": 4.0}, "is_syndicated": True, "origin": "omnibox",
    }  # fmt: skip
    assert "SECRET" not in repr(one)
    assert (found.claimed_total, found.next_urls, found.problems) == (32, (), ())


def test_pages_end_where_the_answer_says() -> None:
    following = FIRST.replace("page=1", "page=2")
    assert parsed(answer(row(), pages=2)).next_urls == (following,)
    assert parsed(answer(row(), current=2, pages=2), following).next_urls == ()
    assert parsed(answer(pages=2)).next_urls == ()
    assert len(parsed(answer(row(), pages=2), "").problems) == 1


def test_what_is_broken_does_not_lose_the_others() -> None:
    found = parsed(answer(row(""), 5, row("60ab", rating=11), row("60ac", author=None)))
    assert [one.review_id for one in found.reviews] == ["shoppilot:60ab", "shoppilot:60ac"]
    assert found.problems == (
        "review 1: dropped, it has no id", "review 2: rating 11 is outside of 1…5",
    )  # fmt: skip


def test_an_empty_answer_is_valid_and_a_strange_one_is_not() -> None:
    assert parsed(answer()).problems == ()
    said = ("this is no answer with reviews that shoppilot knows",)
    assert parsed("[]").problems == said
    assert parsed("<title>Access denied</title>").blocked == "captcha"


def test_addresses() -> None:
    assert SHOPPILOT.start_urls("https://ugc.shoppilot.ru/api/reviews?page=4&product_id=7") == (
        FIRST,
    )
    for url in ("https://ugc.shoppilot.ru/", "https://shop.example/7/"):
        with pytest.raises(UsageError, match=r"ugc\.shoppilot\.ru"):
            SHOPPILOT.start_urls(url)


def test_recognition() -> None:
    assert SHOPPILOT.recognises(page(answer(row()), "")) > 0.8
    assert SHOPPILOT.recognises(page('{"reviews": [{"is_verified": true}]}', "")) == 0.0


DRAWN = """<h1>Стул</h1><div class="sp-reviews"><div class="sp-review sp-review-from-omnibox"
itemprop="review" itemscope data-review-id="60d23afd89c294001a5be3a4">
<span class="sp-review-author-name" itemprop="author">Инна</span>
<span class="sp-review-author-location">Тверь</span>
<span class="sp-review-author-detail">Частота использования: каждый день</span>
<span class="sp-review-author-detail">Срок использования: месяц</span>
<div class="sp-review-date" datetime="2022-03-05T10:00:00+03:00">5 марта 2022</div>
<meta itemprop="ratingValue" content="2"><span class="sp-review-rating-value">2</span>
<div class="sp-review-rating-detail-label">Качество
<span class="sp-review-rating-detail-value">3</span></div>
<div class="sp-review-pros-content sp-review-text-content">Лёгкий</div>
<div class="sp-review-cons-content sp-review-text-content">Хлипкий</div>
<div class="sp-review-body sp-review-text"><div class="sp-review-body-content
sp-review-text-content">Качается.<br>Вернул.</div></div>
<div class="sp-review-photo"><a href="/1"></a></div></div></div>
<ul><li class="sp-pagination-item">1</li><li class="sp-pagination-item">2</li>
<li class="sp-pagination-item">›</li></ul>"""
WIDGET = "https://w-api2.aplaut.io/widgets/x/default/product/7/product-reviews.html?page=1"


def test_cards_that_the_widget_draws() -> None:
    found = parsed(DRAWN, WIDGET)
    one = found.reviews[0]
    assert (one.review_id, one.rating) == ("shoppilot:60d23afd89c294001a5be3a4", 2.0)
    assert (one.text, one.pros, one.cons) == ("Качается.\nВернул.", "Лёгкий", "Хлипкий")
    assert (one.author.name, one.author.location) == ("Инна", "Тверь")
    assert (one.usage_period, one.media_count, one.product) == ("месяц", 1, "Стул")
    assert one.published_at == datetime(2022, 3, 5, 7, tzinfo=UTC)
    assert one.extra == {"sub_ratings": {"Качество": 3.0}}
    assert found.next_urls == (WIDGET.replace("page=1", "page=2"),)
    assert found.problems == ()
    assert parsed(DRAWN, WIDGET.replace("page=1", "page=2")).next_urls == ()
    assert SHOPPILOT.recognises(page(DRAWN, "https://shop.example/7")) > 0.6
    assert parsed('<div class="sp-reviews"></div>', WIDGET).problems == ()


def test_a_theme_that_puts_a_heading_into_the_words() -> None:
    body = """<div class="sp-reviews"><div class="sp-review sp-review-from-omnibox">
    <b itemprop="author">Олег</b><i class="sp-review-header-date" datetime="2023-03-05"></i>
    <div class="sp-review-header-rating"><meta itemprop="ratingValue" content="4"></div>
    <div class="sp-review-body"><span>Комментарий</span> <span>Комментарий прежний.</span></div>
    <div class="sp-review-pros"><p>Достоинства</p><p>крепкий</p></div></div></div>"""
    one = parsed(body, WIDGET).reviews[0]
    assert (one.text, one.pros, one.rating) == ("Комментарий прежний.", "крепкий", 4.0)
    assert one.published_at == datetime(2023, 3, 5, tzinfo=UTC)


def test_the_interface_for_the_shop_and_bare_lists() -> None:
    fields = row()
    listed = json.dumps([fields])
    wrapped = json.dumps({"data": [{"id": "60aa", "type": "reviews", "attributes": fields}]})
    for body in (listed, wrapped):
        found = parsed(body, "https://api.aplaut.io/v4/reviews")
        assert [one.review_id for one in found.reviews] == ["shoppilot:60aa"]
        assert "SECRET" not in repr(found.reviews)
