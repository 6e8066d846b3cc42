"""Answers of Google's Places interface, constructed after its documentation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.google_places import GOOGLE_PLACES
from pipeline.errors import UsageError
from tests.crawlers.pages import page

PLACE = "ChIJDdnwdv0y5xQRRytw1ihZQeU"
ADDRESS = (
    f"https://places.googleapis.com/v1/places/{PLACE}?languageCode=ru"
    "&fields=id%2CdisplayName%2CgoogleMapsUri%2CuserRatingCount%2Creviews"
)


def newer(name: str = "r1", **fields: Any) -> dict[str, Any]:
    return {
        "name": f"places/{PLACE}/reviews/{name}",
        "relativePublishTimeDescription": "3 месяца назад",
        "rating": 2,
        "text": {"text": "Долго ждали", "languageCode": "ru"},
        "originalText": {"text": "Sehr langsam", "languageCode": "de"},
        "authorAttribution": {
            "displayName": "Inna P.", "uri": "https://www.google.com/maps/contrib/118204/reviews",
        },
        "publishTime": "2024-03-05T09:00:00.123Z",
        "googleMapsUri": f"https://www.google.com/maps/reviews/data={name}",
    } | fields  # fmt: skip


def older(**fields: Any) -> dict[str, Any]:
    return {
        "author_name": "Inna P.",
        "author_url": "https://www.google.com/maps/contrib/118204/reviews",
        "language": "en",
        "original_language": "de",
        "translated": True,
        "rating": 4,
        "relative_time_description": "a week ago",
        "text": "Fast &amp; kind",
        "time": 1709629200,
    } | fields


def place(*rows: Any) -> dict[str, Any]:
    return {
        "id": PLACE, "displayName": {"text": "Кафе «Порт»"}, "userRatingCount": 396,
        "googleMapsUri": "https://maps.google.com/?cid=1", "reviews": list(rows),
    }  # fmt: skip


def parsed(value: object, url: str = "") -> ParsedPage:
    return GOOGLE_PLACES.parse(page(value if isinstance(value, str) else json.dumps(value), url))


def test_every_field_of_the_newer_generation() -> None:
    found = parsed(place(newer()))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.language) == (
        "google_places:r1", 2.0, "Sehr langsam", "de",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("118204", "Inna P.")
    assert one.author.profile_url == "https://www.google.com/maps/contrib/118204/reviews"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.published_precision, one.published_raw) == ("second", "3 месяца назад")
    assert (one.product, one.url) == (
        "Кафе «Порт»", "https://www.google.com/maps/reviews/data=r1",
    )  # fmt: skip
    assert one.extra == {"translation": "Долго ждали", "translation_language": "ru"}
    assert (found.claimed_total, found.next_urls, found.problems) == (396, (), ())


def test_every_field_of_the_older_generation() -> None:
    result = {
        "place_id": PLACE, "name": "Cafe Port", "user_ratings_total": 12,
        "url": "https://maps.google.com/?cid=1", "reviews": [older()],
    }  # fmt: skip
    found = parsed({"result": result, "status": "OK"})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.language) == (
        f"google_places:{PLACE}:118204", 4.0, "Fast & kind", "en",
    )  # fmt: skip
    assert (one.published_raw, one.published_precision) == ("a week ago", "second")
    assert (one.product, one.url) == ("Cafe Port", "https://maps.google.com/?cid=1")
    assert one.extra == {"translated": True, "original_language": "de"}
    assert found.claimed_total == 12


@pytest.mark.parametrize(
    "value",
    [
        {"places": [place(newer()), place(newer("r2")), {"id": "p3"}]},
        [place(newer()), place(newer("r2"))],
        {"results": [place(newer()) | {"reviews": [newer(), newer("r2")]}], "status": "OK"},
        {"data": {"place": place(newer(), newer("r2"))}},
    ],
)
def test_several_places_of_a_search(value: object) -> None:
    found = parsed(value)
    assert [one.review_id for one in found.reviews] == ["google_places:r1", "google_places:r2"]
    assert {one.product for one in found.reviews} == {"Кафе «Порт»"}
    assert found.problems == ()


def test_several_answers_of_the_older_generation() -> None:
    result = {"place_id": PLACE, "name": "Cafe Port", "reviews": [older()]}
    found = parsed([{"result": result, "status": "OK"}, {"result": {"name": "B"}, "status": "OK"}])
    assert [(one.product, one.rating) for one in found.reviews] == [("Cafe Port", 4.0)]
    assert [one.text for one in parsed([older()]).reviews] == ["Fast & kind"]


def test_names_of_the_clients_for_python_and_javascript() -> None:
    python = {
        "name": f"places/{PLACE}/reviews/r1", "rating": 2, "publish_time": "2024-03-05T09:00:00Z",
        "relative_publish_time_description": "a year ago",
        "original_text": {"text": "Langsam", "language_code": "de"},
        "text": {"text": "Slow", "language_code": "en"},
        "author_attribution": {"display_name": "Inna P.", "uri": "https://a.example/contrib/118204"},
        "visit_date": {"year": 2024, "month": 3},
    }  # fmt: skip
    found = parsed({"display_name": {"text": "Port"}, "user_rating_count": 9, "reviews": [python]})
    one = found.reviews[0]
    assert (one.review_id, one.text, one.language) == ("google_places:r1", "Langsam", "de")
    assert (one.author.id, one.author.name, one.product) == ("118204", "Inna P.", "Port")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.extra == {
        "translation": "Slow", "translation_language": "en", "visited": "2024-03",
    }  # fmt: skip
    assert found.claimed_total == 9
    script = newer(text="Slow", textLanguageCode="en", originalText=None)
    other = parsed({"displayName": "Port", "reviews": [script]}).reviews[0]
    assert (other.text, other.language, other.product) == ("Slow", "en", "Port")


def test_a_search_that_asked_for_no_reviews() -> None:
    found = parsed({"results": [{"place_id": PLACE, "name": "Port"}], "status": "OK"})
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


def test_without_a_stamp_the_relative_date_is_all_there_is() -> None:
    one = parsed({"result": {"reviews": [older(time=None)]}}).reviews[0]
    assert (one.published_precision, one.published_raw) == ("relative", "a week ago")
    assert one.review_id.startswith("google_places:~")


def test_an_example_of_the_documentation_is_read() -> None:
    example = """# Copyright
{
  "result": {
    "adr_address": '<span class="street">Port</span>',
    "photos": [{ "html_attributions": [
      '<a href="https://maps.example">A</a>',
    ] }],
    "reviews": [{ "author_name": "A", "rating": 1, "relative_time_description": "a week ago",
      "text": "Slow", "time": 1652286798, },],
  },
  "status": "OK",
}
"""
    assert [one.text for one in parsed(example).reviews] == ["Slow"]
    assert GOOGLE_PLACES.recognises(page(example, "")) > 0.9


def test_a_malformed_review_does_not_lose_the_others() -> None:
    found = parsed(place(None, newer("r1", rating=9), {"rating": 0}, newer("r2")))
    assert [one.review_id[-1] for one in found.reviews] == ["1", "2"]
    assert len(found.problems) == 2


@pytest.mark.parametrize("value", [{"id": PLACE, "userRatingCount": 0}, {}])
def test_no_reviews_are_a_valid_answer(value: object) -> None:
    found = parsed(value)
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "m"}}, "forbidden"),
        ({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message":
                    "API key not valid. Please pass a valid API key."}}, "forbidden"),
        ({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}, "rate_limited"),
        ({"html_attributions": [], "status": "OVER_QUERY_LIMIT"}, "rate_limited"),
        ({"status": "REQUEST_DENIED", "error_message": "m"}, "forbidden"),
        ({"status": "NOT_FOUND"}, "not_found"),
    ],
)  # fmt: skip
def test_refusals_are_obstacles(value: object, blocked: str) -> None:
    found = parsed(value)
    assert found.blocked == blocked
    assert found.problems[0].startswith("Google Places refuses: ")


def test_anything_else_is_a_problem() -> None:
    assert parsed('{"a":1}').problems == ("this is no answer of Google Places",)
    assert parsed("# x\n{'a").problems == ("this is no answer of Google Places",)
    assert "INVALID_REQUEST" in parsed({"status": "INVALID_REQUEST"}).problems[0]


def test_the_key_goes_into_a_header_and_to_nobody_else() -> None:
    request = GOOGLE_PLACES.request(ADDRESS, "secret")
    assert (request.url, request.headers) == (ADDRESS, (("X-Goog-Api-Key", "secret"),))
    assert GOOGLE_PLACES.request("https://shop.example/", "secret").headers == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/maps/place/Port/data=!4m2!3m1!1s0x14e732fd76f0d90d:0xe5415928d6702b47",
        f"https://search.google.com/local/reviews?placeid={PLACE}",
        f"https://maps.googleapis.com/maps/api/place/details/json?place_id={PLACE}&key=secret",
        ADDRESS,
    ],
)
def test_any_address_of_a_place_leads_to_the_interface(url: str) -> None:
    assert GOOGLE_PLACES.start_urls(url) == (ADDRESS,)
    assert GOOGLE_PLACES.api_urls(url) == (ADDRESS,)


@pytest.mark.parametrize("url", ["https://maps.google.com/?cid=1", "https://shop.example/"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="place_id"):
        GOOGLE_PLACES.start_urls(url)


def test_recognition() -> None:
    assert GOOGLE_PLACES.recognises(page(json.dumps(place(newer())), "")) > 0.9
    assert GOOGLE_PLACES.recognises(page("{}", ADDRESS)) > 0.9
    assert GOOGLE_PLACES.recognises(page('{"reviews":[]}')) == 0.0
