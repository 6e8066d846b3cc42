"""What other people's models call negative, neutral and positive, as our three labels and stars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
_LABELS: Mapping[str, int] = {
    "negative": NEGATIVE, "neg": NEGATIVE, "bad": NEGATIVE, "негативный": NEGATIVE,
    "neutral": NEUTRAL, "neu": NEUTRAL, "mixed": NEUTRAL, "нейтральный": NEUTRAL,
    "positive": POSITIVE, "pos": POSITIVE, "good": POSITIVE, "позитивный": POSITIVE,
}  # fmt: skip
_STAR = re.compile(r"([1-5])[ _-]*(?:stars?|★)?|stars?[ _-]*([1-5])")
_STARS = (1.0, 3.0, 5.0)
"""Star that each of three labels stands for."""


@dataclass(frozen=True, kw_only=True)
class LabelMapping:
    """From a model's outputs to ours, as shares."""

    labels: Doubles
    """(outputs, 3): which label each output is."""
    stars: Doubles
    """(outputs,): which star each output stands for."""


def mapping_of(names: Sequence[str]) -> LabelMapping:
    """Of the outputs' names, in order; raises ValueError that lists names without a meaning."""
    words = [name.strip().lower() for name in names]
    if words and all(word in _LABELS for word in words):
        return _of_labels([_LABELS[word] for word in words])
    stars = [_star(word) for word in words]
    known = [star for star in stars if star is not None]
    if len(known) == len(names) == 5 and set(known) == {1, 2, 3, 4, 5}:
        return _of_stars(known)
    raise ValueError(
        f"its labels {', '.join(names)} are not understood: name them in config.json under "
        "id2label as negative, neutral, positive or as 1 star … 5 stars"
    )


def _of_labels(labels: Sequence[int]) -> LabelMapping:
    if not {NEGATIVE, POSITIVE} <= set(labels):
        raise ValueError("its labels lack a negative or a positive one")
    return LabelMapping(
        labels=np.eye(3)[list(labels)], stars=np.asarray([_STARS[label] for label in labels])
    )


def _of_stars(stars: Sequence[int]) -> LabelMapping:
    labels = [NEGATIVE if star < 3 else NEUTRAL if star == 3 else POSITIVE for star in stars]
    return LabelMapping(labels=np.eye(3)[labels], stars=np.asarray(stars, dtype=np.float64))


def _star(word: str) -> int | None:
    match = _STAR.fullmatch(word)
    return int(match[1] or match[2]) if match else None
