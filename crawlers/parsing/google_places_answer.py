"""A place and its reviews as Google's Places interface tells them, in both of its generations."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawlers.page import Page, UnreadableJson
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_search import objects_where
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import SHORT_LIMIT, one_line, plain_text
from pipeline.records import Author

_COMMENT = re.compile(r"^\s*#[^\n]*$", re.M)
_SINGLE_QUOTED = re.compile(r"^(\s*|[^'\n]*: )'[^'\n]*'(?=,?\s*$)", re.M)
_PERSON = re.compile(r"/contrib/(\d{5,30})")
MAX_REPAIRED = 500_000

_ORIGINAL = (("originalText", "text"), ("original_text", "text"))
_SHOWN = (("text", "text"), ("text",))
_ORIGINAL_LANGUAGE = (("originalText", "languageCode"), ("original_text", "language_code"))
_SHOWN_LANGUAGE = (
    ("text", "languageCode"), ("text", "language_code"), ("textLanguageCode",), ("language",),
)  # fmt: skip
_NAME = (
    ("authorAttribution", "displayName"), ("author_attribution", "display_name"), ("author_name",),
)  # fmt: skip
_PROFILE = (("authorAttribution", "uri"), ("author_attribution", "uri"), ("author_url",))
_RELATIVE = (
    ("relativePublishTimeDescription",), ("relative_publish_time_description",),
    ("relative_time_description",), ("relativeTimeDescription",),
)  # fmt: skip
_STAMP = (
    ("publishTime",), ("publish_time",), ("publish_time", "seconds"), ("publishTime", "seconds"),
    ("time",),
)  # fmt: skip
_URL = (("googleMapsUri",), ("google_maps_uri",), ("googleMapsURI",))
_PLACE_NAME = (
    ("displayName", "text"), ("display_name", "text"), ("displayName",), ("name",),
)  # fmt: skip
"""Names of the interface, of its clients for Python and JavaScript, and of the older generation."""
_REVIEW = frozenset(
    ("authorAttribution", "author_attribution", "author_name", "relativePublishTimeDescription",
     "relative_publish_time_description", "relative_time_description", "publishTime")
)  # fmt: skip


def answer_of(page: Page) -> Any:
    """The answer's JSON; None for anything else.

    The documentation shows its examples with comments, stray commas and single quotes.
    """
    if page.looks_like_json:
        try:
            return page.json
        except UnreadableJson:
            return None
    if len(page.text) > MAX_REPAIRED or not page.text.lstrip().startswith("#"):
        return None
    try:
        text = _SINGLE_QUOTED.sub(r'\1""', _COMMENT.sub("", page.text))
        return load_json(text)[0][0]
    except BrokenJson:
        return None


def places_of(answer: Any) -> list[dict[str, Any]]:
    """The places of an answer: one of details, those of a search, or of several saved answers.

    The older generation keeps its place under `result`. A list of reviews alone is a place
    without a name.
    """
    if isinstance(answer, list) and any(_is_review(row) for row in answer):
        return [{"reviews": answer}]
    with_reviews = list(objects_where(answer, _has_reviews))
    if with_reviews:
        return with_reviews
    known = (one for one in (at(answer, "result"), answer) if isinstance(one, dict))
    return [one for one in known if _names(one) & set(one)][:1] or _listed(answer)


def draft_of(row: dict[str, Any], where: str, place: dict[str, Any], now: datetime) -> Draft:
    """One review; the text as written goes before its translation."""
    original, shown = _either(row, *_ORIGINAL), _either(row, *_SHOWN)
    author = _author(row)
    return Draft(
        where=where,
        native_id=_native_id(row, place, author),
        author=author,
        rating=parse_rating(text_at(row, "rating")),
        text=plain_text(original or shown),
        product=_either(place, *_PLACE_NAME),
        url=_either(row, *_URL) or _either(place, *_URL) or text_at(place, "url"),
        language=_language(row),
        published=_published(row, now),
        extra=_extra(row, original, shown),
    )


def _listed(answer: Any) -> list[dict[str, Any]]:
    """Places of a search that asked for no reviews."""
    rows = dicts_at(answer, "places") or dicts_at(answer, "candidates")
    return [one for one in rows or dicts_at(answer, "results") if _names(one) & set(one)]


def _is_review(row: Any) -> bool:
    return isinstance(row, dict) and not _REVIEW.isdisjoint(row)


def _has_reviews(entry: dict[str, Any]) -> bool:
    return any(_is_review(row) for row in dicts_at(entry, "reviews"))


def _either(value: dict[str, Any], *paths: tuple[str, ...]) -> str:
    return next((found for path in paths if (found := text_at(value, *path))), "")


def _names(place: dict[str, Any]) -> set[str]:
    """Names that tell a place from other objects."""
    own = {
        "place_id",
        "user_ratings_total",
        "userRatingCount",
        "googleMapsUri",
        "user_rating_count",
    }
    return own | ({"reviews"} if isinstance(place.get("reviews"), list) else set())


def _native_id(row: dict[str, Any], place: dict[str, Any], author: Author) -> str | None:
    """The newer generation names its reviews; in the older, a person reviews a place once."""
    named = text_at(row, "name").rpartition("/reviews/")[2]
    if named and "/reviews/" in text_at(row, "name"):
        return one_line(named)[:300]
    place_id = one_line(text_at(place, "place_id"))[:200]
    return f"{place_id}:{author.id}" if place_id and author.id else None


def _author(row: dict[str, Any]) -> Author:
    name, link = one_line(_either(row, *_NAME)), _either(row, *_PROFILE)
    person = _PERSON.search(link)
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
    )


def _language(row: dict[str, Any]) -> str:
    """Of the text that is kept: the original's, save where only a translation came."""
    return _either(row, *_ORIGINAL_LANGUAGE, *_SHOWN_LANGUAGE)


def _published(row: dict[str, Any], now: datetime) -> ParsedDate:
    """The stamp, with the relative date that a person sees as the raw string."""
    shown = _either(row, *_RELATIVE)
    stamp = parse_date(_either(row, *_STAMP), now)
    if stamp.value is None:
        return parse_date(shown, now) if shown else stamp
    return replace(stamp, raw=one_line(shown)[:200] or stamp.raw)


def _extra(row: dict[str, Any], original: str, shown: str) -> dict[str, Any]:
    is_other = bool(original and shown and original != shown)
    found = {
        "translation": short(plain_text(shown), SHORT_LIMIT) if is_other else None,
        "translation_language": short(_either(row, *_SHOWN_LANGUAGE), 20) if is_other else None,
        "translated": flag_at(row, "translated") or None,
        "original_language": short(text_at(row, "original_language"), 20),
        "visited": _month(at(row, "visitDate") or at(row, "visit_date")),
    }
    return {name: value for name, value in found.items() if value}


def _month(visit: Any) -> str | None:
    year, month = at(visit, "year"), at(visit, "month")
    is_month = isinstance(year, int) and isinstance(month, int) and 0 < month < 13
    return f"{year:04}-{month:02}" if is_month and 2000 <= year < 2100 else None
