"""Aspects that one window judges, and which way: by its words, its fields, or the network.

A network that reads praise and one complaint takes the mood of the whole for the side of every
aspect. Where neither words nor fields tell the side, it is therefore a guess, and the clause that
names the aspect can be read once more, alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from consumers.sentiment.aspect_lexicon import Evidence, evidence_of
from consumers.sentiment.aspect_words import WindowWords
from consumers.sentiment.calibrating import Doubles
from consumers.sentiment.field_lines import Side, side_at
from consumers.sentiment.windows import Span, Window
from consumers.sentiment.word_polarity import verdicts_by_words
from pipeline.records import AspectOpinion, SentimentLabel

NAMED = 0.79
"""Probability that an aspect which words name is judged: the lexicon's precision on the reviews
labelled by hand (docs/models/hand-labels.md)."""
DISPUTED = 0.6
"""How often the words of a clause are right about the side where the network takes the other."""
SURE_ALONE = 0.6
"""Probability from which the side of a clause that was read alone is taken."""
SURE_TOGETHER = 0.9
"""A guess as sure as this is not read again: hardly any of those turned."""
MOST_ALONE = 12
"""Pieces of a clause that is read alone. Of a longer one the mood of the text is its own more
often, and reading it costs more; so bounded, reading again is a few per cent of the work."""
POLARITIES: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
_CLAUSE = re.compile(
    r"[.!?;…]+[\"'»”)]*(?:\s+|$)|\n+"
    r"|,? \b(?:но|зато|однако|but|however|although)\b|, (?=(?:а|хотя|правда|though) )",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """An aspect that a window judges."""

    aspect: int
    """Its number on the card."""
    side: SentimentLabel
    judged: float
    """Probability that it is judged."""
    share: float
    """Probability of the side."""
    weights: Doubles
    """(T,) how much each piece of the window says so."""
    is_guess: bool
    """Whether the network alone took the side."""

    def read_alone(self, polarity: Doubles) -> Found:
        """With the side that its clause has when it is read alone, if that is clear; `polarity` is
        (A, 3)."""
        alone = polarity[self.aspect]
        side = POLARITIES[int(alone.argmax())]
        if side == "neutral" or alone.max() < SURE_ALONE:
            return self
        return replace(self, side=side, share=float(alone.max()))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A window with the text that it is of, and what words say of the aspects of it."""

    window: Window
    text: str
    language: str | None

    def found(
        self,
        aspects: Sequence[str],
        thresholds: Doubles,
        judged: Doubles,
        polarity: Doubles,
        focus: Doubles,
    ) -> Iterator[Found]:
        """`thresholds` and `judged` (A,), `polarity` (A, 3), `focus` (T, A).

        What words exclude is not named, however sure the network is; what they name is, at least
        as surely as words are right. Praise or blame in the clauses that name it goes before the
        network's side, and so does the field that it stands in; with both, there are two opinions.
        """
        evidence = self.evidence
        verdicts = self.verdicts if evidence.named else {}
        for number, aspect in enumerate(aspects):
            place = evidence.named.get(aspect)
            is_judged = judged[number] >= thresholds[number]
            if place is None and (not is_judged or aspect in evidence.excluded):
                continue
            label = POLARITIES[int(polarity[number].argmax())]
            own = focus[1 : 1 + self.window.content, number]
            told: list[tuple[SentimentLabel, Span | None]] = [*verdicts.get(aspect, {}).items()]
            told = told or list(self._by_field(place, own))
            sides = told or [(label, place)]
            is_agreed = [side for side, _ in sides] == [label]
            for side, names in sides:
                yield Found(
                    aspect=number,
                    side=side,
                    judged=float(max(judged[number], NAMED) if place else judged[number]),
                    share=float(polarity[number].max()) if is_agreed else DISPUTED,
                    weights=self.within(names) if names else own,
                    is_guess=not told,
                )

    def _by_field(
        self, place: Span | None, own: Doubles
    ) -> Iterator[tuple[SentimentLabel, Span | None]]:
        """The side of the field that names the aspect, or that the network looks at."""
        start = self.window.spans[0][0]
        peak = start + place[0] if place else self.window.spans[int(own.argmax())][1] - 1
        side = side_at(self.text, peak)
        if side is not None:
            yield side, place

    def opinion(self, found: Found, aspect: str) -> AspectOpinion:
        """With the words that say so."""
        quote = self.words.around(found.weights)
        return AspectOpinion(
            aspect=aspect,
            polarity=found.side,
            words=(quote,) if quote else (),
            confidence=min(1.0, found.judged * found.share),
        )

    def clause_of(self, found: Found) -> Span | None:
        """The pieces, from and to, of the clause to read alone; None where the side is no guess or
        fairly sure, and where the clause is long or all there is."""
        if not found.is_guess or found.share >= SURE_TOGETHER:
            return None
        peak = int(found.weights.argmax())
        bounds = [0, *self._clause_starts, self.window.content]
        after = next(number for number, bound in enumerate(bounds) if bound > peak)
        first, last = bounds[after - 1], bounds[after]
        is_short = last - first <= min(MOST_ALONE, self.window.content - 1)
        return (first, last) if is_short else None

    @cached_property
    def _clause_starts(self) -> list[int]:
        """Numbers of the pieces that begin a clause, but the first."""
        offset = self.window.spans[0][0]
        starts = np.asarray([(start + end) / 2 - offset for start, end in self.window.spans])
        places = [match.end() for match in _CLAUSE.finditer(self.own_text)]
        numbers = {int(one) for one in np.searchsorted(starts, places)}
        return sorted(number for number in numbers if 0 < number < self.window.content)

    @cached_property
    def own_text(self) -> str:
        """The characters of the window."""
        spans = self.window.spans
        return self.text[spans[0][0] : spans[-1][1]] if spans else ""

    @cached_property
    def evidence(self) -> Evidence:
        """What words say of its aspects."""
        return evidence_of(self.own_text, self.language)

    @property
    def verdicts(self) -> Mapping[str, Mapping[Side, Span]]:
        """Which way words judge the aspects that they name, and where."""
        return verdicts_by_words(self.own_text, self.language or "", self.evidence.named)

    @cached_property
    def words(self) -> WindowWords:
        """Its words, cut out when the first aspect is found."""
        return WindowWords(self.text, self.window.spans)

    def within(self, place: Span) -> Doubles:
        """1 for pieces that overlap characters of the window, from and to."""
        start = self.window.spans[0][0]
        first, last = start + place[0], start + place[1]
        return np.asarray([float(a < last and b > first) for a, b in self.window.spans])
