"""Which way words judge an aspect: by the praise or blame in the clauses that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from consumers.sentiment.aspect_lexicon import NARROW, lowered
from consumers.sentiment.field_lines import Side, field_lines
from consumers.sentiment.praise_lexicon import BLAME, DENIED, EXCEPTIONS, PRAISE
from consumers.sentiment.windows import Span

_CLAUSE_ENDS = re.compile(
    r"[.!?;…\n]+|,? \b(?:но|зато|однако|but|however|although)\b|, (?:а|хотя|правда|though) "
)
_COMMA = re.compile(r",")
_OTHER: Mapping[Side, Side] = MappingProxyType({"negative": "positive", "positive": "negative"})


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
    for line in field_lines(lower):
        if not line.is_field:
            yield from _clauses(line.text, line.start, language)
        elif line.side is not None:
            yield Clause(text=line.text, start=line.start, side=line.side)


def _clauses(line: str, begin: int, language: str) -> Iterator[Clause]:
    for start, end in _between(_CLAUSE_ENDS, line, 0, len(line)):
        for from_, to, side in _sides(line, start, end, language):
            yield Clause(text=line[from_:to], start=begin + from_, side=side)


def _sides(line: str, start: int, end: int, language: str) -> Iterator[tuple[int, int, Side]]:
    """The clause as one, or where it praises and blames, between its commas; what it excepts is
    judged the other way."""
    turn = EXCEPTIONS[language].search(line, start, end)
    stop = end if turn is None else turn.start()
    side = _side(line[start:stop], language)
    if side == "both":
        for from_, to in _between(_COMMA, line, start, stop):
            part = _side(line[from_:to], language)
            if part is not None and part != "both":
                yield from_, to, part
    elif side is not None:
        yield start, stop, side
        if turn is not None:
            yield turn.end(), end, _OTHER[side]


def _between(border: re.Pattern[str], line: str, start: int, end: int) -> Iterator[Span]:
    for match in border.finditer(line, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _side(clause: str, language: str) -> Side | Literal["both"] | None:
    told = DENIED[language].sub(" ", clause)
    has_praise = told != clause or PRAISE[language].search(told) is not None
    has_blame = BLAME[language].search(told) is not None
    if has_praise and has_blame:
        return "both"
    if not has_praise and not has_blame:
        return None
    return "positive" if has_praise else "negative"
