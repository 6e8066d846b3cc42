"""Answers of Foursquare: 2012 after saved ones, the later ones constructed; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.foursquare import API, FOURSQUARE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

VENUE = "4a89cd2ff964a520100920e3"
ADDRESS = f"{API}/{VENUE}/tips?limit=50&sort=NEWEST&offset=0"


def tip(native: str = "t1", **fields: Any) -> dict[str, Any]:
    return {
        "id": native, "createdAt": 1709629200, "text": "Берите пирог", "lang": "ru",
        "canonicalUrl": f"https://foursquare.com/item/{native}", "photo": {"id": "p"},
        "done": {"count": 6}, "authorInteractionType": "liked",
        "venue": {"id": VENUE, "name": "Кафе «Порт»"},
        "user": {
            "id": "38141", "firstName": "Инна", "lastName": "П.", "homeCity": "Казань",
            "photo": "https://img.example/a.jpg",
        },
    } | fields  # fmt: skip


def newer(native: str = "n1", **fields: Any) -> dict[str, Any]:
    return {
        "fsq_tip_id": native, "created_at": "2024-03-05T09:00:00.000Z", "text": "Try the pie",
        "agree_count": 3, "disagree_count": 1,
    } | fields  # fmt: skip


def older(*tips: Any) -> dict[str, Any]:
    return {"meta": {"code": 200}, "response": {"tips": {"count": 12, "items": list(tips)}}}


def parsed(value: object, url: str = "") -> ParsedPage:
    return FOURSQUARE.parse(page(json.dumps(value), url))


def test_every_field_of_the_older_interface() -> None:
    found = parsed(older(tip()))
    one = found.reviews[0]
    assert (one.review_id, one.text, one.language, one.rating) == (
        "foursquare:t1", "Берите пирог", "ru", None,
    )  # fmt: skip
    author = one.author
    assert (author.id, author.name, author.location) == ("38141", "Инна П.", "Казань")
    assert (author.profile_url, author.has_picture) == ("https://foursquare.com/user/38141", True)
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.recommends, one.media_count) == (6, True, 1)
    assert (one.product, one.extra) == ("Кафе «Порт»", {"venue_id": VENUE})
    assert one.url == "https://foursquare.com/item/t1"
    assert (found.claimed_total, found.next_urls, found.problems) == (12, (), ())


def test_every_field_of_the_newer_interface() -> None:
    found = parsed([newer()], ADDRESS)
    one = found.reviews[0]
    assert (one.review_id, one.text) == ("foursquare:n1", "Try the pie")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.votes.unhelpful) == (3, 1)
    assert (one.url, one.recommends) == (f"https://foursquare.com/v/{VENUE}", None)
    assert (found.problems, found.blocked) == ((), None)


@pytest.mark.parametrize(
    "value",
    [
        {"response": {"tips": [tip()]}}, {"response": {"tip": tip()}}, {"tips": [tip()]}, [tip()],
        {"response": {"venue": {"id": VENUE, "tips": {"groups": [{"items": [tip()]}]}}}},
    ],
)  # fmt: skip
def test_a_tip_is_found_wherever_a_generation_keeps_it(value: object) -> None:
    assert [one.review_id for one in parsed(value).reviews] == ["foursquare:t1"]
    assert FOURSQUARE.recognises(page(json.dumps({"response": {"tip": tip()}}), "")) > 0.8


EXPLORED = {
    "venue": {"id": VENUE, "name": "Кафе «Порт»", "photos": {"groups": [{"text": "a"}]}},
    "tips": [{"createdAt": 1709629200, "text": "Берите пирог", "likes": {"count": 3}}],
}


@pytest.mark.parametrize(
    ("value", "claimed"),
    [
        ({"response": {"groups": [{"items": [EXPLORED]}]}}, None),
        ({"response": {"venue": {"id": VENUE, "name": "Кафе «Порт»", "tips": {
            "count": 12, "groups": [{"count": 0, "items": []}, {"items": [
                {"id": "t1", "createdAt": 1709629200, "text": "Берите пирог"}]}]}}}}, 12),
        ({"fsq_place_id": VENUE, "name": "Кафе «Порт»", "stats": {"total_tips": 12}, "tips": [
            {"created_at": "2024-03-05T09:00:00Z", "text": "Берите пирог"}]}, 12),
        ({"results": [{"fsq_id": VENUE, "name": "Кафе «Порт»", "tips": [
            {"created_at": "2024-03-05T09:00:00Z", "text": "Берите пирог"}]}]}, None),
        ({"response": {"list": {"listItems": {"items": [{"venue": EXPLORED["venue"], "tip": {
            "id": "t1", "createdAt": 1709629200, "text": "Берите пирог"}}]}}}}, None),
    ],
)  # fmt: skip
def test_a_tip_is_about_the_venue_that_it_stands_under(value: object, claimed: object) -> None:
    found = parsed(value)
    one = found.reviews[0]
    assert (one.text, one.product) == ("Берите пирог", "Кафе «Порт»")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.extra == {"venue_id": VENUE}
    assert (len(found.reviews), found.claimed_total, found.problems) == (1, claimed, ())
    assert FOURSQUARE.recognises(page(json.dumps(value), "")) > 0.8


def test_places_without_tips_are_a_valid_answer() -> None:
    found = parsed(
        {"results": [{"fsq_id": VENUE, "name": "Port"}]}, "https://api.foursquare.com/v3"
    )
    assert (found.reviews, found.problems) == ((), ())


def test_an_edit_of_a_tip() -> None:
    one = parsed(older(tip(editedAt=1709715600))).reviews[0]
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)


SAVED = """<html><title>Port | Foursquare</title><h1 class="venueName">Port</h1>
<ul id="tipsList"><li class="tip tipWithLogging useTipUpvotes " data-id="57e3ef71498e0b80da36aaaa">
<div class="authorImage"><a href="/user/38141"><img class="avatar" alt="Inna P."></a></div>
<div class="tipContents"><div class="tipHeaderRow"><span class="userName">
<a href="/user/38141">Inna P.</a></span><span class="tipDate">March 5, 2024</span></div>
<div class="tipText">Try the <span class="entity">pie</span></div></div></li></ul>
<script>init({venue:{"tips":[%s]}});</script></html>"""


def test_what_a_saved_page_shows_and_what_its_scripts_hold() -> None:
    state = (
        '{"id":"57e3ef71498e0b80da36bbbb","createdAt":1709629200,"text":"Kind {people}",'
        '"agreeCount":2,"user":{"id":"7","firstName":"Oleg"}}'
    )
    found = FOURSQUARE.parse(page(SAVED % state, f"https://foursquare.com/v/port/{VENUE}"))
    one, other = found.reviews
    assert (one.text, one.author.name, one.product) == ("Kind {people}", "Oleg", "Port")
    assert one.votes is not None
    assert one.votes.helpful == 2
    assert (other.review_id, other.text) == ("foursquare:57e3ef71498e0b80da36aaaa", "Try the pie")
    assert (other.author.id, other.author.name, other.product) == ("38141", "Inna P.", "Port")
    assert other.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert other.url == f"https://foursquare.com/v/{VENUE}"
    assert FOURSQUARE.recognises(page(SAVED % "", "")) > 0.8


def test_a_named_person_and_a_text_shown_in_part() -> None:
    saved = SAVED.replace("/user/38141", "/inna_p").replace(
        "pie</span>", 'pie</span>, the… <a href="/item/1" data-source="tip-read-more">Read more</a>'
    )
    found = FOURSQUARE.parse(page(saved % "", f"https://foursquare.com/v/port/{VENUE}"))
    (one,) = found.reviews
    assert one.text == "Try the pie, the…"
    assert (one.author.id, one.author.profile_url) == (None, "https://foursquare.com/inna_p")
    assert found.problems == ("card 1: the page shows the beginning of the text",)


def test_full_pages_lead_on() -> None:
    full = [newer(f"n{number}") for number in range(50)]
    following = f"{API}/{VENUE}/tips?limit=50&sort=NEWEST&offset=50"
    assert parsed(full, ADDRESS).next_urls == (following,)
    assert parsed(full[:49], following).next_urls == ()
    assert parsed([], ADDRESS).next_urls == ()


def test_a_malformed_tip_does_not_lose_the_others() -> None:
    found = parsed(older(None, tip("a", user=None, createdAt="x"), {"id": "b"}, tip("c")))
    assert [one.review_id[-1] for one in found.reviews] == ["a", "c"]
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    "value", [[], {"response": {"tips": []}}, {"response": {"venue": {"tips": {"count": 0}}}}]
)
def test_no_tips_are_a_valid_answer(value: object) -> None:
    found = parsed(value, ADDRESS)
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ({"meta": {"code": 401, "errorType": "invalid_auth", "errorDetail": "No."}}, "forbidden"),
        ({"meta": {"code": 403, "errorType": "rate_limit_exceeded"}}, "rate_limited"),
        ({"message": "Invalid request token."}, "forbidden"),
    ],
)
def test_refusals_are_obstacles(value: object, blocked: str) -> None:
    found = parsed(value, ADDRESS)
    assert found.blocked == blocked
    assert found.problems[0].startswith("Foursquare refuses: ")


def test_anything_else_is_a_problem() -> None:
    assert "foursquare" in parsed({"a": 1}).problems[0]


def test_the_key_goes_into_a_header_and_to_nobody_else() -> None:
    request = FOURSQUARE.request(ADDRESS, "secret")
    assert request.url == ADDRESS
    assert ("Authorization", "Bearer secret") in request.headers
    assert FOURSQUARE.request("https://foursquare.com/v/a", "secret").headers == ()


@pytest.mark.parametrize(
    "url",
    [f"https://foursquare.com/v/kafe-port/{VENUE}", f"https://foursquare.com/v/{VENUE}?x=1",
     f"https://api.foursquare.com/v2/venues/{VENUE}/tips?v=20120101", ADDRESS],
)  # fmt: skip
def test_any_address_of_a_venue_leads_to_its_tips(url: str) -> None:
    assert FOURSQUARE.start_urls(url) == (ADDRESS,)
    assert FOURSQUARE.api_urls(url) == (ADDRESS,)


@pytest.mark.parametrize("url", ["https://foursquare.com/explore", f"https://a.example/v/{VENUE}"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"foursquare\.com/v"):
        FOURSQUARE.start_urls(url)


def test_recognition() -> None:
    assert FOURSQUARE.recognises(page(json.dumps(older(tip())), "")) > 0.8
    assert FOURSQUARE.recognises(page("[]", ADDRESS)) > 0.9
    assert FOURSQUARE.recognises(page('{"reviews":[]}')) == 0.0
