"""Answers of Airbnb's query for reviews, constructed after one of 2023; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.airbnb import AIRBNB, API
from pipeline.errors import UsageError
from tests.crawlers.pages import page

ADDRESS = f"{API}?room=123&offset=0"
ROOM = "https://www.airbnb.com/rooms/123/reviews"


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "PdpReviewForP3", "id": f"99{number}", "comments": "Tout va<br/>bien",
        "language": "fr", "createdAt": "2024-03-05T09:00:00Z", "localizedDate": "mars 2024",
        "rating": 4, "reviewHighlight": "Séjour de quelques nuits",
        "localizedReviewerLocation": "Казань, Россия",
        "reviewer": {"id": "57", "firstName": "Инна", "pictureUrl": "https://img.example/a.jpg"},
        "reviewee": {"id": "10", "firstName": "Пётр"},
        "response": "Merci !", "localizedRespondedDate": "March 2024",
        "localizedReview": {"comments": "Всё<br/>хорошо", "commentsLanguage": "fr"},
        "reviewMediaItems": [{"id": 1}],
    } | fields  # fmt: skip


def answer(*rows: Any, **metadata: Any) -> str:
    reviews = {"reviews": list(rows), "metadata": metadata}
    return json.dumps({"data": {"presentation": {"stayProductDetailPage": {"reviews": reviews}}}})


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return AIRBNB.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(answer(row(), reviewsCount=1))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.language) == (
        "airbnb:991", 4.0, "Tout va\nbien", "fr",
    )  # fmt: skip
    author = one.author
    assert (author.id, author.name, author.location) == ("57", "Инна", "Казань, Россия")
    assert (author.profile_url, author.has_picture) == (
        "https://www.airbnb.com/users/show/57", True,
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Merci !", "Пётр", True)
    assert reply.replied_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert (one.media_count, one.url) == (1, ROOM)
    assert one.extra == {"translation": "Всё хорошо", "stay": "Séjour de quelques nuits"}
    assert (found.claimed_total, found.next_urls, found.problems) == (1, (), ())


def test_a_bare_list_of_a_file_and_the_older_names_are_read() -> None:
    older = {
        "id": 7, "comments": "Ok", "created_at": "2019-03-05T09:00:00Z", "rating": 5,
        "author": {"id": 5, "first_name": "Инна"},
    }  # fmt: skip
    found = parsed(json.dumps({"reviews": [older], "metadata": {"reviews_count": 9}}), "")
    assert [(one.review_id, one.author.name) for one in found.reviews] == [("airbnb:7", "Инна")]
    assert (found.claimed_total, found.next_urls) == (9, ())


def test_the_state_of_the_pages_before_2020_is_read() -> None:
    old = {
        "id": 7, "comments": "Quiet street", "localized_date": "June 2017", "rating": 5,
        "reviewer": {"id": 5, "first_name": "Инна"}, "reviewee": {"first_name": "Пётр"},
        "response": "Merci !", "localized_responded_date": "July 2017",
    }  # fmt: skip
    listing = {"review_details_interface": {"review_count": 41}, "sorted_reviews": [old]}
    state = json.dumps({"bootstrapData": {"listing": listing}})
    script = f'<script data-hypernova-key="p3indexbundlejs"><!--{state}--></script>'
    found = parsed(f"<html>airbnb{script}</html>", ROOM)
    one = found.reviews[0]
    assert (one.review_id, one.event_day, one.published_precision) == (
        "airbnb:7", "2017-06-01", "month",
    )  # fmt: skip
    assert one.replies[0].replied_at == datetime(2017, 7, 1, tzinfo=UTC)
    assert found.claimed_total == 41
    assert AIRBNB.recognises(page(f"<html>airbnb{script}</html>", "")) > 0.9


def test_authors_of_the_interface_of_2013() -> None:
    row = {
        "id": 7, "comments": "Ok", "created_at": "2013-03-05T09:00:00Z",
        "reviewer": {"user": {"id": 5, "first_name": "Инна"}},
    }  # fmt: skip
    found = parsed(json.dumps({"reviews": [row], "reviews_count": 1}), "")
    assert [(one.author.id, one.author.name) for one in found.reviews] == [("5", "Инна")]


def test_older_answers_are_recognised_by_their_names() -> None:
    body = json.dumps({
        "reviews": [{"id": 7, "comments": "Ok", "author": {"first_name": "Инна"}}],
        "metadata": {"reviews_count": 9},
    })  # fmt: skip
    assert AIRBNB.recognises(page(body, "")) > 0.9


def test_the_state_of_a_page_is_read() -> None:
    state = json.dumps({"niobeClientData": [["k", json.loads(answer(row(), reviewsCount=3))]]})
    html = f'<html>airbnb<script id="data-deferred-state-0">{state}</script></html>'
    found = parsed(html, ROOM)
    assert ([one.review_id for one in found.reviews], found.claimed_total) == (["airbnb:991"], 3)
    assert found.reviews[0].url == ROOM
    assert AIRBNB.recognises(page(html, "")) > 0.9


def test_offsets_lead_on_as_far_as_the_count_says() -> None:
    assert parsed(answer(row(), reviewsCount=3)).next_urls == (f"{API}?room=123&offset=1",)
    assert parsed(answer(row(), reviewsCount=3), f"{API}?room=123&offset=2").next_urls == ()
    assert parsed(answer(reviewsCount=3)).next_urls == ()
    full = parsed(answer(*(row(number) for number in range(50))))
    assert full.next_urls == (f"{API}?room=123&offset=50",)


def test_a_malformed_review_does_not_lose_the_others() -> None:
    bad = row(2, comments="", rating=None)
    found = parsed(answer(None, {"id": 1}, row(1, rating=9, reviewer=None), bad, row(3)))
    assert [one.review_id[-1] for one in found.reviews] == ["1", "3"]
    assert len(found.problems) == 2


def test_no_reviews_are_a_valid_answer() -> None:
    found = parsed(answer(reviewsCount=0))
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ({"error_code": 400, "error_type": "invalid_key"}, "forbidden"),
        ({"error_code": 429, "error_type": "too_many_requests"}, "rate_limited"),
        ({"errors": [{"message": "PersistedQueryNotFound"}]}, "forbidden"),
    ],
)
def test_refusals_are_obstacles(value: object, blocked: str) -> None:
    found = parsed(json.dumps(value))
    assert found.blocked == blocked
    assert len(found.problems) == 1


def test_a_captcha_is_an_obstacle_and_anything_else_a_problem() -> None:
    assert parsed("<title>Just a moment</title>").blocked == "captcha"
    assert "airbnb" in parsed('{"a":1}').problems[0]


def test_the_query_is_made_of_the_address_and_the_key_goes_into_a_header() -> None:
    request = AIRBNB.request(f"{API}?room=123&offset=50", "secret")
    query = parse_qs(urlsplit(request.url).query)
    variables = json.loads(query["variables"][0])
    assert variables["id"] == "U3RheUxpc3Rpbmc6MTIz"
    assert variables["pdpReviewsRequest"]["offset"] == "50"
    assert variables["pdpReviewsRequest"]["sortingPreference"] == "MOST_RECENT"
    assert request.headers == (("X-Airbnb-Api-Key", "secret"),)
    assert AIRBNB.request(ROOM, "secret").headers == ()


@pytest.mark.parametrize(
    "url",
    ["https://www.airbnb.ru/rooms/123?adults=2", "https://airbnb.co.uk/rooms/plus/123", ADDRESS],
)
def test_any_address_of_a_stay_leads_to_its_reviews(url: str) -> None:
    assert AIRBNB.start_urls(url) == (ROOM,)
    assert AIRBNB.api_urls(url) == (ADDRESS,)


@pytest.mark.parametrize(
    "url", ["https://www.airbnb.com/s/Kazan", "https://shop.example/rooms/123"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"airbnb\.com/rooms"):
        AIRBNB.start_urls(url)


def test_recognition() -> None:
    assert AIRBNB.recognises(page(answer(row()), "")) > 0.9
    assert AIRBNB.recognises(page('{"reviews":[]}')) == 0.0
