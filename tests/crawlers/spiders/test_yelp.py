"""Answers and pages of Yelp, constructed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.yelp import YELP
from pipeline.errors import UsageError
from tests.crawlers.pages import page

PLACE = "https://www.yelp.com/biz/tea-house-springfield"
PAGE = f"{PLACE}?sort_by=date_desc"
API = "https://api.yelp.com/v3/businesses/tea-house-springfield/reviews?sort_by=newest"


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"r-{number}", "rating": 2, "text": "Cold tea.\nNever...",
        "time_created": "2024-03-05 09:00:00",
        "url": f"{PLACE}?adjust_creative=k&hrid=r-{number}000",
        "user": {"id": "u1", "name": "Ann B.", "image_url": "https://i.example/a.jpg",
                 "profile_url": "https://www.yelp.com/user_details?userid=u1"},
    } | fields  # fmt: skip


def parsed(value: object, url: str = API) -> ParsedPage:
    return YELP.parse(page(value if isinstance(value, str) else json.dumps(value), url))


def test_every_field_of_the_interface() -> None:
    found = parsed({"reviews": [row()], "total": 90})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("yelp:r-1", 2.0, "Cold tea.\nNever...")
    assert (one.author.id, one.author.name, one.author.has_picture) == ("u1", "Ann B.", True)
    assert one.author.profile_url == "https://www.yelp.com/user_details?userid=u1"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.url, one.extra) == (f"{PLACE}?hrid=r-1000", {"excerpt": True})
    assert (found.claimed_total, found.next_urls, found.problems) == (90, (), ())


def test_a_whole_text_is_no_excerpt() -> None:
    assert parsed({"reviews": [row(text="Fine.")]}).reviews[0].extra == {}


def test_the_business_of_the_interface_before() -> None:
    old = row(time_created=1709629200, excerpt="Cold…", text=None)
    found = parsed({"name": "Tea House", "review_count": 7, "reviews": [old]})
    assert (found.reviews[0].product, found.claimed_total) == ("Tea House", 7)
    assert found.reviews[0].published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)


def feed_row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"f-{number}", "rating": 5,
        "comment": {"text": "Nice<br>tea &amp; cake", "language": "en"},
        "localizedDate": "3/5/2024", "userId": "u2", "totalPhotos": 2,
        "user": {"markupDisplayName": "Bob C.", "userUrl": "/user_details?userid=u2",
                 "displayLocation": "Ohio", "reviewCount": 12},
        "feedback": {"counts": {"useful": 4, "funny": 1}},
        "business": {"name": "Tea House", "alias": "tea-house-springfield"},
        "businessOwnerReplies": [{"comment": "Thanks", "localizedDate": "3/6/2024",
                                  "owner": {"displayName": "Eve"}}],
    } | fields  # fmt: skip


def test_every_field_of_the_feed() -> None:
    found = parsed({"reviews": [feed_row()], "pagination": {"totalResults": 30, "startResult": 10}})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("yelp:f-1", 5.0, "Nice\ntea & cake")
    assert (one.author.id, one.author.name, one.author.location) == ("u2", "Bob C.", "Ohio")
    assert one.author.reviews_count == 12
    assert (one.product, one.language, one.media_count) == ("Tea House", "en", 2)
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 4
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Thanks", "Eve", True)
    assert reply.replied_at == datetime(2024, 3, 6, tzinfo=UTC)
    assert (found.claimed_total, found.next_urls) == (30, (f"{PAGE}&start=11",))


def marked_up(total: int = 25) -> str:
    place = {
        "@type": "Restaurant", "name": "Tea House",
        "aggregateRating": {"@type": "AggregateRating", "reviewCount": total},
        "review": [{"@type": "Review", "author": "Ann B.", "datePublished": "2024-03-05",
                    "reviewRating": {"ratingValue": 3}, "description": "So so"}],
    }  # fmt: skip
    head = '<meta property="og:site_name" content="Yelp">'
    return f'{head}<script type="application/ld+json">{json.dumps(place)}</script>'


def test_the_page_of_a_place() -> None:
    found = parsed(marked_up(), f"{PAGE}&start=10")
    one = found.reviews[0]
    assert (one.rating, one.text, one.product, one.author.name) == (
        3.0, "So so", "Tea House", "Ann B.",
    )  # fmt: skip
    assert (found.claimed_total, found.next_urls) == (25, (f"{PAGE}&start=20",))
    assert parsed(marked_up(), f"{PAGE}&start=20").next_urls == ()


def test_empty_answers_are_valid() -> None:
    assert parsed({"reviews": [], "total": 0}).problems == ()
    assert parsed({"reviews": [], "total": 0}).claimed_total == 0


def test_a_malformed_row_does_not_lose_the_others() -> None:
    found = parsed({"reviews": [None, {}, row(2, user=5, time_created="?"), row(3)]})
    assert [one.review_id for one in found.reviews] == ["yelp:r-2", "yelp:r-3"]
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    ("code", "blocked"),
    [("ACCESS_LIMIT_REACHED", "rate_limited"), ("TOKEN_INVALID", "login"), ("WHAT", "forbidden"),
     ("BUSINESS_NOT_FOUND", "not_found")],
)  # fmt: skip
def test_errors_of_the_interface_are_obstacles(code: str, blocked: str) -> None:
    assert parsed({"error": {"code": code, "description": "no"}}).blocked == blocked


def test_walls_and_strangers() -> None:
    assert parsed("<title>Are you a human?</title>", PAGE).blocked == "captcha"
    assert parsed({"a": 1}).problems == ("this is no answer with reviews that yelp knows",)
    assert parsed("<p>x", PAGE).problems == ("this is no answer with reviews that yelp knows",)


def test_the_key_goes_to_the_interface_alone() -> None:
    assert YELP.request(API, "secret").headers == (("Authorization", "Bearer secret"),)
    assert "secret" not in YELP.request(API, "secret").url
    assert YELP.request(PAGE, "secret").headers == ()
    assert YELP.request(API, None).headers == ()


@pytest.mark.parametrize(
    "url", [PLACE, f"{PLACE}?osq=tea#x", "https://m.yelp.com/biz/tea-house-springfield", API]
)
def test_addresses(url: str) -> None:
    assert YELP.start_urls(url) == (PAGE,)
    assert YELP.api_urls(url) == (API,)


@pytest.mark.parametrize(
    "url", ["https://www.yelp.com/search", "https://shop.example/biz/tea-house"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    for ask in (YELP.start_urls, YELP.api_urls):
        with pytest.raises(UsageError, match=r"yelp\.com/biz/"):
            ask(url)


def test_recognition() -> None:
    assert YELP.recognises(page(json.dumps({"reviews": [row()]}), "")) > 0.8
    assert YELP.recognises(page(marked_up(), "")) > 0.8
    assert YELP.recognises(page('{"reviews":[]}', "https://shop.example/")) == 0.0
    assert YELP.recognises(page("<a href='https://www.yelp.com/biz/x'>", "")) == 0.0
