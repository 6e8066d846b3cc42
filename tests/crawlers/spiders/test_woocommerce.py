"""Answers of both interfaces of WooCommerce, made from its documentation; names are invented."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.woocommerce import WOOCOMMERCE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

SHOP = "https://shop.example"
OPEN = f"{SHOP}/wp-json/wc/store/v1/products/reviews?per_page=100&page=1&orderby=date&order=desc"
KEYED = f"{SHOP}/wp-json/wc/v3/products/reviews?per_page=100&page=1&orderby=date_gmt&order=desc"


def row(number: int = 22, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "date_created": "2026-05-16T13:00:00",
        "date_created_gmt": "2026-05-16T10:00:00",
        "product_id": 31,
        "product_name": "Kettle &amp; lid",
        "product_permalink": f"{SHOP}/product/kettle/",
        "status": "approved",
        "reviewer": "Inna",
        "reviewer_email": "inna@mail.example",
        "review": "<p>Leaks.</p>\n<p>Loud.</p>",
        "rating": 2,
        "verified": True,
    } | fields


def parsed(body: Any, url: str = OPEN) -> ParsedPage:
    return WOOCOMMERCE.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field_and_no_address_of_mail() -> None:
    found = parsed([row()])
    one = found.reviews[0]
    assert (one.review_id, one.rating) == ("woocommerce:shop.example:22", 2.0)
    assert (one.text, one.author.name) == ("Leaks.\n\nLoud.", "Inna")
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert (one.verified_purchase, one.product) == (True, "Kettle & lid")
    assert (one.url, one.extra) == (f"{SHOP}/product/kettle/", {"product_id": "31"})
    assert "mail.example" not in repr(one)
    assert (found.next_urls, found.problems, found.claimed_total) == ((), (), None)


def test_no_stars_are_no_problem() -> None:
    found = parsed([row(rating=0)])
    assert (found.reviews[0].rating, found.problems) == (None, ())


def test_a_full_page_has_a_next_one() -> None:
    full = OPEN.replace("per_page=100", "per_page=2")
    found = parsed([row(1), row(2)], full)
    assert found.next_urls == (
        f"{SHOP}/wp-json/wc/store/v1/products/reviews?per_page=2&orderby=date&order=desc&page=2",
    )
    assert parsed([row(3)], full).next_urls == ()
    assert parsed([], full).next_urls == ()


def test_what_is_not_published_or_broken_does_not_lose_the_others() -> None:
    found = parsed([row(1, status="spam"), 5, row(2, review=None), row(3, rating="?"), row(4)])
    assert [one.review_id[-2:] for one in found.reviews] == [":3", ":4"]
    assert found.skipped == {"review that the shop has not published": 1}
    assert found.problems == (
        "review 2: dropped, it is no review with an id",
        "review 3: dropped, it is no review with an id",
        "review 4: rating '?' is no number",
    )


def test_an_empty_list_is_valid_and_a_strange_answer_is_not() -> None:
    assert parsed([]).problems == ()
    said = ("this is no answer with reviews that woocommerce knows",)
    assert parsed({"a": 1}).problems == said
    assert parsed("<p>Hi").problems == said


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("rest_no_route", "not_found"),
        ("woocommerce_rest_cannot_view", "forbidden"),
        ("woocommerce_rest_authentication_error", "login"),
    ],
)
def test_refusals(code: str, reason: str) -> None:
    assert parsed({"code": code, "message": "x", "data": {"status": 401}}).blocked == reason


def test_the_key_goes_to_the_keyed_interface_over_tls_alone() -> None:
    sent = WOOCOMMERCE.request(KEYED, "ck_1:cs_2")
    word = base64.b64encode(b"ck_1:cs_2").decode()
    assert (sent.url, sent.headers) == (KEYED, (("Authorization", f"Basic {word}"),))
    for elsewhere in (OPEN, KEYED.replace("https", "http")):
        assert WOOCOMMERCE.request(elsewhere, "ck_1:cs_2").headers == ()


@pytest.mark.parametrize(
    ("url", "start", "api"),
    [
        (f"{SHOP}/product/kettle/", OPEN, KEYED),
        (SHOP, OPEN, KEYED),
        (
            f"{SHOP}/de/wp-json/wc/v3/products/reviews?product=31&consumer_key=ck_1",
            OPEN.replace("/wp-json", "/de/wp-json") + "&product=31",
            KEYED.replace("/wp-json", "/de/wp-json") + "&product=31",
        ),
    ],
)
def test_addresses(url: str, start: str, api: str) -> None:
    assert WOOCOMMERCE.start_urls(url) == (start,)
    assert WOOCOMMERCE.api_urls(url) == (api,)


def test_what_is_no_shop_is_refused_with_a_remedy() -> None:
    with pytest.raises(UsageError, match=r"https://shop\.example/"):
        WOOCOMMERCE.start_urls("kettle")


def test_recognition() -> None:
    assert WOOCOMMERCE.recognises(page(json.dumps([row()]), "")) > 0.8
    assert WOOCOMMERCE.recognises(page("[]", OPEN)) > 0.9
    assert WOOCOMMERCE.recognises(page('[{"review": "x"}]', "https://[")) == 0.0


SHOWN = """<html lang="ru"><head><link rel="canonical" href="https://shop.example/product/kettle/">
</head><body class="single-product postid-31"><h1 class="product_title">Чайник</h1>
<div id="reviews" class="woocommerce-Reviews"><h2 class="woocommerce-Reviews-title">2 отзыва</h2>
<ol class="commentlist"><li class="review depth-1" id="li-comment-22"><div id="comment-22">
<div class="star-rating" aria-label="Оценка 2 из 5"></div><p class="meta">
<strong class="woocommerce-review__author">Инна</strong>
<em class="woocommerce-review__verified verified">(подтверждён)</em>
<time class="woocommerce-review__published-date" datetime="2026-05-16T13:00:00+03:00"></time></p>
<div class="description"><p>Течёт.</p></div></div></li>
<li class="comment depth-1" id="li-comment-23"><p>Когда завоз?</p></li></ol></div></body></html>"""


@pytest.mark.parametrize("url", ["", f"{SHOP}/product/kettle/"])
def test_a_products_own_page_gives_what_the_interface_does(url: str) -> None:
    found = parsed(SHOWN, url)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("woocommerce:shop.example:22", 2.0, "Течёт.")
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert (one.author.name, one.verified_purchase, one.product) == ("Инна", True, "Чайник")
    assert (one.extra, found.claimed_total, len(found.reviews)) == ({"product_id": "31"}, 2, 1)
    assert WOOCOMMERCE.recognises(page(SHOWN, url)) > 0.6


def test_a_page_without_reviews_is_empty_and_any_other_is_none_of_its_own() -> None:
    empty = '<div id="reviews" class="woocommerce-Reviews"><p>Отзывов пока нет.</p></div>'
    assert (parsed(empty).reviews, parsed(empty).problems) == ((), ())
    assert parsed("<p>О нас</p>").problems


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        ("<div class='a woocommerce-Reviews b'>", True),
        ("<div id=reviews class=woocommerce-Reviews>", True),
        ('<script>var info = {"element": ".woocommerce-Reviews .commentlist"};</script>', False),
        ('<style class="shop">.woocommerce-review__author {color: red}</style>', False),
        ('<p class="note">wp-block-woocommerce-product-reviews</p>', False),
    ],
)
def test_names_in_styles_and_scripts_are_no_reviews(body: str, is_one: bool) -> None:
    found = WOOCOMMERCE.recognises(page(f"<html><body>{body}", "https://shop.example/blog/"))
    assert (found > 0.6) is is_one


THEMES = """<html lang="en"><h1 class="product_title">Kettle</h1>
<div id="reviews" class="woocommerce-Reviews">
<h2 class="woocommerce-Reviews-title">Reviews (3)</h2><ol class="commentlist">
<li class="review even depth-1" id="li-comment-11"><div id="comment-11"><div class="star-rating">
<span style="width:80%"></span></div><p class="meta">
<strong class="woocommerce-review__author">Inna </strong></p>
<div class="description"><p>Good one.</p></div></div></li>
<li class="comment odd depth-1" id="li-comment-12">
<div class="star-rating" title="Rated 3 out of 5">
<span style="width:60%"></span></div><div class="comment-text"><p class="meta">
<strong itemprop="author">Oleg</strong></p><div class="description"><p>Older.</p></div></div></li>
<li class="review odd depth-1" id="comment-13">
<div class="wp-block-woocommerce-product-review-author-name">Olga</div>
<div class="wc-block-components-product-rating__stars" role="img" aria-label="Rated 2 out of 5">
</div><div class="wp-block-woocommerce-product-review-content"><p>Of blocks.</p></div></li></ol>
<nav class="woocommerce-pagination"><a class="next" href="/product/kettle/comment-page-2/">→</a>
</nav></div></html>"""

BLOCK = """<ul class="wc-block-review-list"><li class="wc-block-review-list-item__item">
<div class="wc-block-review-list-item__verified">Verified buyer</div>
<div class="wc-block-review-list-item__product"><a href="https://shop.example/p/lid">Lid</a></div>
<div class="wc-block-review-list-item__rating"><div aria-label="Rated 4 out of 5" role="img"
class="wc-block-review-list-item__rating__stars"><span style="width:80%"></span></div></div>
<div class="wc-block-review-list-item__author">Inna</div>
<time class="wc-block-review-list-item__published-date"
datetime="2024-03-05T10:00:00">5 March</time>
<div class="wc-block-review-list-item__text"><p>Fits.</p></div></li></ul>"""


def test_themes_that_draw_stars_in_other_ways() -> None:
    found = parsed(THEMES, f"{SHOP}/product/kettle/")
    assert [(one.rating, one.author.name, one.text) for one in found.reviews] == [
        (4.0, "Inna", "Good one."), (3.0, "Oleg", "Older."), (2.0, "Olga", "Of blocks."),
    ]  # fmt: skip
    assert found.next_urls == (f"{SHOP}/product/kettle/comment-page-2/",)
    assert (found.claimed_total, found.problems) == (3, ())


def test_the_block_with_reviews_of_many_goods() -> None:
    one = parsed(BLOCK, SHOP).reviews[0]
    assert (one.rating, one.author.name, one.text) == (4.0, "Inna", "Fits.")
    assert (one.product, one.url, one.verified_purchase) == ("Lid", f"{SHOP}/p/lid", True)
    assert one.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert WOOCOMMERCE.recognises(page(BLOCK, SHOP)) > 0.6


def test_the_first_interface_and_the_one_before_the_third() -> None:
    first = {
        "id": 7, "created_at": "2015-03-05T10:00:00Z", "review": "Leaks.", "rating": "2",
        "reviewer_name": "Inna", "reviewer_email": "inna@mail.example", "verified": False,
    }  # fmt: skip
    second = {
        "id": 8, "date_created": "2017-03-05T10:00:00", "review": "Fine.", "rating": 5,
        "name": "Oleg", "email": "oleg@mail.example", "verified": True,
    }  # fmt: skip
    for body, name, year in (
        ({"product_reviews": [first]}, "Inna", 2015), ([second], "Oleg", 2017),
        (second, "Oleg", 2017),
    ):  # fmt: skip
        one = parsed(body, "").reviews[0]
        assert (one.author.name, one.published_at and one.published_at.year) == (name, year)
        assert WOOCOMMERCE.recognises(page(json.dumps(body), "")) > 0.6
        assert "mail.example" not in repr(one)
