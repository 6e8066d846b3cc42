"""Which way words judge an aspect: by the praise or blame in the clauses that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from consumers.sentiment.aspect_lexicon import NARROW
from consumers.sentiment.composing import MARKS
from consumers.sentiment.praise_lexicon import BLAME, PRAISE

Side = Literal["negative", "positive"]
_CLAUSE_ENDS = re.compile(
    r"[.!?;…\n]+|,? \b(?:но|зато|однако|but|however|although)\b|, (?:а|хотя|правда|though) "
)
_LIKED = tuple(pair[0].lower() for pair in MARKS.values())
_DISLIKED = tuple(pair[1].lower() for pair in MARKS.values())


def polarity_by_words(text: str, language: str, aspects: Collection[str]) -> dict[str, Side]:
    """Aspect → its side, of those that all clauses with a verdict judge the same way."""
    if not aspects:
        return {}
    said: dict[str, set[Side]] = {}
    for clause, side in judged_clauses(text.lower(), language):
        for aspect in aspects:
            if NARROW[language][aspect].search(clause):
                said.setdefault(aspect, set()).add(side)
    return {aspect: next(iter(sides)) for aspect, sides in said.items() if len(sides) == 1}


def judged_clauses(lower: str, language: str) -> Iterator[tuple[str, Side]]:
    """Clauses with praise or blame, not both; lines behind a mark of a field are what it says."""
    for line in lower.split("\n"):
        if line.startswith(_LIKED) or line.startswith(_DISLIKED):
            yield line, "positive" if line.startswith(_LIKED) else "negative"
            continue
        for clause in _CLAUSE_ENDS.split(line):
            side = _side(clause, language)
            if side is not None:
                yield clause, side


def _side(clause: str, language: str) -> Side | None:
    has_praise = PRAISE[language].search(clause) is not None
    has_blame = BLAME[language].search(clause) is not None
    if has_praise == has_blame:
        return None
    return "positive" if has_praise else "negative"
