"""Reviews in the nested lists of Google Maps, wherever an answer of the day keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from crawlers.page import Page, UnreadableJson
from crawlers.parsing.google_maps_flat import is_flat
from crawlers.parsing.json_values import at, text_at

MAX_ENTRIES = 2_000_000
"""Values of one page that are looked at; a place's page has some ten thousand."""
_PREFIX = ")]}'"
_STATE = re.compile(r"APP_INITIALIZATION_STATE\s*=\s*(?=\[)")
_PLACE = re.compile(r"0x[0-9a-z]+:0x[0-9a-z]+", re.I)
_HOW_MANY = re.compile(r"\d{1,9}")


@dataclass(frozen=True, kw_only=True)
class MapsAnswer:
    """What one answer or page of the map holds."""

    rows: tuple[list[Any], ...] = ()
    """One nested list per review, in page order."""
    flat: tuple[list[Any], ...] = ()
    """Reviews as flat lists, of answers until 2023 and of Google's search."""
    place: str = ""
    """Feature id of the place, `0x…:0x…`; empty when it is not told."""
    name: str = ""
    """Name of the place."""
    total: int | None = None
    """Reviews that the map counts."""
    token: str = ""
    """Where to go on; empty at the end."""
    is_known: bool = False
    """Whether this is an answer of the map at all."""


def answer_of(page: Page) -> MapsAnswer:
    """The reviews of a list's answer (2024 on), of a place's preview (2023), or of a saved page."""
    value = _decoded_page(page)
    if value is None:
        return MapsAnswer()
    answers = [value, *_inner_answers(value)]
    walked = [pair for answer in answers for pair in _walk(answer) if isinstance(pair[0], list)]
    found = [pair for pair in walked if is_review(pair[0])]
    flat = tuple(entry for entry, _ in walked if is_flat(entry) and not is_review(entry))
    places = (at(answer, 6) for answer in answers)
    place = next((one for one in places if _PLACE.fullmatch(text_at(one, 10))), None)
    return MapsAnswer(
        rows=tuple(row for row, _ in found),
        flat=flat,
        place=text_at(place, 10) or next((text_at(row, 1, 0) for row, _ in found), ""),
        name=text_at(place, 11),
        total=_total(at(place, 4, 8)),
        token=_token(value, found),
        is_known=bool(found or flat) or place is not None or _is_empty_list(value),
    )


def is_review(value: Any) -> bool:
    """Whether a list is a review: an id, then its place with its stamp, then its content."""
    return (
        isinstance(value, list)
        and len(value) > 2
        and isinstance(value[0], str)
        and isinstance(value[2], list)
        and isinstance(at(value, 1, 2), int)
        and _PLACE.match(text_at(value, 1, 0)) is not None
    )


def _decoded_page(page: Page) -> Any:
    """The answer as lists; of a saved page, the state that its script begins with."""
    if page.looks_like_json:
        try:
            value = page.json
        except UnreadableJson:
            return None
        return value if isinstance(value, list) else None
    state = _STATE.search(page.text)
    if state is None:
        return None
    try:
        return json.JSONDecoder().raw_decode(page.text, state.end())[0]
    except (ValueError, RecursionError):
        return None


def _walk(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything inside with the container that it stands in, in page order.

    Reviews are not looked into.
    """
    stack: list[tuple[Any, Any]] = [(value, None)]
    for _ in range(MAX_ENTRIES):
        if not stack:
            return
        entry, around = stack.pop()
        yield entry, around
        inner = entry.values() if isinstance(entry, dict) else entry
        if isinstance(entry, list | dict) and not is_review(entry):
            stack.extend((child, entry) for child in reversed(list(inner)))


def _inner_answers(value: Any) -> list[Any]:
    """Answers that a page's state holds as texts."""
    texts = (entry for entry, _ in _walk(value) if isinstance(entry, str))
    return [_decoded(text.removeprefix(_PREFIX)) for text in texts if text.startswith(_PREFIX)]


def _token(value: Any, found: list[tuple[Any, Any]]) -> str:
    """The list's own token, or that of its last review."""
    listed = at(value, 1)
    if isinstance(listed, str) and listed:
        return listed
    return text_at(found[-1][1], 2) if found else ""


def _is_empty_list(value: Any) -> bool:
    """The map's answer for "no reviews": nothing but a mark at its end."""
    is_short = isinstance(value, list) and 0 < len(value) <= 12
    return is_short and all(entry in (None, 0, 1, [], "") for entry in value)


def _total(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return value if is_count and _HOW_MANY.fullmatch(str(value)) else None


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text.strip())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
