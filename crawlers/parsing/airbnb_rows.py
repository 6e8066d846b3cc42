"""One guest's review on Airbnb, as its interface tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply

SITE = "https://www.airbnb.com"


def draft_of(row: dict[str, Any], where: str, url: str, now: datetime) -> Draft:
    """One review, in the names of today or of 2019."""
    stamp = text_at(row, "createdAt") or text_at(row, "created_at")
    text = plain_text(text_at(row, "comments"))
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating")),
        text=text,
        product=text_at(row, "roomTypeListingTitle"),
        url=url,
        language=text_at(row, "language"),
        published=parse_date(
            stamp or text_at(row, "localizedDate") or text_at(row, "localized_date"), now
        ),
        replies=_replies(row, now),
        media_count=len(dicts_at(row, "reviewMediaItems")),
        extra=_extra(row, text),
    )


def _author(row: dict[str, Any]) -> Author:
    person = at(row, "reviewer", "user") or at(row, "reviewer") or at(row, "author")
    name = one_line(text_at(person, "firstName") or text_at(person, "first_name"))
    native = text_at(person, "id")
    picture = text_at(person, "pictureUrl") or text_at(person, "picture_url")
    return Author(
        id=short(native, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=f"{SITE}/users/show/{native}" if native.isdecimal() else None,
        location=short(text_at(row, "localizedReviewerLocation"), 200),
        has_picture=True if picture else None,
    )


def _replies(row: dict[str, Any], now: datetime) -> tuple[Reply, ...]:
    text = plain_text(text_at(row, "response"))[:LONG_LIMIT]
    if not text:
        return ()
    host = text_at(row, "reviewee", "firstName") or text_at(row, "reviewee", "first_name")
    moment = time_at(row, now, "localizedRespondedDate")
    moment = moment or time_at(row, now, "localized_responded_date")
    return (Reply(text=text, author=short(host), is_owner=True, replied_at=moment),)


def _extra(row: dict[str, Any], text: str) -> dict[str, Any]:
    translated = plain_text(text_at(row, "localizedReview", "comments"))
    found = {
        "translation": short(translated, SHORT_LIMIT) if translated != text else None,
        "stay": short(text_at(row, "reviewHighlight"), 200),
        "channel": short(text_at(row, "channel"), 100),
    }
    return {name: value for name, value in found.items() if value}
