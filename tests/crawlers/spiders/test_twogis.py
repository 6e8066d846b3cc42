"""Answers of 2GIS's list of reviews, constructed from its field names; no capture is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.twogis import TWOGIS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

API = "https://public-api.reviews.2gis.com/2.0/branches/70000001045733822/reviews"
ADDRESS = (
    f"{API}?limit=50&sort_by=date_created&locale=ru_RU&fields=meta.branch_reviews_count,"
    "meta.org_reviews_count,meta.geo_reviews_count,meta.total_count,reviews.is_verified"
)


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"2130000{number}",
        "rating": 2,
        "text": "Долго ждали,\nно вкусно",
        "provider": "2gis",
        "user": {
            "public_id": "ab12", "name": "Инна П.", "reviews_count": 6,
            "photo_preview_urls": {"url": "https://img.example/a"},
        },
        "object": {"id": "70000001045733822", "type": "branch"},
        "photos": [{"id": "p"}],
        "likes_count": 3,
        "comments_count": 2,
        "date_created": "2024-03-05T16:00:00.123456+07:00",
        "date_edited": "2024-03-06T16:00:00.123456+07:00",
        "is_verified": True,
        "official_answer": {
            "text": "Исправимся", "org_name": "Кафе «Порт»",
            "date_created": "2024-03-06T16:00:00+07:00",
        },
    } | fields  # fmt: skip


def answer(*rows: Any, **meta: Any) -> str:
    return json.dumps({"meta": {"code": 200} | meta, "reviews": list(rows)})


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return TWOGIS.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(answer(row(), branch_reviews_count=12))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == (
        "twogis:21300001", 2.0, "Долго ждали,\nно вкусно",
    )  # fmt: skip
    author = one.author
    assert (author.id, author.name, author.reviews_count) == ("ab12", "Инна П.", 6)
    assert author.has_picture is True
    assert one.published_at is not None
    assert one.published_at.replace(microsecond=0) == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at is not None
    assert one.edited_at.replace(microsecond=0) == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.media_count, one.verified_purchase) == (3, 1, True)
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Исправимся", "Кафе «Порт»", True)
    assert reply.replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.extra == {"object_id": "70000001045733822", "comment_count": 2}
    assert one.url == "https://2gis.ru/firm/70000001045733822/tab/reviews"
    assert (found.claimed_total, found.problems) == (12, ())


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([json.loads(answer(row(1))), json.loads(answer(row(2)))]),
        "\n".join(json.dumps(row(number)) for number in (1, 2)),
        json.dumps({"status": 200, "body": {"reviews": [row(1), row(2)]}}),
        json.dumps([row(1), row(2)]),
    ],
)
def test_rows_that_collectors_save(body: str) -> None:
    found = parsed(body, "")
    assert [one.review_id for one in found.reviews] == ["twogis:21300001", "twogis:21300002"]
    assert found.problems == ()
    assert TWOGIS.recognises(page(body, "")) > 0.8


def saved(state: str, cards: str = "") -> str:
    return f"<title>2GIS</title><h1><span>Кафе «Порт»</span></h1>{cards}<script>{state}</script>"


@pytest.mark.parametrize("mark", ["var initialState = JSON.parse('%s');", "initialState = %s;"])
def test_the_state_of_a_saved_page(mark: str) -> None:
    state = json.dumps({"data": {"review": {"a": {"data": row(text='It\'s «здесь»\nи "там"')}}}})
    if "parse" in mark:
        state = state.replace("\\", "\\\\").replace("'", "\\'")
    body = saved(mark % state)
    one = parsed(body, "").reviews[0]
    assert (one.review_id, one.product) == ("twogis:21300001", "Кафе «Порт»")
    assert one.text == 'It\'s «здесь»\nи "там"'
    assert TWOGIS.recognises(page(body, "")) > 0.8


CARDS = """<div class="_1k5soqfl"><div><span class="_16s5yj36">Инна П.</span>
<div class="_1fkin5c"><span></span><span></span></div>
<div class="_a5f6uz">5 марта 2024, отредактирован</div></div>
<div class="_49x36f"><a class="_1wlx08h">Долго ждали</a></div>
<div><span>Кафе «Порт»</span><div>6 марта 2024, официальный ответ</div><div>Исправимся</div></div>
</div><div class="_1k5soqfl"><span class="_16s5yj36">Олег</span><div class="_1fkin5c"><span></span>
</div><div class="_1evjsdb">5 марта 2024</div><a class="_1msln3t">Шумно</a></div>
<div class="_1k5soqfl">Оцените место</div>"""


def test_a_site_that_shows_the_map_is_not_2gis() -> None:
    body = saved("initialState = {}", '<a href="https://2gis.ru/x">map</a>')
    assert TWOGIS.recognises(page(body.replace("<title>2GIS", "<title>Port"), "")) == 0.0


def test_cards_of_a_page_without_its_state() -> None:
    found = parsed(saved("", CARDS), "https://2gis.ru/kazan/firm/70000001045733822/tab/reviews")
    one, other = found.reviews
    assert (one.author.name, one.rating, one.text) == ("Инна П.", 2.0, "Долго ждали")
    assert one.published_at == one.edited_at == datetime(2024, 3, 5, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.author) == ("Исправимся", "Кафе «Порт»")
    assert reply.replied_at == datetime(2024, 3, 6, tzinfo=UTC)
    assert (other.author.name, other.rating, other.replies) == ("Олег", 1.0, ())
    assert (other.text, other.edited_at, other.product) == ("Шумно", None, "Кафе «Порт»")
    assert found.problems == ()


def test_a_partners_review_names_its_provider_and_may_have_no_stars() -> None:
    one = parsed(answer(row(provider="flamp", rating=None, is_verified=False))).reviews[0]
    assert (one.rating, one.extra["provider"], one.verified_purchase) == (None, "flamp", None)


def test_the_next_link_leads_on_without_its_key() -> None:
    found = parsed(answer(row(), next_link=f"{API}?limit=50&key=secret&offset_date=2024-03-05"))
    assert found.next_urls == (f"{API}?limit=50&offset_date=2024-03-05",)


def test_paging_ends_without_a_link_or_reviews_and_never_leaves_the_site() -> None:
    assert parsed(answer(row(), next_link=None)).next_urls == ()
    assert parsed(answer(next_link=f"{API}?limit=50")).next_urls == ()
    assert parsed(answer(row(), next_link="https://shop.example/?key=a")).next_urls == ()


def test_a_malformed_review_does_not_lose_the_others() -> None:
    found = parsed(answer(None, {"text": "x"}, row(1, rating=9, user=None), row(2, text=7), row(3)))
    assert [one.review_id[-1] for one in found.reviews] == ["1", "2", "3"]
    assert len(found.problems) == 2


def test_no_reviews_are_a_valid_answer() -> None:
    found = parsed(answer(total_count=0))
    assert (found.reviews, found.problems, found.blocked, found.claimed_total) == ((), (), None, 0)


@pytest.mark.parametrize(
    ("code", "blocked"), [(403, "forbidden"), (404, "not_found"), (429, "rate_limited")]
)
def test_refusals_are_obstacles(code: int, blocked: str) -> None:
    found = parsed(json.dumps({"meta": {"code": code, "error": {"message": "Key is not valid"}}}))
    assert (found.blocked, found.problems) == (blocked, ("2GIS refuses: Key is not valid",))


def test_a_captcha_is_an_obstacle_and_anything_else_a_problem() -> None:
    assert parsed("<title>Captcha</title>").blocked == "captcha"
    assert "twogis" in parsed('{"a":1}').problems[0]


def test_the_key_goes_into_the_request_alone() -> None:
    request = TWOGIS.request(ADDRESS, "secret")
    assert request.url == f"{ADDRESS}&key=secret"
    assert TWOGIS.request(ADDRESS, None).url == ADDRESS
    assert TWOGIS.request("https://shop.example/", "secret").url == "https://shop.example/"


@pytest.mark.parametrize(
    "url",
    ["https://2gis.ru/yaroslavl/firm/70000001045733822/tab/reviews",
     "https://m.2gis.kz/almaty/firm/70000001045733822_abc?m=1", f"{API}?key=secret", ADDRESS],
)  # fmt: skip
def test_any_address_of_a_company_leads_to_the_interface(url: str) -> None:
    assert TWOGIS.start_urls(url) == (ADDRESS,)
    assert TWOGIS.api_urls(url) == (ADDRESS,)


def test_a_building_has_its_own_list() -> None:
    assert "/2.0/geo/70030076/" in TWOGIS.start_urls("https://2gis.ru/city/geo/70030076")[0]


@pytest.mark.parametrize("url", ["https://2gis.ru/moscow", "https://shop.example/firm/70000001045"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"2gis\.ru"):
        TWOGIS.start_urls(url)


def test_recognition() -> None:
    assert TWOGIS.recognises(page(answer(row()), "")) > 0.8
    assert TWOGIS.recognises(page("{}", ADDRESS)) > 0.9
    assert TWOGIS.recognises(page('{"reviews":[]}')) == 0.0
