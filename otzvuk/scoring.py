"""Lines of JSON with the words of reviews in, the same lines with their understanding out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from consumers.sentiment.understanding import Understander
from otzvuk.review_fields import WORDS, UnreadableWords, review_fields
from pipeline.clock import Clock
from pipeline.identity import make_review
from pipeline.records import Review

BATCH_LINES = 256
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What became of one line."""

    number: int
    """From 1."""
    line: bytes | None = None
    """With its understanding; None when it was refused."""
    problem: str = ""
    """Why it was refused."""
    notes: tuple[str, ...] = ()
    """What was cut or left out of the reading; the line itself is passed on whole."""
    is_wordless: bool = False
    """Whether nothing of it was read but the rating and the recommendation."""


@dataclass(frozen=True, kw_only=True)
class _Read:
    number: int
    row: dict[str, Any]
    review: Review
    notes: list[str] = field(default_factory=list)


def score_lines(
    batches: Iterable[Sequence[bytes]], understander: Understander, clock: Clock
) -> Iterator[Scored]:
    """One answer a line, in order; empty lines vanish. A batch is understood at once, and its
    answers come before the next one is asked for."""
    before = 0
    for batch in batches:
        read = [
            _read(number, words, clock)
            for number, line in enumerate(batch, start=before + 1)
            if (words := line.removeprefix(BYTE_ORDER_MARK).strip())
        ]
        answers = iter(_understood([one for one in read if isinstance(one, _Read)], understander))
        for one in read:
            yield next(answers) if isinstance(one, _Read) else one
        before += len(batch)


def _understood(read: Sequence[_Read], understander: Understander) -> Iterator[Scored]:
    understandings = understander.understand([one.review for one in read])
    for one, understanding in zip(read, understandings, strict=True):
        line = msgspec.json.encode({**one.row, "understanding": understanding})
        yield Scored(
            number=one.number,
            line=line,
            notes=tuple(one.notes),
            is_wordless=not any(getattr(one.review, name) for name in WORDS),
        )


def _read(number: int, line: bytes, clock: Clock) -> _Read | Scored:
    try:
        row = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"is not a JSON object ({error}): give one object a line, in UTF-8"
        return Scored(number=number, problem=problem)
    notes: list[str] = []
    try:
        fields = review_fields(row, notes)
    except UnreadableWords as error:
        return Scored(number=number, problem=str(error))
    review = make_review(
        review_id=f"score:{number}",
        source="score",
        kind="import",
        entity_id="score",
        crawled_at=clock.now(),
        **fields,
    )
    return _Read(number=number, row=row, review=review, notes=notes)
