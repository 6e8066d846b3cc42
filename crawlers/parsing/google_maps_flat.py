"""Reviews of Google Maps in flat lists: as the map gave them until 2023, and as Google's search
gives them since 2024."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

_PERSON = re.compile(r"/maps/contrib/(\d{5,30})")
SHORTEST = 11
"""Values of the shortest row: its id is the eleventh."""


def is_flat(value: Any) -> bool:
    """Whether a list begins as such a row: its author's page and its own id at their places."""
    return isinstance(value, list) and (_is_of_map(value) or _is_of_search(value))


def flat_draft(row: list[Any], where: str, place: str, now: datetime) -> Draft:
    """The review in the list `row`; `place` is the name of what it is about."""
    return (
        _of_map(row, where, place, now) if _is_of_map(row) else _of_search(row, where, place, now)
    )


def _is_of_map(row: list[Any]) -> bool:
    return len(row) >= SHORTEST and bool(_PERSON.search(text_at(row, 0, 0)) and _id(row, 10))


def _is_of_search(row: list[Any]) -> bool:
    return len(row) >= SHORTEST and bool(_PERSON.search(text_at(row, 3, 2)) and _id(row, 5))


def _of_map(row: list[Any], where: str, place: str, now: datetime) -> Draft:
    votes = count(at(row, 16))
    return Draft(
        where=where,
        native_id=_id(row, 10),
        author=_author(text_at(row, 0, 1), text_at(row, 0, 0), at(row, 12, 1, 1)),
        rating=parse_rating(text_at(row, 4), 5),
        text=clean(text_at(row, 3)),
        product=place,
        url=text_at(row, 18),
        language=text_at(row, 32),
        published=_published(text_at(row, 27), text_at(row, 1), now),
        votes=None if votes is None else Votes(helpful=votes),
        replies=_replies(text_at(row, 9, 1), time_at(row, now, 9, 3)),
        media_count=_length(at(row, 14)),
    )


def _of_search(row: list[Any], where: str, place: str, now: datetime) -> Draft:
    translated, origin = clean(text_at(row, 28)), text_at(row, 44, 0)
    is_translated = translated != clean(text_at(row, 27))
    extra = {
        "translation": short(translated, SHORT_LIMIT) if is_translated else None,
        "origin": short(origin, 100) if origin != "Google" else None,
    }
    return Draft(
        where=where,
        native_id=_id(row, 5),
        author=_author(text_at(row, 3, 0), text_at(row, 3, 2), at(row, 3, 3)),
        rating=parse_rating(text_at(row, 1), 5),
        text=clean(text_at(row, 27)),
        product=place,
        url=text_at(row, 12),
        language=text_at(row, 26),
        published=_published(text_at(row, 2, 2), text_at(row, 2, 0), now),
        replies=_replies(text_at(row, 4, 2), time_at(row, now, 4, 1)),
        media_count=_length(at(row, 13)) or _length(at(row, 14)),
        extra={name: value for name, value in extra.items() if value},
    )


def _id(row: list[Any], place: int) -> str | None:
    return one_line(text_at(row, place))[:200] or None


def _author(name: str, link: str, written: Any) -> Author:
    person, shown = _PERSON.search(link), one_line(name)
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(shown) else short(shown),
        profile_url=address(link),
        reviews_count=count(written) if isinstance(written, int) else None,
    )


def _published(stamp: str, shown: str, now: datetime) -> ParsedDate:
    """The stamp, with the relative date that a person sees as the raw string."""
    found = parse_date(stamp, now)
    if found.value is None:
        return parse_date(one_line(shown), now) if shown else found
    return replace(found, raw=one_line(shown)[:200] or found.raw)


def _replies(text: str, moment: datetime | None) -> tuple[Reply, ...]:
    words = clean(text)[:LONG_LIMIT]
    return (Reply(text=words, is_owner=True, replied_at=moment),) if words else ()


def _length(value: Any) -> int:
    return min(len(value), 1_000) if isinstance(value, list) else 0
