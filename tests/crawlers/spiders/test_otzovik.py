"""Otzovik's lists and pages of single reviews, constructed from what its readers describe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.otzovik import OTZOVIK
from pipeline.errors import UsageError
from tests.crawlers.pages import page

LIST = "https://otzovik.com/reviews/bank_romashka/?order=date_desc"
ONE = "https://otzovik.com/review_7001.html"

FULL = """<html><head><link rel="canonical" href="https://otzovik.com/review_7001.html"></head>
<div class="product-header"><a class="product-name"><span>Банк «Ромашка»</span></a></div>
<div class="review-header"><div class="user-info"><div class="login-line">
<a class="user-login" href="/profile/inna77"><span>inna77</span></a></div>
<div class="karma-line">Репутация 12</div><div>Россия, Тверь</div></div>
<div class="reviews-col"><a class="reviews-counter">34</a></div></div>
<div class="review-contents"><span class="review-postdate"><span class="tooltip-right">
05.03.2024</span></span>
<h1>Отзыв: Банк «Ромашка» - Долго</h1>
<div class="product-rating-details"><div title="Обслуживание: 2"></div>
<div title="Цены: 4"></div><div title="без оценки"></div></div>
<div class="review-plus">Достоинства: Близко к дому</div>
<div class="review-minus">Недостатки:<br>Очереди</div>
<div class="review-body description">Ждал час.<br>Ушёл.<img src="/a.jpg"></div>
<table class="product-props"><tr><td>Время использования:</td><td>2 года</td></tr>
<tr><td>Год посещения:</td><td>2023</td></tr>
<tr><td>Общее впечатление:</td><td><i class="summary">Долго</i></td></tr>
<tr><td>Моя оценка:</td><td><div class="product-rating" title="Общий рейтинг: 2"></div></td></tr>
<tr><td>Рекомендую друзьям:</td><td class="recommend-ratio">НЕТ</td></tr></table>
<div class="review-bar"><span class="review-btn review-yes">5</span>
<a class="review-comments">3</a></div></div></html>"""


def entry(number: int, teaser: str, stars: int = 4, more: str = "") -> str:
    marks = '<span class="icons icon-star-1"></span>' * stars
    marks += '<span class="icons icon-star-0"></span>' * (5 - stars)
    return f"""<div class="item status4 mshow0" itemprop="review">
    <meta itemprop="url" content="https://otzovik.com/review_{number}.html">
    <div class="item-left"><div class="user-info"><div class="login-line">
    <a class="user-login" href="/profile/oleg"><span itemprop="name">oleg</span></a></div>
    <div>Россия, Омск</div></div></div>
    <div class="item-right"><div class="product-rating tooltip-right">{marks}</div>
    <div class="review-postdate"><span class="tooltip-right">12 мар 2024</span></div>
    <h3><a class="review-title" href="/review_{number}.html">Нормально</a></h3>
    <div class="review-teaser">{teaser}</div>{more}</div></div>"""


def listed(*entries: str, head: str = "") -> str:
    return f"""<div class="product-header"><span class="product-name">Банк «Ромашка»</span>
    <span itemprop="reviewCount">120</span></div>{head}
    <div class="review-list-2 review-list-chunk">{"".join(entries)}</div>
    <div class="pager"><a class="pager-item next tooltip-top"
    href="/reviews/bank_romashka/2/?order=date_desc">&gt;</a></div>"""


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return OTZOVIK.parse(page(body, url))


@pytest.mark.parametrize("url", [ONE, ""])
def test_every_field_of_a_reviews_own_page(url: str) -> None:
    found = parsed(FULL, url)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("otzovik:7001", 2.0, "Долго")
    assert (one.text, one.pros, one.cons) == ("Ждал час.\nУшёл.", "Близко к дому", "Очереди")
    assert (one.author.id, one.author.name, one.author.location) == (
        "inna77", "inna77", "Россия, Тверь",
    )  # fmt: skip
    assert one.author.profile_url == "https://otzovik.com/profile/inna77"
    assert one.author.reviews_count == 34
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert (one.recommends, one.usage_period, one.media_count) == (False, "2 года", 1)
    assert (one.product, one.url) == ("Банк «Ромашка»", ONE)
    assert one.votes is not None
    assert one.votes.helpful == 5
    assert one.extra == {
        "sub_ratings": {"Обслуживание": 2.0, "Цены": 4.0}, "year": "2023", "comment_count": 3,
    }  # fmt: skip
    assert (found.next_urls, found.problems) == ((), ())


def test_a_list_gives_what_it_shows_in_full() -> None:
    more = (
        '<div class="review-plus">Достоинства: Рядом</div>'
        '<div class="review-minus">Недостатки: Нет</div><td class="recommend-ratio">ДА</td>'
    )
    found = parsed(listed(entry(8001, "Всё быстро, вежливо.", more=more)))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "otzovik:8001", 4.0, "Нормально", "Всё быстро, вежливо.",
    )  # fmt: skip
    assert (one.pros, one.cons, one.recommends) == ("Рядом", "Нет", True)
    assert (one.author.name, one.author.location) == ("oleg", "Россия, Омск")
    assert one.published_at == datetime(2024, 3, 12, tzinfo=UTC)
    assert (found.claimed_total, one.product) == (120, "Банк «Ромашка»")
    assert found.next_urls == ("https://otzovik.com/reviews/bank_romashka/2/?order=date_desc",)


def test_an_excerpt_leads_to_the_reviews_own_page_before_the_next_page() -> None:
    found = parsed(listed(entry(8001, "Всё быстро…"), entry(8002, "Не очень...")))
    assert found.reviews == ()
    assert [
        (one.review_id, one.rating, one.text, one.extra["excerpt"]) for one in found.excerpts
    ] == [
        ("otzovik:8001", 4.0, "Всё быстро…", True),
        ("otzovik:8002", 4.0, "Не очень...", True),
    ]
    assert {one.product for one in found.excerpts} == {"Банк «Ромашка»"}
    assert found.next_urls == (
        "https://otzovik.com/review_8001.html",
        "https://otzovik.com/review_8002.html",
        "https://otzovik.com/reviews/bank_romashka/2/?order=date_desc",
    )
    assert found.problems == ()


def test_an_entry_that_shows_no_text_is_an_excerpt_where_more_can_be_read() -> None:
    more = '<a class="review-read-link" href="/review_8001.html">Читать весь отзыв</a>'
    assert parsed(listed(entry(8001, "", more=more))).next_urls[0].endswith("/review_8001.html")


def test_an_entry_without_words_or_stars_does_not_lose_the_others() -> None:
    broken = '<div class="item" itemprop="review"><a href="#">?</a></div>'
    found = parsed(listed(broken, entry(8001, "Да.", stars=0), entry(8002, "Нет.")))
    assert [one.review_id for one in found.reviews] == ["otzovik:8001", "otzovik:8002"]
    assert [one.rating for one in found.reviews] == [None, 4.0]
    assert found.problems == ("review 1: dropped, neither words nor stars",)


def test_the_last_page_leads_nowhere_and_an_empty_list_is_valid() -> None:
    found = parsed('<div class="review-list-chunk"></div>')
    assert (found.reviews, found.next_urls, found.problems) == ((), (), ())


def test_walls_and_strangers() -> None:
    wall = "<p>С вашего IP-адреса было много обращений к сайту Отзовик</p>"
    assert parsed(wall).blocked == "captcha"
    assert parsed("<p>Привет</p>").problems == (
        "this is no answer with reviews that otzovik knows",
    )


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://otzovik.com/reviews/bank_romashka/", LIST),
        ("https://otzovik.com/reviews/bank_romashka/3/?ratio=1", LIST),
        ("https://m.otzovik.com/reviews/bank_romashka/", LIST),
        ("https://otzovik.com/review_7001.html", ONE),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert OTZOVIK.start_urls(url) == (start,)


@pytest.mark.parametrize("url", ["https://otzovik.com/", "https://shop.example/reviews/bank/"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"otzovik\.com/reviews/"):
        OTZOVIK.start_urls(url)


def test_recognition() -> None:
    assert OTZOVIK.recognises(page(FULL, "")) > 0.8
    assert OTZOVIK.recognises(page("<p>", LIST)) > 0.9
    assert OTZOVIK.recognises(page('<div class="review-plus">+</div>', "")) == 0.0


def test_the_next_page_is_found_wherever_the_pager_stands() -> None:
    pager = '<a class="pager-item next tooltip-top" href="/reviews/bank_romashka/2/">›</a>'
    found = parsed(listed(entry(7003, "Хорошо, очередей нет"), head=pager))
    assert found.next_urls == ("https://otzovik.com/reviews/bank_romashka/2/",)


def test_a_score_in_figures_and_a_title_in_the_heading() -> None:
    shown = """<div class="product-header"><a class="product-name">Чайник</a></div>
    <div class="item hreview"><div class="item-right"><h1>Отзыв: Чайник - Шумит</h1>
    <div class="rating-score tooltip-right"><span>4</span></div>
    <span class="review-postdate dtreviewed"><abbr title="2021-04-05">5 апр 2021</abbr></span>
    <div class="review-body description">Кипятит быстро.</div></div></div>
    <h3>Смотрите также</h3>"""
    one = parsed(shown, "https://otzovik.com/review_123456.html").reviews[0]
    assert (one.rating, one.title, one.product) == (4.0, "Шумит", "Чайник")
