"""Reviews of Google Maps as people's own archives and the well-known collectors save them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.google_translations import original_and_translation
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

Path = tuple[str, ...]

MAX_ENTRIES = 500_000
MAX_ANSWERS = 30
SIGN = re.compile(
    r'"(?:five_star_rating_published|Google Maps URL|extracted_snippet|publishedAtDate'
    r"|review_datetime_utc|author_title|user_reviews_extended|gmap_id|reviews_by_reviewer"
    r'|owner_responses)"\s*:|"google_reviews_search"|"last_edited"\s*:\s*\d{15,17}\b'
    r'|"contributor_id"\s*:\s*"\d{6,30}"|"user_reviews"\s*:\s*\[\s*\{\s*"Name"'
)
"""Names that no interface has: archives' and collectors' own."""

_MARKS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "user rating snippet", "user rating extracted_snippet", "user rating iso_date",
        "username rating description", "stars publishedAtDate", "stars publishAt",
        "review_rating author_title", "review_rating review_datetime_utc",
        "Name Rating Description", "profile_name rating time_ago",
        "reviewer_name review_rating review", "gmap_id user_id rating",
        "review_id author review time",
        "author rating description owner_responses", "place_info review_id rating",
    )
)  # fmt: skip
"""A row has all names of one of these: SerpApi's, Apify's, Outscraper's, gosom's, DataForSEO's,
Bright Data's, those of UCSD's research data, and of two free ones."""
_OF_ARCHIVE = ("five_star_rating_published", "review_text_published", "Star Rating")

_ID: tuple[Path, ...] = (("review_id",), ("reviewId",))
_NAME: tuple[Path, ...] = (
    ("user", "name"), ("author", "name"), ("author",), ("author_title",), ("reviewer_name",),
    ("profile_name",), ("username",),
    ("Name",), ("name",),
)  # fmt: skip
_PERSON_ID: tuple[Path, ...] = (
    ("user", "contributor_id"), ("author", "id"), ("contributor_id",), ("reviewerId",),
    ("author_id",), ("user_id",),
)  # fmt: skip
_PERSON_URL: tuple[Path, ...] = (
    ("user", "link"), ("reviewerUrl",), ("author_link",), ("profile_url",), ("reviewer_url",),
    ("author", "profile_url"), ("author_profile_url",),
)  # fmt: skip
_PERSON_COUNT: tuple[Path, ...] = (
    ("user", "reviews"), ("reviewerNumberOfReviews",), ("author_reviews_count",),
    ("reviews_by_reviewer",), ("reviews_count",),
)  # fmt: skip
_RATING: tuple[Path, ...] = (
    ("stars",), ("review", "rating"), ("rating", "value"), ("rating",), ("review_rating",),
    ("Rating",),
    ("five_star_rating_published",), ("Star Rating",),
)  # fmt: skip
_TEXT: tuple[Path, ...] = (
    ("extracted_snippet", "original"), ("snippet",), ("original_review_text",), ("text",),
    ("review", "text"),
    ("review_text",), ("Description",), ("description",), ("review",), ("review_text_published",),
    ("Review Comment",),
)  # fmt: skip
_TRANSLATION: tuple[Path, ...] = (("extracted_snippet", "translated"), ("textTranslated",))
_STAMP: tuple[Path, ...] = (
    ("time", "published"), ("iso_date",), ("publishedAtDate",), ("review_timestamp",),
    ("review_datetime_utc",),
    ("timestamp",), ("review_date",), ("time",), ("When",), ("date",), ("Published",),
)  # fmt: skip
_SHOWN: tuple[Path, ...] = (("date",), ("publishAt",), ("time_ago",))
_EDITED: tuple[Path, ...] = (
    ("iso_date_of_last_edit",), ("lastEditedAtDate",), ("time", "last_edited"),
)  # fmt: skip
_LIKES: tuple[Path, ...] = (
    ("likes",), ("likesCount",), ("review_likes",), ("number_of_likes",),
)  # fmt: skip
_REPLY: tuple[Path, ...] = (
    ("response", "extracted_snippet", "original"), ("response", "snippet"), ("response", "text"),
    ("responseFromOwnerText",), ("owner_answer",), ("response_of_owner",), ("resp", "text"),
)  # fmt: skip
_REPLIED: tuple[Path, ...] = (
    ("response", "time", "published"),
    ("response", "iso_date"), ("response", "date"), ("responseFromOwnerDate",),
    ("owner_answer_timestamp",), ("owner_timestamp",), ("response_date",), ("resp", "time"),
)  # fmt: skip
_IMAGES: tuple[Path, ...] = (
    ("images",), ("reviewImageUrls",), ("review_img_urls",), ("pics",), ("Images",),
    ("user_images",),
)  # fmt: skip
_URL: tuple[Path, ...] = (
    ("link",), ("reviewUrl",), ("review_link",), ("review_url",), ("google_maps_url",),
    ("Google Maps URL",),
)  # fmt: skip
_PLACE: tuple[Path, ...] = (
    ("location", "name"), ("Location", "Business Name"), ("place_info", "title"), ("place_name",),
    ("title",), ("Title",),
)  # fmt: skip
_TOTAL: tuple[Path, ...] = (
    ("place_info", "reviews"), ("reviewsCount",), ("review_count",), ("reviews_count",),
    ("reviews",),
)  # fmt: skip
_LANGUAGE: tuple[Path, ...] = (
    ("originalLanguage",), ("original_language",), ("review", "language"),
)  # fmt: skip
_ORIGIN: tuple[Path, ...] = (("source",), ("reviewOrigin",))
_GUIDE: tuple[Path, ...] = (("user", "local_guide"), ("isLocalGuide",), ("local_guide",))
_DETAILS = ("details", "reviewDetailedRating", "reviewContext", "review_questions")

_PERSON = re.compile(r"/contrib/(\d{5,30})")
_MONTH_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4}) (\d{2}:\d{2}:\d{2})")


def collected(value: Any) -> list[tuple[dict[str, Any], str, int | None]]:
    """Every row with the name and the total of the place that it stands under, in page order."""
    return list(_rows(value))


def draft_of(row: dict[str, Any], place: str, where: str, now: datetime) -> Draft:
    """The review of a row; `place` is the name of what it stands under."""
    published, edited = _published(row, now), parse_date(_first(row, _EDITED), now).value
    language, worded = _by_language(at(row, "description"))
    text, translated = original_and_translation(_first(row, _TEXT) or worded)
    return Draft(
        where=where,
        native_id=one_line(_first(row, _ID))[:200] or None,
        author=_author(row),
        rating=_rating(row),
        text=text,
        product=_place(row) or place,
        url=_first(row, _URL),
        language=_first(row, _LANGUAGE) or language,
        published=published,
        edited_at=edited if edited != published.value else None,
        votes=_votes(row),
        replies=_replies(row, now),
        media_count=_images(row),
        extra=_extra(row, text, translated or clean(_first(row, _TRANSLATION))),
    )


def _rows(value: Any) -> Iterator[tuple[dict[str, Any], str, int | None]]:
    stack: list[tuple[Any, str, int | None]] = [(value, "", None)]
    for _ in range(MAX_ENTRIES):
        if not stack:
            return
        entry, place, total = stack.pop()
        if isinstance(entry, dict):
            if (row := _row(entry)) is not None:
                yield row, place, total
                continue
            place, total = _around(entry) or place, _total(entry, total)
        inner = entry.values() if isinstance(entry, dict) else entry
        if isinstance(entry, dict | list):
            stack.extend((child, place, total) for child in reversed(list(inner)))


def _row(entry: dict[str, Any]) -> dict[str, Any] | None:
    """The object itself, or what an archive keeps as properties of a point on the map."""
    inner = entry.get("properties")
    if isinstance(inner, dict) and any(name in inner for name in _OF_ARCHIVE):
        return inner
    names = entry.keys()
    return entry if any(marks <= names for marks in _MARKS) else None


def _around(entry: dict[str, Any]) -> str:
    """Name of the place whose object holds reviews; people's names stand in rows alone."""
    own = text_at(entry, "name") if "reviews_data" in entry else ""
    return one_line(text_at(entry, "place_info", "title") or own or text_at(entry, "title"))


def _total(entry: dict[str, Any], around: int | None) -> int | None:
    found = (at(entry, *path) for path in _TOTAL)
    numbers = (one for one in found if isinstance(one, int) and not isinstance(one, bool))
    return next((one for one in numbers if 0 <= one < 10**9), around)


def _first(row: dict[str, Any], paths: tuple[Path, ...]) -> str:
    return next((found for path in paths if (found := text_at(row, *path))), "")


def _by_language(value: Any) -> tuple[str, str]:
    """The first language of `{"de": "Gut"}` or `{"de": {"text": "Gut"}}` with its words."""
    entries = list(value.items())[:MAX_ANSWERS] if isinstance(value, dict) else []
    worded = ((name, text_at(one, "text") or text_at(value, name)) for name, one in entries)
    return next(((name, words) for name, words in worded if words), ("", ""))


def _place(row: dict[str, Any]) -> str:
    """Outscraper's flat rows have the place's name beside the author's title."""
    own = text_at(row, "name") if "author_title" in row else ""
    return one_line(own or _first(row, _PLACE))


def _author(row: dict[str, Any]) -> Author:
    name = "" if any(mark in row for mark in _OF_ARCHIVE) else one_line(_first(row, _NAME))
    link = _first(row, _PERSON_URL)
    person = _PERSON.search(link)
    native = _first(row, _PERSON_ID) or (person.group(1) if person else "")
    return Author(
        id=short(native, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
        reviews_count=count(_first(row, _PERSON_COUNT) or None),
    )


def _rating(row: dict[str, Any]) -> ParsedRating:
    best = at(row, "rating", "rating_max")
    return parse_rating(_first(row, _RATING), best or 5)


def _published(row: dict[str, Any], now: datetime) -> ParsedDate:
    """The stamp, with the relative date that a person sees as the raw string."""
    written = _MONTH_FIRST.sub(r"\3-\1-\2 \4", _first(row, _STAMP))
    shown = one_line(_first(row, _SHOWN))
    found = parse_date(written, now)
    if found.value is None and shown:
        return parse_date(shown, now)
    return replace(found, raw=shown[:200] or found.raw) if written else found


def _votes(row: dict[str, Any]) -> Votes | None:
    likes = count(_first(row, _LIKES) or None)
    return None if likes is None else Votes(helpful=likes)


def _replies(row: dict[str, Any], now: datetime) -> tuple[Reply, ...]:
    _, worded = _by_language(at(row, "owner_responses"))
    words = original_and_translation(_first(row, _REPLY) or worded)[0][:LONG_LIMIT]
    if not words:
        return ()
    moment = parse_date(_first(row, _REPLIED), now).value
    return (Reply(text=words, is_owner=True, replied_at=moment),)


def _images(row: dict[str, Any]) -> int:
    found = next((one for path in _IMAGES if (one := at(row, *path))), None)
    return min(len(found), 1_000) if isinstance(found, list) else 0


def _extra(row: dict[str, Any], text: str, translated: str) -> dict[str, Any]:
    origin = _first(row, _ORIGIN)
    is_guide = any(at(row, *path) is True for path in _GUIDE)
    asked = list(_asked(row))
    found = {
        "sub_ratings": {name: stars for name, stars, _ in asked if stars is not None},
        "answers": {name: said for name, stars, said in asked if stars is None and said},
        "origin": short(origin, 100) if origin != "Google" else None,
        "author_rank": "Local Guide" if is_guide else None,
        "translation": short(translated, SHORT_LIMIT) if translated != text else None,
    }
    return {name: value for name, value in found.items() if value}


def _asked(row: dict[str, Any]) -> Iterator[tuple[str, float | None, str]]:
    """What the map's form asked: names, stars of a number, and words of anything else."""
    pairs: list[tuple[str, Any]] = []
    for name in _DETAILS:
        part = at(row, name)
        pairs.extend(part.items() if isinstance(part, dict) else ())
    for one in dicts_at(row, "questions"):
        said = one.get("rating") if one.get("rating") is not None else one.get("selected_option")
        pairs.append((text_at(one, "question"), said))
    for name, said in pairs[:MAX_ANSWERS]:
        words = short(str(said), 200) if isinstance(said, str | int | float) else None
        if words and (label := short(name, 100)):
            is_number = re.fullmatch(r"[1-5](?:\.0)?", words) is not None
            yield label, float(words) if is_number else None, words
