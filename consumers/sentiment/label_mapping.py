"""What other people's models call negative, neutral and positive, as our three labels and stars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

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
NOTHING: Mapping[str, str] = MappingProxyType({})
SHOWN_NAMES = 3
"""Of an example in an error."""


@dataclass(frozen=True, kw_only=True)
class LabelMapping:
    """From a model's outputs to ours, as shares."""

    labels: Doubles
    """(outputs, 3): which label each output is."""
    stars: Doubles
    """(outputs,): which star each output stands for."""


def mapping_of(names: Sequence[str], configured: Mapping[str, str] = NOTHING) -> LabelMapping:
    """Of the outputs' names, in order; what `configured` says of a name (negative, neutral or
    positive) wins. Raises ValueError that lists names without a meaning, and says what to do."""
    words = [_word(name) for name in names]
    if configured:
        return _of_labels(_configured(names, words, configured))
    if words and all(word in _LABELS for word in words):
        return _of_labels([_LABELS[word] for word in words])
    stars = [_star(word) for word in words]
    known = [star for star in stars if star is not None]
    if len(known) == len(names) == 5 and set(known) == {1, 2, 3, 4, 5}:
        return _of_stars(known)
    raise _not_understood(names)


def _configured(
    names: Sequence[str], words: Sequence[str], configured: Mapping[str, str]
) -> list[int]:
    chosen = {_word(name): _LABELS[label] for name, label in configured.items()}
    if foreign := sorted(set(chosen) - set(words)):
        raise ValueError(
            f"models.labels speaks of {', '.join(foreign)}, but its labels are "
            f"{', '.join(names)}: correct the names in models.labels"
        )
    meanings = {**_LABELS, **chosen}
    if unknown := [name for name, word in zip(names, words, strict=True) if word not in meanings]:
        raise _not_understood(unknown)
    return [meanings[word] for word in words]


def _not_understood(names: Sequence[str]) -> ValueError:
    example = ", ".join(f"{name}: …" for name in names[:SHOWN_NAMES])
    return ValueError(
        f"its labels {', '.join(names)} are not understood: say what each means in models.labels "
        f"({{{example}}} with negative, neutral or positive; in the environment "
        f"OTZVUK_MODELS__LABELS__NAME=negative), or name them in its config.json under id2label as "
        "negative, neutral, positive or as 1 star … 5 stars"
    )


def _word(name: str) -> str:
    return name.strip().lower()


def _of_labels(labels: Sequence[int]) -> LabelMapping:
    if not {NEGATIVE, POSITIVE} <= set(labels):
        raise ValueError(
            "its labels lack a negative or a positive one: say in models.labels which they are, "
            "or choose another model"
        )
    return LabelMapping(
        labels=np.eye(3)[list(labels)], stars=np.asarray([_STARS[label] for label in labels])
    )


def _of_stars(stars: Sequence[int]) -> LabelMapping:
    labels = [NEGATIVE if star < 3 else NEUTRAL if star == 3 else POSITIVE for star in stars]
    return LabelMapping(labels=np.eye(3)[labels], stars=np.asarray(stars, dtype=np.float64))


def _star(word: str) -> int | None:
    match = _STAR.fullmatch(word)
    return int(match[1] or match[2]) if match else None
