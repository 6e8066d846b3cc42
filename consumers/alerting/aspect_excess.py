"""Which aspects the reviews of a window judge more often than the entity's reviews used to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from consumers.alerting.note import ReviewNote
from consumers.alerting.tails import hypergeometric_tail
from pipeline.records import AlertDriver

MOST_ASPECTS = 3
SIGNIFICANCE = 0.05
"""Of all aspects together: so rarely is any of them named where nothing changed."""
LEAST_SHARE = 0.2
"""An aspect explains at least so much of the window."""
PLAIN_SHARE = 0.5
"""… or so much, where there is nothing to compare with."""
MOST_EVIDENCE = 10


@dataclass(frozen=True)
class Side:
    """The comparable reviews of the window, or of the time before."""

    notes: tuple[ReviewNote, ...]
    polarity: str

    def judging(self, aspect: str) -> list[ReviewNote]:
        """Those that judge it so."""
        return [note for note in self.notes if (aspect, self.polarity) in note.aspects]

    def counts(self) -> Counter[str]:
        """Aspect → reviews that judge it so."""
        return Counter(
            aspect
            for note in self.notes
            for aspect in {name for name, judged in note.aspects if judged == self.polarity}
        )


def aspect_drivers(
    found: Sequence[ReviewNote], usual: Sequence[ReviewNote], polarity: str
) -> list[AlertDriver]:
    """At most three aspects, strongest first; none where nothing stands out. Where there is
    nothing to compare with, those that most of the window judges, without a test.

    One-sided exact test (R. A. Fisher 1935, "The Logic of Inductive Inference", JRSS 98): with
    k of n reviews now and K of N before, p = P(X ≥ k), X hypergeometric with n draws from n + N
    reviews of which k + K judge the aspect. Adjusted over the aspects of both sides (S. Holm
    1979, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Statist. 6).
    """
    reader = _usual_reader(found)
    now = Side(_comparable(found, reader), polarity)
    before = Side(_comparable(usual, reader), polarity)
    if not before.notes:
        return _plain(now)
    counted, earlier = now.counts(), before.counts()
    chances = {
        aspect: hypergeometric_tail(
            counted[aspect], len(now.notes), earlier[aspect], len(before.notes)
        )
        for aspect in counted | earlier
    }
    telling = [
        (adjusted, aspect)
        for aspect, adjusted in holm(chances).items()
        if adjusted <= SIGNIFICANCE and counted[aspect] >= LEAST_SHARE * len(now.notes)
    ]
    return [_tested(aspect, p, now, before) for p, aspect in sorted(telling)[:MOST_ASPECTS]]


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Probabilities adjusted for being several: the i-th smallest of m times m − i + 1, and never
    below the one before."""
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, (name, chance) in enumerate(sorted(chances.items(), key=lambda item: item[1])):
        least = max(least, min(1.0, (len(chances) - rank) * chance))
        adjusted[name] = least
    return adjusted


def _usual_reader(notes: Iterable[ReviewNote]) -> str | None:
    """The model that read most of the window: others name other aspects, or none."""
    return next((reader for reader, _ in Counter(n.reader for n in notes).most_common(1)), None)


def _comparable(notes: Iterable[ReviewNote], reader: str | None) -> tuple[ReviewNote, ...]:
    """With words, read by that model, copies once: a repeated text is no further witness."""
    distinct: dict[str, ReviewNote] = {}
    for note in notes:
        if note.text and note.reader == reader:
            distinct.setdefault(note.text_hash, note)
    return tuple(distinct.values())


def _plain(now: Side) -> list[AlertDriver]:
    common = [
        aspect
        for aspect, count in now.counts().most_common(MOST_ASPECTS)
        if count >= PLAIN_SHARE * len(now.notes)
    ]
    return [_driver(aspect, now) for aspect in common]


def _tested(aspect: str, chance: float, now: Side, before: Side) -> AlertDriver:
    usually = len(before.judging(aspect))
    return replace(
        _driver(aspect, now),
        usual_share=usually / len(before.notes),
        usual_count=usually,
        usual_whole=len(before.notes),
        chance=chance,
    )


def _driver(aspect: str, now: Side) -> AlertDriver:
    judging = now.judging(aspect)
    return AlertDriver(
        name="aspect",
        value=aspect,
        count=len(judging),
        share=len(judging) / len(now.notes),
        whole=len(now.notes),
        evidence=tuple(note.review_id for note in judging[:MOST_EVIDENCE]),
    )
