"""Pages of Yandex Maps, constructed from the names of the map's state; no capture is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.yandex_maps import YANDEX_MAPS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

ADDRESS = "https://yandex.ru/maps/org/kafe_port/1040226791/reviews/"


def row(name: str = "r1", **fields: Any) -> dict[str, Any]:
    return {
        "reviewId": name,
        "businessId": "1040226791",
        "author": {
            "name": "Инна П.", "publicId": "abc123", "professionLevel": "Знаток города 5 уровня",
            "avatarUrl": "https://avatars.example/{size}",
        },
        "text": "Долго ждали,\nно вкусно",
        "textLanguage": "ru",
        "rating": 4,
        "updatedTime": "2024-03-05T09:00:00.123Z",
        "reactions": {"likes": 3, "dislikes": 1},
        "photos": [{"urlTemplate": "a"}, {"urlTemplate": "b"}],
        "businessComment": {"text": "Спасибо!", "updatedTime": "2024-03-06T09:00:00Z"},
    } | fields  # fmt: skip


def results(*rows: Any, **params: Any) -> dict[str, Any]:
    return {"reviews": list(rows), "params": {"count": 120, "page": 1, "totalPages": 3} | params}


def html(*rows: Any, **params: Any) -> str:
    item = {"id": "1040226791", "title": "Кафе «Порт»", "reviewResults": results(*rows, **params)}
    neighbour = {"id": "5", "title": "Сосед", "reviewResults": {"reviews": []}}
    state = json.dumps({"stack": [{"results": {"items": [neighbour, item]}}]})
    return f'<html><script type="application/json" class="state-view">{state}</script></html>'


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return YANDEX_MAPS.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(html(row()))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.language) == (
        "yandex_maps:r1", 4.0, "Долго ждали,\nно вкусно", "ru",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.has_picture) == ("abc123", "Инна П.", True)
    assert one.author.profile_url == "https://yandex.ru/maps/user/abc123"
    assert one.published_at == datetime(2024, 3, 5, 9, 0, 0, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.votes.unhelpful, one.media_count) == (3, 1, 2)
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Спасибо!", True)
    assert reply.replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert (one.product, one.extra) == (
        "Кафе «Порт»", {"author_level": "Знаток города 5 уровня"},
    )  # fmt: skip
    assert one.url == "https://yandex.ru/maps/org/1040226791/reviews/"
    assert (found.claimed_total, found.problems) == (120, ())


def test_pages_follow_each_other_as_far_as_the_map_serves_them() -> None:
    assert parsed(html(row())).next_urls == (f"{ADDRESS}?page=2",)
    assert parsed(html(row(), page=2), f"{ADDRESS}?page=2").next_urls == (f"{ADDRESS}?page=3",)
    assert parsed(html(row(), page=3)).next_urls == ()
    assert parsed(html(row(), page=12, totalPages=88)).next_urls == ()
    assert parsed(html()).next_urls == ()


def test_a_saved_page_knows_its_place() -> None:
    assert parsed(html(row()), "").next_urls == (
        "https://yandex.ru/maps/org/1040226791/reviews/?page=2",
    )


def test_the_maps_own_answer_is_read_too() -> None:
    found = parsed(json.dumps({"data": results(row(), row("r2", text=""))}), "")
    assert [one.review_id[-2:] for one in found.reviews] == ["r1", "r2"]
    assert YANDEX_MAPS.recognises(page(json.dumps({"data": results(row())}), "")) > 0.8


def test_without_a_state_the_cards_are_read() -> None:
    card = """<html lang="ru"><div class="business-review-view" itemprop="review" itemscope
      itemtype="http://schema.org/Review"><div itemprop="author" itemscope
      itemtype="http://schema.org/Person"><span itemprop="name">Инна П.</span></div>
      <span itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">
      <meta itemprop="bestRating" content="5"><meta itemprop="ratingValue" content="2"></span>
      <meta itemprop="datePublished" content="2024-03-05T09:00:00.000Z">
      <div itemprop="reviewBody">Долго ждали</div></div>
      <meta itemprop="reviewCount" content="7"></html>"""
    found = parsed(card)
    one = found.reviews[0]
    assert (one.author.name, one.rating, one.text) == ("Инна П.", 2.0, "Долго ждали")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (found.claimed_total, found.next_urls) == (7, ())
    assert YANDEX_MAPS.recognises(page(card, "")) > 0.9


def card(author: str, text: str, extra: str = "", stars: str = "_full _half _empty") -> str:
    """One review as the map draws it for a reader who scrolls: no microdata, no id."""
    star = "business-rating-badge-view__star"
    lit = "".join(f'<i class="{star} {one}"></i>' for one in stars.split())
    return f"""<div class="business-review-view">
      <div class="business-review-view__author-name">
      <a class="business-review-view__link" href="/maps/user/abc123?from=card"><span>{author}</span>
      </a></div><div class="business-review-view__author-caption">Знаток города 5 уровня</div>
      <div class="business-rating-badge-view__stars">{lit}</div>
      <span class="business-review-view__date"><span>5 марта 2024</span></span>
      <div class="business-review-view__body"><span class="spoiler-view__text-container">{text}
      <span class="spoiler-view__button">ещё</span></span></div>{extra}</div>"""


DRAWN_EXTRAS = """<div class="business-review-media__item"></div>
  <div class="business-reactions-view__container"><span class="business-reactions-view__counter"
  >3</span></div><div class="business-reactions-view__container"></div>
  <div class="business-review-comment-content__bubble">Спасибо, исправимся</div>"""


def test_drawn_cards_are_read_without_microdata() -> None:
    found = parsed(f"<html>{card('Инна П.', 'Долго ждали', DRAWN_EXTRAS)}</html>")
    one = found.reviews[0]
    assert (one.author.name, one.author.id) == ("Инна П.", "abc123")
    assert one.author.profile_url == "https://yandex.ru/maps/user/abc123?from=card"
    assert one.author.role == "Знаток города 5 уровня"
    assert (one.rating, one.text, one.media_count) == (1.5, "Долго ждали", 1)
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.votes.unhelpful) == (3, 0)
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [
        ("Спасибо, исправимся", True)
    ]


def test_a_scrolled_page_shows_more_than_its_state() -> None:
    four = "_full _full _full _full _empty"
    again = card("Инна П.", "Долго ждали, но вкусно", stars=four)
    shown = again + card("Олег", "Закрыто без объявления")
    state = html(row(text="Долго ждали, но вкусно"))
    found = parsed(state.replace("</html>", f"{shown}</html>"))
    assert [(one.author.name, one.review_id == "yandex_maps:r1") for one in found.reviews] == [
        ("Инна П.", True), ("Олег", False),
    ]  # fmt: skip


def test_a_malformed_review_does_not_lose_the_others() -> None:
    bad = (None, row("r1", rating=9, author="x"), {"text": "x"}, {"reviewId": "r3"}, row("r4"))
    found = parsed(html(*bad))
    assert [one.review_id[-2:] for one in found.reviews] == ["r1", "r4"]
    assert len(found.problems) == 3


def test_a_place_without_reviews_is_a_valid_page() -> None:
    found = parsed(html(count=0, totalPages=0))
    assert (found.reviews, found.problems, found.blocked, found.claimed_total) == ((), (), None, 0)


@pytest.mark.parametrize(
    ("body", "blocked"),
    [
        ('{"type":"captcha","captcha":{"captcha-page":"x"}}', "captcha"),
        ('{"csrfToken":"a:1"}', "forbidden"),
        ("<title>Ой!</title><form action=/showcaptcha>", "captcha"),
    ],
)
def test_obstacles(body: str, blocked: str) -> None:
    assert (parsed(body).blocked, parsed(body).problems) == (blocked, ())


def test_anything_else_is_a_problem() -> None:
    assert parsed("{}").problems == ("this is no page of reviews on Yandex Maps",)
    assert parsed('<script class="state-view">{"a":</script>').problems


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://yandex.ru/maps/org/kafe_port/1040226791/?ll=37.5%2C55.7&tab=reviews", ADDRESS),
        ("https://yandex.ru/maps/213/moscow/org/kafe_port/1040226791", ADDRESS),
        ("https://yandex.kz/maps/org/1040226791/reviews",
         "https://yandex.kz/maps/org/1040226791/reviews/"),
        ("https://yandex.ru/maps/?mode=search&oid=1040226791",
         "https://yandex.ru/maps/org/1040226791/reviews/"),
        ("https://yandex.ru/maps/?poi%5Buri%5D=ymapsbm1%3A%2F%2Forg%3Foid%3D1040226791",
         "https://yandex.ru/maps/org/1040226791/reviews/"),
        ("https://yandex.ru/maps-reviews-widget/1040226791?comments",
         "https://yandex.ru/maps/org/1040226791/reviews/"),
    ],
)  # fmt: skip
def test_any_address_of_a_place_leads_to_its_reviews(url: str, address: str) -> None:
    assert YANDEX_MAPS.start_urls(url) == (address,)
    assert YANDEX_MAPS.request(address, None).url == address


@pytest.mark.parametrize(
    "url",
    ["https://yandex.ru/maps/213/moscow/", "https://shop.example/maps/org/a/1040226791/",
     "https://yandex.ru/maps/-/CDWzeXjP"],
)  # fmt: skip
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"yandex\.ru/maps/org"):
        YANDEX_MAPS.start_urls(url)


def test_recognition() -> None:
    assert YANDEX_MAPS.recognises(page(html(row()), "")) > 0.9
    assert YANDEX_MAPS.recognises(page("<html></html>", ADDRESS)) > 0.6
    assert YANDEX_MAPS.recognises(page('{"reviews":[]}')) == 0.0
    assert YANDEX_MAPS.recognises(page("<html></html>")) == 0.0
