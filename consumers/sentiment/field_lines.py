"""Which lines of a composed text are answers of a field, and so on which side.

An answer of several lines goes on until a line has a heading of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from consumers.sentiment.aspect_lexicon import lowered
from consumers.sentiment.composing import MARKS
from consumers.sentiment.nothing_said import names_no_fault, names_no_strength

Side = Literal["negative", "positive"]
_LIKED = tuple(pair[0].lower() for pair in MARKS.values())
_DISLIKED = tuple(pair[1].lower() for pair in MARKS.values())
_HEADING = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?:")


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldLine:
    """A line, its field's mark included."""

    text: str
    start: int
    """Where it begins in the text."""
    is_field: bool
    side: Side | None
    """None outside the fields and where an answer names nothing."""


def field_lines(lower: str) -> Iterator[FieldLine]:
    """The lines of a composed text in small letters."""
    begin = 0
    is_field, side = False, None
    for line in lower.split("\n"):
        if _HEADING.match(line):
            is_field, side = line.startswith(_LIKED + _DISLIKED), _side(line)
        yield FieldLine(text=line, start=begin, is_field=is_field, side=side)
        begin += len(line) + 1


def side_at(text: str, place: int) -> Side | None:
    """The side of the field that a character of a composed text stands in."""
    starts, sides = _borders(text)
    return sides[bisect_right(starts, place) - 1]


@lru_cache(maxsize=2)
def _borders(text: str) -> tuple[list[int], list[Side | None]]:
    """Where each line begins, and its side. Kept for the next aspect: a long text is asked about
    window by window, and would be split for each."""
    lines = list(field_lines(lowered(text)))
    return [line.start for line in lines], [line.side for line in lines]


def _side(line: str) -> Side | None:
    answer = line.partition(":")[2]
    if line.startswith(_LIKED):
        return None if names_no_strength(answer) else "positive"
    if line.startswith(_DISLIKED):
        return None if names_no_fault(answer) else "negative"
    return None
