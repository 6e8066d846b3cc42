"""Answers of Google's Business Profile interface, constructed from its documented fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.google_business import GOOGLE_BUSINESS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

API = "https://mybusiness.googleapis.com/v4"
NAME = "accounts/12/locations/345"
ADDRESS = f"{API}/{NAME}/reviews?pageSize=50&orderBy=updateTime+desc"


def row(native: str = "r1", **fields: Any) -> dict[str, Any]:
    return {
        "name": f"{NAME}/reviews/{native}", "reviewId": native,
        "reviewer": {"displayName": "Инна П.", "profilePhotoUrl": "https://img.example/a"},
        "starRating": "TWO", "comment": "Долго ждали,\nно вкусно",
        "createTime": "2024-03-05T09:00:00.123Z", "updateTime": "2024-03-06T09:00:00Z",
        "reviewReply": {"comment": "Исправимся", "updateTime": "2024-03-07T09:00:00Z"},
    } | fields  # fmt: skip


def parsed(value: object, url: str = ADDRESS) -> ParsedPage:
    return GOOGLE_BUSINESS.parse(page(json.dumps(value), url))


def test_every_field() -> None:
    found = parsed({"reviews": [row()], "totalReviewCount": 7, "averageRating": 4.2})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.author.name) == (
        "google_business:r1", 2.0, "Долго ждали,\nно вкусно", "Инна П.",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Исправимся", True)
    assert reply.replied_at == datetime(2024, 3, 7, 9, tzinfo=UTC)
    assert one.extra == {"location": "345"}
    assert (found.claimed_total, found.next_urls, found.problems) == (7, (), ())


@pytest.mark.parametrize(
    ("comment", "text", "translation"),
    [
        ("(Translated by Google) Slow\n\n(Original)\nLangsam", "Langsam", "Slow"),
        ("Langsam\n\n(Translated by Google)\nSlow", "Langsam", "Slow"),
        ("(Перевод Google) Медленно\n\n(Исходный текст)\nLangsam", "Langsam", "Медленно"),
        ("(Translated by Google) Slow", "Slow", None),
    ],
)
def test_the_original_is_the_text_and_the_translation_stands_aside(
    comment: str, text: str, translation: str | None
) -> None:
    one = parsed({"reviews": [row(comment=comment)]}).reviews[0]
    assert (one.text, one.extra.get("translation")) == (text, translation)


def test_an_anonymous_author_has_no_name_and_stars_alone_are_a_review() -> None:
    person = {"displayName": "A Google user", "isAnonymous": True}
    one = parsed({"reviews": [row(reviewer=person, comment=None)]}).reviews[0]
    assert (one.author.name, one.text, one.rating) == (None, "", 2.0)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([{"reviews": [row("a")]}, {"reviews": [row("b")], "totalReviewCount": 2}]),
        json.dumps([row("a"), row("b")]),
        "\n".join(json.dumps(row(name)) for name in "ab"),
        json.dumps([{"json": row("a")}, {"json": row("b", starRating=2)}]),
    ],
)
def test_files_that_people_keep(body: str) -> None:
    found = GOOGLE_BUSINESS.parse(page(body, ""))
    assert [one.review_id[-1] for one in found.reviews] == ["a", "b"]
    assert [one.rating for one in found.reviews] == [2.0, 2.0]
    assert found.problems == ()
    assert GOOGLE_BUSINESS.recognises(page(body, "")) > 0.8


def test_an_answer_that_nobody_sees_is_none_and_pictures_are_counted() -> None:
    held = {"comment": "Исправимся", "reviewReplyState": "REJECTED"}
    one = parsed({"reviews": [row(reviewReply=held, reviewMediaItems=[{"videoUrl": ""}])]})
    assert (one.reviews[0].replies, one.reviews[0].media_count) == ((), 1)


def test_lists_of_several_locations_and_a_review_alone_are_read() -> None:
    several = {"locationReviews": [{"name": NAME, "review": row()}, {"review": None}]}
    assert [one.review_id for one in parsed(several).reviews] == ["google_business:r1"]
    assert [one.review_id for one in parsed(row()).reviews] == ["google_business:r1"]


def test_the_token_leads_on() -> None:
    value = {"reviews": [row()], "nextPageToken": "Ab="}
    following = (f"{ADDRESS}&pageToken=Ab%3D",)
    assert parsed(value).next_urls == following
    assert parsed(value, "").next_urls == following
    assert parsed(value, following[0]).next_urls == ()
    assert parsed({"reviews": [], "nextPageToken": "Ab="}).next_urls == ()


def test_without_any_location_the_missing_address_is_asked_for() -> None:
    found = parsed({"reviews": [row(name="x")], "nextPageToken": "Ab="}, "")
    assert (len(found.reviews), found.next_urls) == (1, ())
    assert "--url" in found.problems[0]


def test_a_malformed_review_does_not_lose_the_others() -> None:
    bad = row("r2", starRating="SIX", comment=None)
    found = parsed({"reviews": [None, row("r1", reviewer=None, createTime="x"), bad, row("r3")]})
    assert [one.review_id[-2:] for one in found.reviews] == ["r1", "r3"]
    assert len(found.problems) == 2


@pytest.mark.parametrize("value", [{}, {"totalReviewCount": 0}, {"reviews": []}])
def test_no_reviews_are_a_valid_answer(value: object) -> None:
    found = parsed(value)
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


def test_an_expired_token_is_an_obstacle_and_anything_else_a_problem() -> None:
    found = parsed({"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "expired"}})
    assert found.blocked == "login"
    assert found.problems == ("Google Business Profile refuses: UNAUTHENTICATED expired",)
    assert "google_business" in parsed({"a": 1}).problems[0]
    assert "google_business" in parsed([1], "").problems[0]


def test_the_token_goes_into_a_header_and_to_nobody_else() -> None:
    request = GOOGLE_BUSINESS.request(ADDRESS, "secret")
    assert (request.url, request.headers) == (ADDRESS, (("Authorization", "Bearer secret"),))
    assert GOOGLE_BUSINESS.request("https://shop.example/", "secret").headers == ()


def test_addresses() -> None:
    assert GOOGLE_BUSINESS.start_urls(f"{API}/{NAME}") == (ADDRESS,)
    assert GOOGLE_BUSINESS.api_urls(f"{ADDRESS}&pageToken=x") == (ADDRESS,)
    with pytest.raises(UsageError, match="accounts/123/locations/456"):
        GOOGLE_BUSINESS.start_urls("https://business.google.com/reviews")


def test_recognition() -> None:
    assert GOOGLE_BUSINESS.recognises(page(json.dumps({"reviews": [row()]}), "")) > 0.8
    assert GOOGLE_BUSINESS.recognises(page("{}", ADDRESS)) > 0.9
    assert GOOGLE_BUSINESS.recognises(page('{"reviews":[]}')) == 0.0
