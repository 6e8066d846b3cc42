"""Reviews in the answers of Tripadvisor's interface."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes


def api_draft(row: dict[str, Any], where: str, now: datetime) -> Draft:
    """One review of the interface's answer."""
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "id"))[:30] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating"), 5),
        title=one_line(text_at(row, "title")),
        text=clean(text_at(row, "text")),
        url=text_at(row, "url").partition("?")[0],
        language=text_at(row, "lang"),
        published=parse_date(text_at(row, "published_date"), now),
        votes=Votes(helpful=count(at(row, "helpful_votes")) or 0),
        replies=_replies(row, now),
        extra=_extra(row),
    )


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "user", "username"))
    return Author(
        name=None if is_nobody(name) else short(name),
        location=short(text_at(row, "user", "user_location", "name"), 200),
        reviews_count=count(at(row, "user", "review_count")),
    )


def _replies(row: dict[str, Any], now: datetime) -> tuple[Reply, ...]:
    text = clean(text_at(row, "owner_response", "text"))[:LONG_LIMIT]
    if not text:
        return ()
    return (
        Reply(
            text=text,
            author=short(text_at(row, "owner_response", "author")),
            is_owner=True,
            replied_at=time_at(row, now, "owner_response", "published_date"),
        ),
    )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    parts = at(row, "subratings")
    entries = list(parts.values())[:30] if isinstance(parts, dict) else []
    rated = {
        name: stars
        for one in entries
        if (name := short(text_at(one, "localized_name") or text_at(one, "name"), 100))
        and (stars := parse_rating(text_at(one, "value"), 5).stars) is not None
    }
    found = {
        "sub_ratings": rated,
        "trip_type": short(text_at(row, "trip_type"), 100),
        "travel_date": short(text_at(row, "travel_date"), 20),
    }
    return {name: value for name, value in found.items() if value}
