"""Tips in Foursquare's answers and in the state of its pages, each with the venue it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.parsing.json_values import at, text_at

Tip = dict[str, Any]
Venue = dict[str, Any]

MAX_ENTRIES = 500_000
MAX_OF_STATE = 1_000
_STATE_TIP = re.compile(r'\{"id":"[0-9a-f]{24}","createdAt":\d{9,11},"text":"')
_NO_TIPS = frozenset(("comments", "photos", "photo", "specials", "user"))
"""Parts with texts that are not about a venue."""


def is_tip(value: Any) -> bool:
    """Whether an object is a tip: its words and when they were written."""
    is_dated = isinstance(value, dict) and not value.keys().isdisjoint(("createdAt", "created_at"))
    return is_dated and isinstance(value.get("text"), str)


def tips_of(answer: Any) -> list[tuple[Tip, Venue]] | None:
    """The tips, wherever a generation keeps them; None for what holds none.

    Lists of tips come as they are, so that a tip without words is not lost silently; venues'
    pages, lists of venues and suggestions are searched.
    """
    venue = _venue_in(at(answer, "response")) or _venue_in(answer)
    tips = at(answer, "response", "tips")
    for found in (tips, at(tips, "items"), at(answer, "tips"), at(answer, "results"), answer):
        if isinstance(found, list) and (not found or any(map(is_tip, found))):
            return [(row, venue) for row in found if isinstance(row, dict)]
    within = list(_walk(answer, venue))
    is_known = at(answer, "response", "venue", "tips") is not None or _is_list_of_places(answer)
    return within if within or is_known else None


def tips_of_state(html: str) -> list[tuple[Tip, Venue]]:
    """Tips that the scripts of a venue's page hold."""
    decoder = json.JSONDecoder()
    found: list[tuple[Tip, Venue]] = []
    for sign, _ in zip(_STATE_TIP.finditer(html), range(MAX_OF_STATE), strict=False):
        try:
            value = decoder.raw_decode(html, sign.start())[0]
        except (ValueError, RecursionError):
            continue
        found.extend([(value, {})] if is_tip(value) else [])
    return found


def claimed_of(answer: Any) -> Any:
    """How many tips an answer says that its list or its venue has."""
    response = at(answer, "response")
    places = (
        at(response, "tips", "count"), at(response, "venue", "tips", "count"),
        at(response, "venue", "stats", "tipCount"), at(answer, "tips", "count"),
        at(answer, "stats", "total_tips"),
    )  # fmt: skip
    return next((one for one in places if one is not None), None)


def _walk(answer: Any, venue: Venue) -> Iterator[tuple[Tip, Venue]]:
    stack: list[tuple[Any, Venue]] = [(answer, venue)]
    for _ in range(MAX_ENTRIES):
        if not stack:
            return
        entry, around = stack.pop()
        if is_tip(entry):
            yield entry, around
        elif isinstance(entry, dict):
            inner = _venue_in(entry) or around
            kept = [child for name, child in entry.items() if name not in _NO_TIPS]
            stack.extend((child, inner) for child in reversed(kept))
        elif isinstance(entry, list):
            stack.extend((child, around) for child in reversed(entry))


def _venue_in(entry: Any) -> Venue:
    """The venue that an object stands beside, or that it is."""
    beside = at(entry, "venue")
    if isinstance(beside, dict):
        return beside
    return entry if isinstance(entry, dict) and "tips" in entry and text_at(entry, "name") else {}


def _is_list_of_places(answer: Any) -> bool:
    return bool(text_at(answer, "results", 0, "fsq_id") or text_at(answer, "fsq_id"))
