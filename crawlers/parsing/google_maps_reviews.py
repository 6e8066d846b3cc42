"""One review of Google Maps: which place in its nested list means what, since 2023."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

HOME = "Google"
"""Origin of the map's own reviews; others come from partners, with their own scale."""
PHOTO_POST = 2
"""Kind of a post that is a photo with a caption."""
MAX_ANSWERS = 30


def is_photo_post(row: list[Any]) -> bool:
    """Whether somebody showed a photo and gave no stars: the map lists it apart from reviews."""
    return at(row, 1, 15) == PHOTO_POST and at(row, 2, 0) is None


def draft_of(row: list[Any], where: str, place: str, now: datetime) -> Draft:
    """The review in the list `row`; `place` is the name of what it is about."""
    posted, edited = text_at(row, 1, 2), text_at(row, 1, 3)
    text, translated = _texts(row, 2)
    return Draft(
        where=where,
        native_id=one_line(row[0])[:200] or None,
        author=_author(row),
        rating=_rating(row),
        text=text,
        product=place,
        url=text_at(row, 4, 3, 0),
        language=text_at(row, 2, 14, 0),
        published=_published(row, now),
        edited_at=parse_date(edited, now).value if edited != posted else None,
        votes=_votes(row),
        replies=_replies(row, now),
        media_count=len(photos) if isinstance(photos := at(row, 2, 2), list) else 0,
        extra=_extra(row, translated),
    )


def _texts(row: list[Any], *path: int) -> tuple[str, str]:
    """The text as written, and what the map translated it to (empty when it did not)."""
    original = text_at(row, *path, 15, 0, 0) or text_at(row, *path, 1, 0)
    return clean(original), clean(text_at(row, *path, 15, 1, 0))


def _author(row: list[Any]) -> Author:
    """Since 2025 the person stands at 4/5; before, at 4/0."""
    person, older = at(row, 1, 4, 5), at(row, 1, 4, 0)
    name = one_line(text_at(person, 0) or text_at(older, 4))
    link = text_at(row, 1, 4, 2, 0) or text_at(person, 2, 0) or text_at(older, 5)
    native = text_at(person, 3) or text_at(older, 13) or text_at(row, 1, 10)
    return Author(
        id=short(native, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
        reviews_count=count(at(person, 5) if person else at(older, 1)),
    )


def _rating(row: list[Any]) -> ParsedRating:
    """Stars of the map, or a partner's rating on the partner's scale."""
    best = at(row, 1, 13, 4)
    stars = text_at(row, 2, 0, 0)
    return parse_rating(stars, 5) if stars else parse_rating(text_at(row, 2, 8, 1), best)


def _published(row: list[Any], now: datetime) -> ParsedDate:
    """The stamp, with the relative date that a person sees as the raw string."""
    shown = one_line(text_at(row, 1, 6))
    stamp = parse_date(text_at(row, 1, 2), now)
    if stamp.value is None:
        return parse_date(shown, now) if shown else stamp
    return replace(stamp, raw=shown[:200] or stamp.raw)


def _votes(row: list[Any]) -> Votes | None:
    likes = at(row, 4, 1)
    is_count = isinstance(likes, int) and not isinstance(likes, bool) and likes >= 0
    return Votes(helpful=min(likes, 10**9)) if is_count else None


def _replies(row: list[Any], now: datetime) -> tuple[Reply, ...]:
    text = clean(text_at(row, 3, 14, 0, 0))[:LONG_LIMIT]
    if not text:
        return ()
    return (Reply(text=text, is_owner=True, replied_at=time_at(row, now, 3, 1)),)


def _extra(row: list[Any], translated: str) -> dict[str, Any]:
    """Ratings of parts, answers to the map's questions, origin, author's rank, translation."""
    origin, shown = text_at(row, 1, 13, 0), text_at(row, 1, 4, 5, 10, 0)
    rank, _, more = (shown or text_at(row, 1, 4, 0, 12, 0)).partition("·")
    found = {
        "sub_ratings": _sub_ratings(row),
        "answers": _answers(row),
        "origin": short(origin, 100) if origin != HOME else None,
        "author_rank": short(rank, 100) if more else None,
        "translation": short(translated, SHORT_LIMIT),
        "translation_language": short(text_at(row, 2, 14, 1), 20) if translated else None,
    }
    return {name: value for name, value in found.items() if value}


def _asked(row: list[Any]) -> list[tuple[str, Any]]:
    """Questions of the map's form by the name that it shows."""
    asked = at(row, 2, 6)
    entries = asked[:MAX_ANSWERS] if isinstance(asked, list) else []
    named = ((short(text_at(one, 5) or text_at(one, 1), 100), one) for one in entries)
    return [(name, one) for name, one in named if name]


def _sub_ratings(row: list[Any]) -> dict[str, float]:
    rated = ((name, parse_rating(text_at(one, 11, 0)).stars) for name, one in _asked(row))
    return {name: stars for name, stars in rated if stars is not None}


def _answers(row: list[Any]) -> dict[str, str]:
    chosen = ((name, short(text_at(one, 2, 0, 0, 1), 200)) for name, one in _asked(row))
    return {name: answer for name, answer in chosen if answer}
