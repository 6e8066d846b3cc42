"""Which words say so: the clause around the pieces that an answer rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.composing import MARKS
from consumers.sentiment.windows import Span

MOST_WORDS = 8
MOST_CHARACTERS = 200
"""A longer clause of so few words is no language; nothing is quoted of it."""
_WORD = re.compile(r"\S+")
_ENDS_CLAUSE = re.compile(r"[.,!?…;:)][\"'»”)]*$")
_DASH = re.compile(r"^[-–—/|•*]+$")
_BETWEEN_CLAUSES = frozenset(
    {"но", "а", "зато", "однако", "хотя", "but", "though", "although", "however", "бірақ"}
)
_EDGES = " \t\n.,!?…;:()[]{}\"'«»“”„-–—*•/|"
_MARK = re.compile(
    "^(?:" + "|".join(mark for pair in MARKS.values() for mark in pair) + ")", re.MULTILINE
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of the text; words of one clause have its number."""

    span: Span
    clause: int


class WindowWords:
    """The words of one window, and which of them each piece belongs to."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self._words = _words(text, spans[0][0], spans[-1][1])
        starts = np.asarray([word.span[0] for word in self._words])
        last_characters = np.asarray([end - 1 for _, end in spans])
        self._word_of = np.searchsorted(starts, last_characters, side="right") - 1

    def around(self, weights: NDArray[np.float64]) -> str | None:
        """The words of the clause that the heaviest word is in, MOST_WORDS at most; `weights` has
        one number a piece. None where nothing there is a word."""
        belongs = self._word_of >= 0
        if not self._words or not belongs.any():
            return None
        masses = np.zeros(len(self._words))
        np.add.at(masses, self._word_of[belongs], weights[belongs])
        first, last = self._stretch(masses)
        phrase = self._text[self._words[first].span[0] : self._words[last].span[1]].strip(_EDGES)
        return phrase if phrase and len(phrase) <= MOST_CHARACTERS else None

    def _stretch(self, masses: NDArray[np.float64]) -> tuple[int, int]:
        """First and last word: the clause, or of a long one the heaviest words around the peak."""
        peak = int(masses.argmax())
        clause = self._words[peak].clause
        inside = [number for number, word in enumerate(self._words) if word.clause == clause]
        first, last = inside[0], inside[-1]
        if last - first < MOST_WORDS:
            return first, last
        beginnings = range(max(first, peak - MOST_WORDS + 1), min(peak, last - MOST_WORDS + 1) + 1)
        best = max(beginnings, key=lambda start: float(masses[start : start + MOST_WORDS].sum()))
        return best, best + MOST_WORDS - 1


def _words(text: str, start: int, end: int) -> list[Word]:
    """Words between two places of the text, whole even where these cut through one; marks of the
    fields are none."""
    start, end = _whole(text, start, end)
    marked = {place for match in _MARK.finditer(text, start, end) for place in match.span()}
    found: list[Word] = []
    clause, behind = 0, start
    for match in _WORD.finditer(text, start, end):
        word = match.group()
        clause += "\n" in text[behind : match.start()]
        behind = match.end()
        if _DASH.match(word) or match.start() in marked or word.lower() in _BETWEEN_CLAUSES:
            clause += 1
            continue
        found.append(Word(span=match.span(), clause=clause))
        clause += bool(_ENDS_CLAUSE.search(word))
    return found


def _whole(text: str, start: int, end: int) -> Span:
    while 0 < start < len(text) and not text[start].isspace() and not text[start - 1].isspace():
        start -= 1
    while 0 < end < len(text) and not text[end - 1].isspace() and not text[end].isspace():
        end += 1
    return start, end
