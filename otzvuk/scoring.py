"""Lines of JSON with the words of reviews in, the same lines with their understanding out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from consumers.sentiment.understanding import Understander
from pipeline.clock import Clock
from pipeline.identity import make_review
from pipeline.records import Review

BATCH_LINES = 256
READ_FIELDS = ("title", "text", "pros", "cons", "rating", "recommends", "language")
ALIASES = {"stars": "rating"}
"""Other name → field; the field's own name goes first."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What became of one line."""

    number: int
    """From 1."""
    line: bytes | None = None
    """With its understanding; None when it was refused."""
    problem: str = ""
    """Why it was refused."""


@dataclass(frozen=True, kw_only=True)
class _Read:
    number: int
    row: dict[str, Any]
    review: Review


def score_lines(
    lines: Iterable[bytes], understander: Understander, clock: Clock
) -> Iterator[Scored]:
    """One answer a line, in order; empty lines vanish. So many lines are held at once as a batch
    has."""
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(itertools.islice(numbered, BATCH_LINES)):
        read = [_read(number, line, clock) for number, line in batch]
        answers = iter(_understood([one for one in read if isinstance(one, _Read)], understander))
        for one in read:
            yield next(answers) if isinstance(one, _Read) else one


def _understood(read: Sequence[_Read], understander: Understander) -> Iterator[Scored]:
    understandings = understander.understand([one.review for one in read])
    for one, understanding in zip(read, understandings, strict=True):
        line = msgspec.json.encode({**one.row, "understanding": understanding})
        yield Scored(number=one.number, line=line)


def _read(number: int, line: bytes, clock: Clock) -> _Read | Scored:
    try:
        row = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"is not a JSON object ({error}): give one object a line"
        return Scored(number=number, problem=problem)
    try:
        return _Read(number=number, row=row, review=_review(number, row, clock))
    except msgspec.ValidationError as error:
        return Scored(number=number, problem=str(error))


def _review(number: int, row: dict[str, Any], clock: Clock) -> Review:
    found = {field: row.get(name) for name, field in ALIASES.items()}
    found |= {name: row[name] for name in READ_FIELDS if row.get(name) is not None}
    return make_review(
        review_id=f"score:{number}",
        source="score",
        kind="import",
        entity_id="score",
        crawled_at=clock.now(),
        **{name: value for name, value in found.items() if value is not None},
    )
