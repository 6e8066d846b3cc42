"""One opinion on a review from the answers on its windows.

- Sentiment and stars: mean of the logits, weighed by the length of the windows.
- Mixed: the surest window that is mixed in itself, or a clear window of praise beside a clear one
  of blame.
- Junk: only as far as every window is.
- Aspects: the opinions of all windows. The same aspect in the same light is one opinion, with the
  higher confidence and the words of both; in another light it is another opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from consumers.sentiment.calibrating import Calibrator, Doubles
from pipeline.records import AspectOpinion

CLEAR = 0.8
"""Probability from which a window is clear praise or clear blame."""
CLEAR_PIECES = 12
"""Pieces that such a window must have."""
QUOTES = 3
"""Most stretches of words of one opinion."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowAnswer:
    """What the network says of one window."""

    pieces: int
    """Length, at least 1."""
    sentiment: Doubles
    """(3,) logits."""
    stars: Doubles
    """(5,) logits."""
    mixed: float
    """Calibrated."""
    junk: float
    """Calibrated."""
    aspects: tuple[AspectOpinion, ...]
    """Those above their thresholds."""


def pooled(logits: Sequence[Doubles], pieces: Sequence[int]) -> Doubles:
    """Mean over windows, weighed by their lengths."""
    mean: Doubles = np.average(np.stack(logits), axis=0, weights=np.asarray(pieces, dtype=float))
    return mean


def mixed(answers: Sequence[WindowAnswer], calibrator: Calibrator) -> float:
    """Probability that the whole praises and blames at once."""
    inside = max(answer.mixed for answer in answers)
    if len(answers) == 1:
        return inside
    triples = calibrator.sentiment(np.stack([answer.sentiment for answer in answers]))
    long_enough = np.asarray([answer.pieces >= CLEAR_PIECES for answer in answers])
    blame, praise = (float((triples[:, label] * long_enough).max()) for label in (0, 2))
    beside = min(blame, praise)
    return max(inside, beside) if beside >= CLEAR else inside


def junk(answers: Sequence[WindowAnswer]) -> float:
    """Probability that nothing of it is an opinion."""
    return min(answer.junk for answer in answers)


def joined(opinions: Iterable[AspectOpinion]) -> tuple[AspectOpinion, ...]:
    """One opinion an aspect and polarity, surest first."""
    groups: dict[tuple[str, str], list[AspectOpinion]] = {}
    for opinion in sorted(opinions, key=lambda one: -(one.confidence or 0.0)):
        groups.setdefault((opinion.aspect, opinion.polarity), []).append(opinion)
    return tuple(_as_one(group) for group in groups.values())


def _as_one(group: Sequence[AspectOpinion]) -> AspectOpinion:
    """`group` has the surest first."""
    quotes = dict.fromkeys(quote for opinion in group for quote in opinion.words)
    return AspectOpinion(
        aspect=group[0].aspect,
        polarity=group[0].polarity,
        words=tuple(quotes)[:QUOTES],
        confidence=group[0].confidence,
    )
