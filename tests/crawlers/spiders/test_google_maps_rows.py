"""Google Maps' reviews in flat lists, archives and collectors' files, constructed; no captures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.google_maps import GOOGLE_MAPS
from pipeline.records import Review
from tests.crawlers.pages import page

CONTRIB = "https://www.google.com/maps/contrib/118204"
POSTED, REPLIED = 1709629200000, 1709715600000


def parsed(value: object) -> ParsedPage:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    assert GOOGLE_MAPS.recognises(page(body, "")) >= 0.9
    return GOOGLE_MAPS.parse(page(body, ""))


def only(value: object) -> Review:
    (one,) = parsed(value).reviews
    return one


def flat(size: int, values: dict[int, Any]) -> list[Any]:
    return [values.get(place) for place in range(size)]


def test_a_list_of_the_map_until_2023() -> None:
    reply = ["vor 2 Wochen", "Danke", None, REPLIED]
    row = flat(62, {
        0: [f"{CONTRIB}?hl=de", "Inna P.", "https://i.example/p"], 1: "vor 3 Monaten", 3: "Langsam",
        4: 2, 6: "118204", 9: reply, 10: "ChOld", 16: 4, 18: "https://www.google.com/maps/r/1",
        27: POSTED, 32: "de", 61: "CAES",
    })  # fmt: skip
    found = parsed(")]}'\n" + json.dumps([None, None, [row]]))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("google_maps:ChOld", 2.0, "Langsam")
    assert (one.author.id, one.author.name, one.language) == ("118204", "Inna P.", "de")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.published_raw == "vor 3 Monaten"
    assert [(r.text, r.replied_at) for r in one.replies] == [
        ("Danke", datetime(2024, 3, 6, 9, tzinfo=UTC))
    ]
    assert (found.next_urls, found.problems) == ((), ())


def test_a_list_of_googles_search() -> None:
    row = flat(48, {
        1: 4, 2: ["3 months ago", None, str(POSTED)], 3: ["Inna P.", "https://i.example/p",
        f"{CONTRIB}/reviews", 6, 2, [None, 1]], 4: [None, "2 months ago", "Thanks"], 5: "ChNew",
        12: "https://www.google.com/maps/r/1", 26: "de", 27: "Langsam", 28: "Slow", 44: ["Google"],
    })  # fmt: skip
    one = only(")]}'\n" + json.dumps([None, [None] * 10 + [[None, None, [row], "tok"]]]))
    assert (one.review_id, one.rating, one.text) == ("google_maps:ChNew", 4.0, "Langsam")
    assert (one.author.reviews_count, one.extra) == (6, {"translation": "Slow"})
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.replies[0].text == "Thanks"


SERP = {
    "review_id": "Ch1", "rating": 2.0, "date": "a year ago", "iso_date": "2024-03-05T09:00:00Z",
    "iso_date_of_last_edit": "2024-03-06T09:00:00Z", "source": "Google", "likes": 3,
    "link": "https://www.google.com/maps/reviews/1", "images": ["https://i.example/a"],
    "user": {"name": "Inna P.", "link": f"{CONTRIB}?hl=en", "contributor_id": "118204",
             "local_guide": True, "reviews": 6},
    "snippet": "Langsam", "extracted_snippet": {"original": "Langsam", "translated": "Slow"},
    "details": {"food": 3, "meal_type": "Dinner"},
    "response": {"date": "a year ago", "iso_date": "2024-03-06T09:00:00Z", "snippet": "Danke"},
}  # fmt: skip
APIFY = {
    "name": "Inna P.", "text": "Langsam", "textTranslated": "Slow", "publishAt": "a year ago",
    "publishedAtDate": "2024-03-05T09:00:00.000Z", "likesCount": 3, "reviewId": "Ch1",
    "reviewUrl": "https://www.google.com/maps/reviews/1", "reviewerId": "118204",
    "reviewerUrl": f"{CONTRIB}?hl=en", "reviewerNumberOfReviews": 6, "isLocalGuide": True,
    "stars": 2, "rating": None, "responseFromOwnerDate": "2024-03-06T09:00:00.000Z",
    "responseFromOwnerText": "Danke", "reviewImageUrls": ["https://i.example/a"],
    "reviewContext": {"Meal type": "Dinner"}, "reviewDetailedRating": {"Food": 3},
}  # fmt: skip
OUTSCRAPER = {
    "review_id": "Ch1", "author_link": f"{CONTRIB}?hl=en", "author_title": "Inna P.",
    "author_id": "118204", "author_reviews_count": 6, "review_text": "Langsam",
    "review_img_urls": ["https://i.example/a"], "owner_answer": "Danke",
    "owner_answer_timestamp": 1709715600, "review_link": "https://www.google.com/maps/reviews/1",
    "review_rating": 2, "review_datetime_utc": "03/05/2024 09:00:00", "review_likes": 3,
    "review_questions": {"Food": "3", "Meal type": "Dinner"},
}  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        {"place_info": {"title": "Port", "reviews": 396}, "reviews": [SERP]},
        [{"title": "Port", "reviewsCount": 396, "reviews": [APIFY]}],
        {"data": [{"name": "Port", "reviews": 396, "reviews_data": [OUTSCRAPER]}]},
    ],
)
def test_what_collectors_save(value: object) -> None:
    found = parsed(value)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("google_maps:Ch1", 2.0, "Langsam")
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("118204", "Inna P.", 6)
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.replied_at) == ("Danke", datetime(2024, 3, 6, 9, tzinfo=UTC))
    assert one.votes is not None
    assert (one.votes.helpful, one.media_count) == (3, 1)
    assert (one.product, found.claimed_total) == ("Port", 396)
    assert one.url == "https://www.google.com/maps/reviews/1"
    assert [value.casefold() for value in one.extra["answers"].values()] == ["dinner"]
    assert list(one.extra["sub_ratings"].values()) == [3.0]


def test_an_edit_and_a_translation_that_they_tell() -> None:
    one = only({"reviews": [SERP]})
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert (one.extra["translation"], one.extra["author_rank"]) == ("Slow", "Local Guide")
    both = only({"reviews": [SERP | {
        "extracted_snippet": None,
        "snippet": "(Translated by Google) Slow\n\n(Original)\nLangsam",
    }]})  # fmt: skip
    assert (both.text, both.extra["translation"]) == ("Langsam", "Slow")


def test_flat_rows_of_outscraper_name_the_place_and_apifys_too() -> None:
    assert only([OUTSCRAPER | {"name": "Port"}]).product == "Port"
    row = only("\n".join(json.dumps(one) for one in (APIFY | {"title": "Port"}, {"a": 1})))
    assert (row.product, row.author.name) == ("Port", "Inna P.")


def test_two_lists_of_one_place_tell_a_review_once() -> None:
    row = {"Name": "Inna P.", "ProfilePicture": "https://i.example/p", "Rating": 2,
           "Description": "Долго ждали, вкусно", "Images": None, "When": "2024-3-5"}  # fmt: skip
    one = only({"title": "Порт", "review_count": 9, "user_reviews": [row],
                "user_reviews_extended": [row]})  # fmt: skip
    assert (one.author.name, one.rating, one.product) == ("Inna P.", 2.0, "Порт")
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)


def test_other_services_and_research_data() -> None:
    told = {"type": "google_reviews_search", "profile_name": "Inna P.", "profile_url": CONTRIB,
            "rating": {"value": 2, "rating_max": 5}, "review_text": "Slow", "time_ago": "a day ago",
            "timestamp": "2024-03-05 09:00:00 +00:00", "reviews_count": 6,
            "original_review_text": "Langsam", "original_language": "de"}  # fmt: skip
    one = only({"items": [told]})
    assert (one.author.id, one.author.reviews_count, one.text) == ("118204", 6, "Langsam")
    assert (one.rating, one.published_raw) == (2.0, "a day ago")
    data = {
        "user_id": "118204",
        "name": "Inna P.",
        "time": POSTED,
        "rating": 2,
        "text": "Slow",
        "pics": None,
        "resp": {"time": REPLIED, "text": "Sorry"},
        "gmap_id": "0x1:0x2",
    }
    line = only(data)
    assert (line.text, line.replies[0].text, line.author.name) == ("Slow", "Sorry", "Inna P.")
    assert line.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)


def test_what_free_collectors_save() -> None:
    clean = {
        "review_id": "Ch1",
        "time": {"published": POSTED * 1000, "last_edited": REPLIED * 1000},
        "author": {"name": "Inna P.", "profile_url": CONTRIB, "id": "118204"},
        "review": {"rating": 2, "text": "Langsam", "language": "de"},
        "images": None,
        "source": "Google",
        "response": {"text": "Danke", "time": {"published": REPLIED * 1000}},
    }
    one = only([clean])
    assert (one.rating, one.text, one.language, one.author.id) == (2.0, "Langsam", "de", "118204")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == one.replies[0].replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    other = {"review_id": "Ch2", "author": "Inna P.", "rating": 2.0, "likes": 3,
             "description": {"de": "Langsam"}, "user_images": ["https://i.example/a"],
             "author_profile_url": CONTRIB, "review_date": "2024-03-05T09:00:00Z",
             "owner_responses": {"de": {"text": "Danke"}}}  # fmt: skip
    two = only([other])
    assert (two.text, two.language, two.author.name) == ("Langsam", "de", "Inna P.")
    assert (two.replies[0].text, two.media_count, two.author.id) == ("Danke", 1, "118204")


def test_a_persons_own_archive() -> None:
    newer = {"type": "Feature", "geometry": {"coordinates": [0, 0], "type": "Point"},
             "properties": {"date": "2024-03-05T09:00:00Z", "five_star_rating_published": 2,
                            "google_maps_url": "https://www.google.com/maps/place//data=1",
                            "location": {"name": "Port", "address": "Quay 1"},
                            "questions": [{"question": "Food", "rating": 3},
                                          {"question": "Wait", "selected_option": "Long"}],
                            "review_text_published": "Slow"}}  # fmt: skip
    saved = {"type": "Feature", "properties": {"location": {"name": "Park"}, "date": "2024-01-01"}}
    one = only({"type": "FeatureCollection", "features": [newer, saved]})
    assert (one.rating, one.text, one.product, one.author.name) == (2.0, "Slow", "Port", None)
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.extra == {"sub_ratings": {"Food": 3.0}, "answers": {"Wait": "Long"}}
    older = {"type": "Feature", "properties": {"Location": {"Business Name": "Port"},
             "Published": "2019-03-05T09:00:00Z", "Review Comment": "Kind", "Star Rating": 5,
             "Title": "Port", "Google Maps URL": "https://maps.google.com/?cid=1"}}  # fmt: skip
    assert only({"features": [older]}).text == "Kind"


def test_a_summary_of_the_reviews_is_nobodys() -> None:
    told = {
        "username": "Inna P.",
        "rating": 5,
        "contributor_id": "118204",
        "date": "a year ago",
        "description": "Kind",
    }
    shown = {"summary": [{"snippet": "Nice place"}], "most_relevant": [told]}
    one = only({"place_results": {"title": "Port", "reviews": 396, "user_reviews": shown}})
    assert (one.text, one.author.id, one.product) == ("Kind", "118204", "Port")


@pytest.mark.parametrize("row", [{"stars": [], "publishedAtDate": {}, "name": 7}, {"user": None}])
def test_a_malformed_row_does_not_lose_the_others(row: dict[str, Any]) -> None:
    assert [one.text for one in parsed({"reviews": [row, SERP]}).reviews] == ["Langsam"]
