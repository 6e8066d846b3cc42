"""What the transformer learns from: windows of pieces with the answers that are known for them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tokenizers import Encoding, Tokenizer

from consumers.sentiment.composing import compose
from training.answers import ASPECTS
from training.reviews import LabelledReview

LABELS = ("negative", "neutral", "positive")
UNKNOWN = -1
WEAK_WEIGHT = 0.3
"""Weight of an aspect that only a lexicon says."""
CAPS: tuple[dict[str, int], ...] = (
    {"womens": 11_000, "livelib": 1_500},
    {"womens": 3_000, "livelib": 300, "otzovik_sber": 800, "kazsandra": 3_000, "rutube": 12_000},
    {"womens": 5_000, "livelib": 600, "otzovik_sber": 2_000, "kazsandra": 4_000},
)
"""Rows at most, pass by pass, of sets that would drown the others: one shop's dresses, books mostly
of 5 stars. The second pass is over about half of the data, the third over most of it."""


@dataclass(kw_only=True)
class Example:
    """One window; what is not known about it is UNKNOWN (or NaN) and teaches nothing."""

    ids: list[int]
    label: int = UNKNOWN
    label_weight: float = 1.0
    star: float = math.nan
    mixed: int = UNKNOWN
    junk: int = UNKNOWN
    aspects: list[float] = field(default_factory=lambda: [float(UNKNOWN)] * len(ASPECTS))
    """1 judged, 0 not, UNKNOWN."""
    aspect_weight: float = 1.0
    polarity: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    """Aspect number → share of each label."""
    focus: dict[int, list[int]] = field(default_factory=dict)
    """Aspect number → positions of the pieces of its terms."""


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What lexicons say of a window; what they cannot tell is absent, or None."""

    aspects: Mapping[str, bool | None] = field(default_factory=dict)
    polarity: Mapping[str, str] = field(default_factory=dict)
    mixed: bool | None = None


Hinting = Callable[[str, LabelledReview, bool], Hints]
"""Words of a window, its review, and whether the window is all of it."""


class Windows:
    """Cuts texts into training windows, by its own dice."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        length: int,
        seed: int,
        caps: Mapping[str, int],
        hinting: Hinting | None = None,
    ) -> None:
        self._tokenizer = tokenizer
        self._hinting = hinting
        self._length = length
        self._caps = caps
        self._dice = random.Random(seed)

    def of_reviews(self, reviews: Sequence[LabelledReview]) -> list[Example]:
        """One window a review: its beginning, its end, or any place of it."""
        kept = self._capped(reviews)
        texts = [compose(review.text) for review in kept]
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            self._of_review(review, text, encoding)
            for review, text, encoding in zip(kept, texts, encodings, strict=True)
        ]

    def _capped(self, reviews: Sequence[LabelledReview]) -> list[LabelledReview]:
        left = dict(self._caps)
        shuffled = list(reviews)
        self._dice.shuffle(shuffled)
        kept = []
        for review in shuffled:
            left[review.dataset] = left.get(review.dataset, len(shuffled)) - 1
            if left[review.dataset] >= 0:
                kept.append(review)
        return kept

    def _start(self, pieces: int) -> int:
        spare = pieces - self._length
        if spare <= 0:
            return 0
        where = self._dice.random()
        return 0 if where < 0.55 else spare if where < 0.8 else self._dice.randrange(spare)

    def _of_review(self, review: LabelledReview, text: str, encoding: Encoding) -> Example:
        start = self._start(len(encoding.ids))
        chosen = encoding.ids[start : start + self._length]
        offsets = encoding.offsets[start : start + self._length]
        window = text[offsets[0][0] : offsets[-1][1]] if offsets else ""
        is_whole = len(chosen) == len(encoding.ids)
        weak = self._hinting(window, review, is_whole) if self._hinting else Hints()
        has_junk_label = review.star is None
        return Example(
            ids=framed(chosen),
            label=review.label,
            star=math.nan if review.star is None else review.star,
            junk=int(review.is_junk) if has_junk_label else UNKNOWN,
            mixed=_known(weak.mixed) if is_whole else UNKNOWN,
            aspects=[_present(weak.aspects.get(aspect)) for aspect in ASPECTS],
            aspect_weight=WEAK_WEIGHT,
            polarity={
                ASPECTS.index(aspect): _one_hot(label) for aspect, label in weak.polarity.items()
            },
        )


def plan_batches(examples: Sequence[Example], pieces: int, seed: int) -> list[list[int]]:
    """Numbers of examples, batch by batch: alike in length, in random order, `pieces` at most."""
    dice = random.Random(seed)
    order = sorted(
        range(len(examples)), key=lambda number: (len(examples[number].ids), dice.random())
    )
    batches: list[list[int]] = [[]]
    for number in order:
        size = len(examples[number].ids)
        if batches[-1] and (len(batches[-1]) + 1) * size > pieces:
            batches.append([])
        batches[-1].append(number)
    dice.shuffle(batches)
    return batches


def framed(ids: Sequence[int]) -> list[int]:
    return [0, *ids, 2]


def _known(value: bool | None) -> int:
    return UNKNOWN if value is None else int(value)


def _present(value: bool | None) -> float:
    return float(_known(value))


def _one_hot(label: str) -> tuple[float, float, float]:
    first, second, third = (float(label == one) for one in LABELS)
    return first, second, third
