"""Answers of Magento's GraphQL, made from its documentation; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import query_of
from crawlers.spiders.magento import MAGENTO, QUERY
from pipeline.errors import UsageError
from tests.crawlers.pages import page

PRODUCT = "https://shop.example/kettle-red.html"
FIRST = MAGENTO.start_urls(PRODUCT)[0]


def row(**fields: Any) -> dict[str, Any]:
    return {
        "nickname": "Inna",
        "summary": "Leaks",
        "text": "Two weeks,\nthen a leak.",
        "average_rating": 40,
        "created_at": "2026-05-16 10:00:00",
        "ratings_breakdown": [{"name": "Quality", "value": "1"}, {"name": "Price", "value": "3"}],
    } | fields


def answer(*rows: Any, current: int = 1, pages: int = 1) -> dict[str, Any]:
    info = {"current_page": current, "total_pages": pages}
    product = {
        "sku": "K-1", "name": "Kettle", "review_count": 21,
        "reviews": {"items": rows, "page_info": info},
    }  # fmt: skip
    return {"data": {"products": {"items": [product]}}}


def parsed(body: Any, url: str = FIRST) -> ParsedPage:
    return MAGENTO.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field() -> None:
    found = parsed(answer(row()))
    one = found.reviews[0]
    assert one.review_id.startswith("magento:~")
    assert one.rating_original is not None
    assert (one.rating, one.rating_original.value, one.rating_original.best) == (2.0, 40, 100)
    assert (one.title, one.text) == ("Leaks", "Two weeks,\nthen a leak.")
    assert (one.author.name, one.product) == ("Inna", "Kettle")
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert one.extra == {"sub_ratings": {"Quality": 1.0, "Price": 3.0}, "product_id": "K-1"}
    assert (found.claimed_total, found.next_urls, found.problems) == (21, (), ())


def test_the_whole_scale() -> None:
    rows = [row(text=f"Number {value} it is", average_rating=value) for value in (20, 80, 100, 0)]
    found = parsed(answer(*rows))
    assert [one.rating for one in found.reviews] == [1.0, 4.0, 5.0, None]
    assert found.problems == ("review 4: rating 0 is taken as not rated",)


def test_reviews_that_are_alike_are_not_one() -> None:
    assert len(parsed(answer(row(), row())).reviews) == 2


def test_pages_end_where_the_answer_says() -> None:
    following = parsed(answer(row(), pages=2)).next_urls[0]
    assert query_of(following) == {"query": QUERY, "variables": '{"key":"kettle-red","page":2}'}
    assert parsed(answer(row(), current=2, pages=2), following).next_urls == ()
    assert parsed(answer(pages=2)).next_urls == ()
    assert len(parsed(answer(row(), pages=2), "").problems) == 1


def test_what_is_broken_does_not_lose_the_others() -> None:
    found = parsed(answer(5, row(summary="", text="", average_rating=None), row()))
    assert len(found.reviews) == 1
    assert found.problems == ("review 1: dropped, neither words nor stars",)


def test_products_without_reviews_and_no_products() -> None:
    found = parsed(answer())
    assert (found.reviews, found.problems) == ((), ())
    none: dict[str, Any] = {"data": {"products": {"items": []}}}
    assert parsed(none).problems == ("the shop knows no such product",)


def test_errors_of_the_interface() -> None:
    category = {"category": "graphql-authorization"}
    found = parsed({"errors": [{"message": "Not for guests", "extensions": category}]})
    assert found.blocked == "forbidden"
    assert found.problems[0] == "the shop answers with an error: Not for guests"
    assert parsed("<p>Hi").problems == ("this is no answer with reviews that magento knows",)


def test_addresses() -> None:
    assert FIRST.startswith("https://shop.example/graphql?query=query%28")
    assert query_of(FIRST)["variables"] == '{"key":"kettle-red","page":1}'
    assert MAGENTO.start_urls(FIRST) == (FIRST,)


@pytest.mark.parametrize("url", ["https://shop.example/", "kettle.html"])
def test_what_is_no_product_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"name\.html"):
        MAGENTO.start_urls(url)


def test_recognition() -> None:
    assert MAGENTO.recognises(page(json.dumps(answer(row())), "")) > 0.8
    assert MAGENTO.recognises(page('{"nickname": 1}', "")) == 0.0


SECOND = """<html lang="en-US"><h1 class="page-title">Kettle</h1><div id="customer-reviews">
<div class="toolbar review-toolbar"><p class="toolbar-amount">Items 1-10 of 12</p></div>
<ol class="items review-items"><li class="item review-item" itemscope itemprop="review">
<div class="review-title" itemprop="name">Leaks</div>
<div class="review-ratings"><div class="rating-summary item"><span class="label rating-label">
<span>Quality</span></span><div class="rating-result" title="40%"><span style="width:40%">
<span><span itemprop="ratingValue">40</span>%</span></span></div></div>
<div class="rating-summary item"><span class="label rating-label"><span>Price</span></span>
<div class="rating-result" title="80%"><span style="width:80%"></span></div></div></div>
<div class="review-content" itemprop="description">Two weeks,<br>then a leak.</div>
<div class="review-details"><p class="review-author"><span class="review-details-label">By</span>
<strong class="review-details-value" itemprop="author">Inna</strong></p><p class="review-date">
<time class="review-details-value" datetime="8/5/17">8/5/17</time></p></div></li></ol>
<ul class="pages-items"><li class="pages-item-next"><a class="action next" href="?p=2">Next</a>
</li></ul></div></html>"""

FIRST_VERSION = """<div class="product-name"><h1>Kettle</h1></div><div id="customer-reviews">
<div class="pager"><p class="amount">Items 1 to 10 of 12 total</p></div><dl>
<dt><a href="https://shop.example/review/product/view/id/77/">Leaks</a>
Review by <span>Inna</span></dt><dd><table class="ratings-table"><tr><th>Quality</th>
<td><div class="rating-box"><div class="rating" style="width:20%;"></div></div></td></tr></table>
Two weeks, by the way.<small class="date">(Posted on 13/5/2014)</small></dd>
<dt><a href="https://shop.example/review/product/view/id/78/">Made by hand</a></dt>
<dd><div class="rating-box"><div class="rating" style="width:100%"></div></div>
<span class="review-meta">Review by Oleg / (Posted on May 5, 2014)</span>
<div class="review">Fine.</div></dd></dl></div>"""


def test_lists_that_the_second_version_draws() -> None:
    found = parsed(SECOND, PRODUCT)
    one = found.reviews[0]
    assert (one.rating, one.title, one.text) == (3.0, "Leaks", "Two weeks,\nthen a leak.")
    assert (one.author.name, one.product) == ("Inna", "Kettle")
    assert one.published_at == datetime(2017, 8, 5, tzinfo=UTC)
    assert one.extra == {"sub_ratings": {"Quality": 2.0, "Price": 4.0}}
    assert (found.claimed_total, found.problems) == (12, ())
    assert found.next_urls == (f"{PRODUCT}?p=2",)
    assert MAGENTO.recognises(page(SECOND, "")) > 0.6


def test_terms_that_the_first_version_draws() -> None:
    found = parsed(FIRST_VERSION, PRODUCT)
    first, second = found.reviews
    assert (first.review_id, first.rating) == ("magento:shop.example:77", 1.0)
    assert (first.title, first.text) == ("Leaks", "Two weeks, by the way.")
    assert (first.author.name, first.product) == ("Inna", "Kettle")
    assert first.published_at == datetime(2014, 5, 13, tzinfo=UTC)
    assert first.extra == {"sub_ratings": {"Quality": 1.0}}
    assert (second.title, second.text, second.rating) == ("Made by hand", "Fine.", 5.0)
    assert second.author.name == "Oleg"
    assert second.published_at == datetime(2014, 5, 5, tzinfo=UTC)
    assert (found.claimed_total, found.problems) == (12, ())
    assert MAGENTO.recognises(page(FIRST_VERSION, "")) > 0.6


def test_lists_of_a_theme_that_is_marked_up() -> None:
    body = """<div id="customer-review-list"><div itemscope itemprop="review">
    <div itemprop="reviewRating"><meta itemprop="ratingValue" content="4">
    <meta itemprop="bestRating" content="5"></div><div itemprop="name">Fine</div>
    <div itemprop="description">Boils.</div><span itemprop="author">Inna</span>
    <time itemprop="datePublished" datetime="2024-03-05">5 March</time></div></div>"""
    one = parsed(body, PRODUCT).reviews[0]
    assert (one.rating, one.title, one.text, one.author.name) == (4.0, "Fine", "Boils.", "Inna")
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)


def test_a_products_page_leads_to_the_list_that_its_script_asks_for() -> None:
    where = "https:\\/\\/shop.example\\/review\\/product\\/listAjax\\/id\\/12\\/"
    body = f'<h1>Kettle</h1><script>{{"x": {{"productReviewUrl": "{where}"}}}}</script>'
    found = parsed(body, PRODUCT)
    assert found.next_urls == ("https://shop.example/review/product/listAjax/id/12/",)
    assert found.problems == ()


def test_a_page_of_too_many_says_so() -> None:
    body = '<ol><li class="review-item"><div class="review-title">x</div></li>' * 2_001
    found = parsed(body, PRODUCT)
    assert len(found.reviews) == 2_000
    assert found.problems == ("more than 2000 reviews on one page, the rest is lost",)


def test_an_empty_list_is_valid() -> None:
    assert parsed('<div id="customer-reviews"></div>', PRODUCT).problems == ()


def test_rows_of_other_interfaces() -> None:
    one: dict[str, Any] = {
        "id": 353, "title": "Leaks", "detail": "Two weeks.", "nickname": "Inna",
        "ratings": [{"rating_name": "Quality", "percent": 40}, {"rating_name": "x", "value": 4}],
        "created_at": "2026-05-16 10:00:00", "review_status": 1, "product_id": 12,
    }  # fmt: skip
    hits = {
        "hits": {"hits": [{"_source": one}, {"_source": one | {"id": 354, "review_status": 2}}]}
    }
    for body in (hits, [one, one | {"review_status": 2}]):
        found = parsed(body, "https://shop.example/rest/V1/reviews")
        review = found.reviews[0]
        assert (len(found.reviews), review.review_id) == (1, "magento:shop.example:353")
        assert (review.rating, review.text) == (3.0, "Two weeks.")
        assert review.extra == {"sub_ratings": {"Quality": 2.0, "x": 4.0}, "product_id": "12"}
        assert found.skipped == {"review that the shop has not published": 1}
        assert MAGENTO.recognises(page(json.dumps(body), "")) > 0.6


def test_reviews_of_one_customer() -> None:
    mine = row(product={"sku": "K-1", "name": "Kettle"})
    found = parsed({"data": {"customer": {"reviews": {"items": [mine]}}}})
    assert (found.reviews[0].product, found.problems) == ("Kettle", ())


def test_a_polish_theme_with_names_of_its_own() -> None:
    body = """<div id="customer-reviews"><dl>
      <dt><a href="https://sklep.example/review/product/view/id/3285/">Wysoka jakość</a></dt>
      <dd><div class="ip-rating-box big"><div class="ip-rating" style="width:80%;"></div></div>
      Bardzo ładnie wygląda na dłoni.
      <span class="review-meta">Recenzje wg Anna / (Dodano 28-02-2015)</span></dd></dl></div>"""
    (review,) = MAGENTO.parse(page(body, "https://sklep.example/product")).reviews
    assert (review.author.name, review.rating) == ("Anna", 4.0)
    assert review.text == "Bardzo ładnie wygląda na dłoni."
