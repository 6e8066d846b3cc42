"""iRecommend's lists and pages of single reviews, constructed from what its readers describe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.irecommend import IRECOMMEND
from pipeline.errors import UsageError
from tests.crawlers.pages import page

LIST = "https://irecommend.ru/content/bank-romashka?new=1"
ONE = "https://irecommend.ru/content/zhdala-chas"

FULL = f"""<link rel="canonical" href="{ONE}"><div id="product-ttl-55">Банк «Ромашка»</div>
<div class="review-node" id="node-myreview-7001"><div class="reviewBlock">
<div class="authorName"><a href="/users/inna">Инна</a></div>
<div class="starsRating"><div class="fivestarWidgetStatic fivestarWidgetStatic-2"></div></div>
<meta itemprop="datePublished" content="2024-03-05T12:00:00+03:00">
<h2 class="reviewTitle"><a class="review-summary" itemprop="url" href="{ONE}">Ждала час</a></h2>
<div class="item-data">Опыт использования: 2 года</div>
<div itemprop="reviewBody" class="description hasinlineimage"><p>Ждала.</p><p>Ушла.</p>
<img data-original="https://cdn.example/user-images/1/a.jpg"></div>
<img src="https://cdn.example/user-images/1/a.jpg"><img src="/logo.png">
<div class="plus"><ul><li>рядом</li><li>тепло</li></ul></div>
<div class="minus"><ul><li>очередь</li></ul></div>
<span class="verdict">не рекомендует</span></div></div>
<div class="smTeaser" data-nid="9"><div class="reviewTitle">Смотрите также</div></div>"""


def listed(*entries: str, more: str = "") -> str:
    return f"""<div id="product-ttl-55">Банк</div><span itemprop="reviewCount">80</span>
    <ul class="list-comments">{"".join(f"<li>{one}</li>" for one in entries)}</ul>{more}"""


def entry(link: str) -> str:
    return f"""<div class="smTeaser plate" data-nid="8001" data-photos-count="3">
    <div class="authorName"><a href="/users/oleg">Олег</a></div>
    <div class="starsRating"><div class="star"><div class="on">4</div></div>
    <div class="star"><div class="on">4</div></div><div class="star"><div class="off"></div></div>
    </div><div class="created"><span class="date-created">12.03.2024</span>
    <span class="time-created">10:15</span></div><div class="reviewTitle">Терпимо</div>
    <span class="reviewTeaserText">Бывает хуже</span>{link}</div>"""


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return IRECOMMEND.parse(page(body, url))


@pytest.mark.parametrize("url", [ONE, ""])
def test_every_field_of_a_reviews_own_page(url: str) -> None:
    found = parsed(FULL, url)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("irecommend:7001", 2.0, "Ждала час")
    assert (one.text, one.pros, one.cons) == ("Ждала.\n\nУшла.", "рядом\nтепло", "очередь")
    assert (one.author.id, one.author.name) == ("inna", "Инна")
    assert one.author.profile_url == "https://irecommend.ru/users/inna"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.recommends, one.usage_period, one.media_count) == (False, "2 года", 1)
    assert (one.product, one.url) == ("Банк «Ромашка»", ONE)
    assert (len(found.reviews), found.next_urls, found.problems) == (1, (), ())


def test_a_list_leads_to_the_reviews_and_then_to_its_next_page() -> None:
    more = '<ul class="pager"><li class="pager-next"><a href="/content/bank?page=1">›</a></li></ul>'
    found = parsed(listed(entry(f'<a class="reviewTextSnippet" href="{ONE}">…</a>'), more=more))
    assert found.next_urls == (ONE, "https://irecommend.ru/content/bank?page=1")
    assert (found.reviews, found.claimed_total, found.problems) == ((), 80, ())
    (one,) = found.excerpts
    assert (one.review_id, one.rating, one.text, one.url) == (
        "irecommend:8001", 2.0, "Бывает хуже", ONE,
    )  # fmt: skip
    assert (one.product, one.extra) == ("Банк", {"excerpt": True})


def test_an_entry_without_a_page_of_its_own_is_read_as_it_is() -> None:
    one = parsed(listed(entry(""), "<div class='smTeaser'></div>")).reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "irecommend:8001", 2.0, "Терпимо", "Бывает хуже",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 12, 10, 15, tzinfo=UTC)
    assert one.media_count == 3


def test_an_empty_list_is_valid_and_a_stranger_is_told() -> None:
    assert parsed(listed()).problems == ()
    assert parsed("<p>Привет</p>").problems == (
        "this is no answer with reviews that irecommend knows",
    )
    assert parsed("<title>Just a moment...</title>").blocked == "captcha"


def test_addresses() -> None:
    assert IRECOMMEND.start_urls("https://irecommend.ru/content/bank-romashka?page=2") == (LIST,)


@pytest.mark.parametrize("url", ["https://irecommend.ru/", "https://shop.example/content/bank"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"irecommend\.ru/content/"):
        IRECOMMEND.start_urls(url)


def test_recognition() -> None:
    assert IRECOMMEND.recognises(page(FULL, "")) > 0.8
    assert IRECOMMEND.recognises(page('<div class="reviewBlock">', "")) == 0.0


@pytest.mark.parametrize("lit", [1, 3, 5])
def test_stars_are_counted_where_the_widget_is_called_after_all_of_them(lit: int) -> None:
    stars = "".join(
        f'<div class="star"><div class="{"on" if place < lit else "off"}"></div></div>'
        for place in range(5)
    )
    widget = f'<div class="fivestarWidgetStatic fivestarWidgetStatic-5">{stars}</div>'
    body = FULL.replace('<div class="fivestarWidgetStatic fivestarWidgetStatic-2"></div>', widget)
    assert parsed(body, ONE).reviews[0].rating == lit


def test_the_layout_of_the_first_years() -> None:
    stars = '<div class="star"><div class="on"></div></div>' * 2 + '<div class="star"></div>'
    widget = f'<div class="fivestarWidgetStatic fivestarWidgetStatic-5">{stars}</div>'
    listed = f"""<link rel="canonical" href="{LIST}"><ul class="list-comments"><li class="item odd">
    <div class="authorName">Вера</div>{widget}<h2 class="reviewTitle">
    <a href="/content/zhdala-chas">Долго</a></h2><span class="reviewTeaserText">Ждала…</span>
    </li></ul>"""
    assert parsed(listed).next_urls == (ONE,)
    for body in ("description hasinlineimage", "views-field-teaser"):
        shown = f"""<div class="reviewBlock"><h2 class="reviewTitle">Долго</h2>
        <div class="authorName"><a href="/users/vera">Вера</a></div>{widget}
        <span class="dtreviewed">15 Март, 2013 - 10:20</span>
        <div class="{body}"><p>Ждала час.</p></div></div>"""
        one = parsed(shown, ONE).reviews[0]
        assert (one.rating, one.title, one.text) == (2.0, "Долго", "Ждала час.")
        assert one.published_at is not None
