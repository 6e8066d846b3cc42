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
from crawlers.parsing.json_values import at, flag_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import SHORT_LIMIT, one_line, plain_text
from pipeline.records import Author

_COMMENT = re.compile(r"^\s*#[^\n]*$", re.M)
_SINGLE_QUOTED = re.compile(r"^(\s*|[^'\n]*: )'[^'\n]*'(?=,?\s*$)", re.M)
_PERSON = re.compile(r"/contrib/(\d{5,30})")
MAX_REPAIRED = 500_000


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


def place_of(answer: Any) -> dict[str, Any] | None:
    """The place of an answer: under `result` in the older generation."""
    for place in (at(answer, "result"), answer):
        if isinstance(place, dict) and _names(place) & set(place):
            return place
    return None


def draft_of(row: dict[str, Any], where: str, place: dict[str, Any], now: datetime) -> Draft:
    """One review; the text as written goes before its translation."""
    original, shown = text_at(row, "originalText", "text"), _shown_text(row)
    author = _author(row)
    return Draft(
        where=where,
        native_id=_native_id(row, place, author),
        author=author,
        rating=parse_rating(text_at(row, "rating")),
        text=plain_text(original or shown),
        product=text_at(place, "displayName", "text") or text_at(place, "name"),
        url=_url(row, place),
        language=_language(row),
        published=_published(row, now),
        extra=_extra(row, original, shown),
    )


def _names(place: dict[str, Any]) -> set[str]:
    """Names that tell a place from other objects."""
    own = {"place_id", "user_ratings_total", "userRatingCount", "googleMapsUri"}
    return own | ({"reviews"} if isinstance(place.get("reviews"), list) else set())


def _native_id(row: dict[str, Any], place: dict[str, Any], author: Author) -> str | None:
    """The newer generation names its reviews; in the older, a person reviews a place once."""
    named = text_at(row, "name").rpartition("/reviews/")[2]
    if named and "/reviews/" in text_at(row, "name"):
        return one_line(named)[:300]
    place_id = one_line(text_at(place, "place_id"))[:200]
    return f"{place_id}:{author.id}" if place_id and author.id else None


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "authorAttribution", "displayName") or text_at(row, "author_name"))
    link = text_at(row, "authorAttribution", "uri") or text_at(row, "author_url")
    person = _PERSON.search(link)
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
    )


def _shown_text(row: dict[str, Any]) -> str:
    return text_at(row, "text", "text") or text_at(row, "text")


def _language(row: dict[str, Any]) -> str:
    """Of the text that is kept: the original's, save where only a translation came."""
    return (
        text_at(row, "originalText", "languageCode")
        or text_at(row, "text", "languageCode")
        or text_at(row, "language")
    )


def _url(row: dict[str, Any], place: dict[str, Any]) -> str:
    return text_at(row, "googleMapsUri") or text_at(place, "googleMapsUri") or text_at(place, "url")


def _published(row: dict[str, Any], now: datetime) -> ParsedDate:
    """The stamp, with the relative date that a person sees as the raw string."""
    shown = text_at(row, "relativePublishTimeDescription") or text_at(
        row, "relative_time_description"
    )
    stamp = parse_date(text_at(row, "publishTime") or text_at(row, "time"), now)
    if stamp.value is None:
        return parse_date(shown, now) if shown else stamp
    return replace(stamp, raw=one_line(shown)[:200] or stamp.raw)


def _extra(row: dict[str, Any], original: str, shown: str) -> dict[str, Any]:
    is_other = bool(original and shown and original != shown)
    found = {
        "translation": short(plain_text(shown), SHORT_LIMIT) if is_other else None,
        "translation_language": short(text_at(row, "text", "languageCode"), 20)
        if is_other
        else None,
        "translated": flag_at(row, "translated") or None,
        "original_language": short(text_at(row, "original_language"), 20),
    }
    return {name: value for name, value in found.items() if value}
