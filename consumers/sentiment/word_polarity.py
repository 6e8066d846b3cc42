"""Which way words judge an aspect: by the praise or blame in the clauses that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from consumers.sentiment.aspect_lexicon import NARROW, lowered
from consumers.sentiment.composing import MARKS
from consumers.sentiment.praise_lexicon import BLAME, PRAISE
from consumers.sentiment.windows import Span

Side = Literal["negative", "positive"]
_CLAUSE_ENDS = re.compile(
    r"[.!?;…\n]+|,? \b(?:но|зато|однако|but|however|although)\b|, (?:а|хотя|правда|though) "
)
_LIKED = tuple(pair[0].lower() for pair in MARKS.values())
_DISLIKED = tuple(pair[1].lower() for pair in MARKS.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A clause with praise or blame, and not both."""

    text: str
    start: int
    """Where it begins in the text."""
    side: Side


def verdicts_by_words(
    text: str, language: str, aspects: Collection[str]
) -> dict[str, dict[Side, Span]]:
    """Aspect → side → the characters that name it in the first clause which judges it so."""
    found: dict[str, dict[Side, Span]] = {}
    if not aspects:
        return found
    for clause in judged_clauses(lowered(text), language):
        for aspect in aspects:
            if match := NARROW[language][aspect].search(clause.text):
                place = clause.start + match.start(), clause.start + match.end()
                found.setdefault(aspect, {}).setdefault(clause.side, place)
    return found


def judged_clauses(lower: str, language: str) -> Iterator[Clause]:
    """Clauses with a verdict; lines behind a mark of a field are what it says."""
    begin = 0
    for line in lower.split("\n"):
        if line.startswith(_LIKED) or line.startswith(_DISLIKED):
            side: Side = "positive" if line.startswith(_LIKED) else "negative"
            yield Clause(text=line, start=begin, side=side)
        else:
            yield from _clauses(line, begin, language)
        begin += len(line) + 1


def _clauses(line: str, begin: int, language: str) -> Iterator[Clause]:
    start = 0
    for end, following in [*(one.span() for one in _CLAUSE_ENDS.finditer(line)), (len(line), 0)]:
        side = _side(line[start:end], language)
        if side is not None:
            yield Clause(text=line[start:end], start=begin + start, side=side)
        start = following


def _side(clause: str, language: str) -> Side | None:
    has_praise = PRAISE[language].search(clause) is not None
    has_blame = BLAME[language].search(clause) is not None
    if has_praise == has_blame:
        return None
    return "positive" if has_praise else "negative"
