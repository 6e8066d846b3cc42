"""What the transformer is trained on: windows of pieces with the answers that are known for them."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Encoding, Tokenizer

from consumers.sentiment.composing import compose
from training.aspect_categories import ASPECTS, aspect_labels, covered
from training.reviews import LabelledReview
from training.weak_labels import weak_labels

LABELS = ("negative", "neutral", "positive")
UNKNOWN = -1
WEAK_WEIGHT = 0.3
"""Weight of an aspect that only a lexicon says."""
SENTENCE_WEIGHT = 0.3
"""Weight of a sentence's sentiment that is only derived from its aspects."""
JOINED_SHARE = 0.3
"""Share of aspect sentences that get another one of the same set appended: reviews are longer."""
CAPS = {"womens": 9_000, "livelib": 1_500}
"""Rows at most of sets that would drown the others: one shop's dresses, books mostly of 5 stars."""


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
class AspectSentence:
    """A sentence (or whole review) of an aspect set."""

    dataset: str
    language: str
    domain: str
    text: str
    opinions: tuple[tuple[str, str, int, int], ...]
    """Aspect, polarity, and where its term stands (0, 0 where it is not named)."""
    group: str
    """Sentences of one group are never parted between fit and check."""


def read_sentences(path: Path) -> list[AspectSentence]:
    """All rows of the aspect sets."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_sentence(json.loads(line)) for line in lines]


def _sentence(row: dict[str, Any]) -> AspectSentence:
    return AspectSentence(
        dataset=row["dataset"],
        language=row["lang"],
        domain=row.get("domain") or "",
        text=row["text"],
        opinions=tuple(aspect_labels(row)),
        group=" ".join(row["text"].casefold().split()),
    )


class Windows:
    """Cuts texts into training windows, by its own dice."""

    def __init__(self, tokenizer: Tokenizer, length: int, seed: int) -> None:
        self._tokenizer = tokenizer
        self._length = length
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

    def of_sentences(self, sentences: Sequence[AspectSentence]) -> list[Example]:
        """One window a sentence; some with a second one of the same set and domain behind."""
        by_set: dict[tuple[str, str, str], list[AspectSentence]] = {}
        for sentence in sentences:
            key = sentence.dataset, sentence.language, sentence.domain
            by_set.setdefault(key, []).append(sentence)
        found = []
        for key, members in by_set.items():
            for sentence in members:
                parts = [sentence]
                if key[0] != "sentirueval2015" and self._dice.random() < JOINED_SHARE:
                    parts.append(self._dice.choice(members))
                found.append(self._of_sentences(parts))
        return found

    def _capped(self, reviews: Sequence[LabelledReview]) -> list[LabelledReview]:
        left = dict(CAPS)
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
        weak = weak_labels(window, review.language, review.star if is_whole else None, review.text)
        has_junk_label = review.star is None
        return Example(
            ids=_framed(chosen),
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

    def _of_sentences(self, parts: Sequence[AspectSentence]) -> Example:
        ids: list[int] = []
        opinions: list[tuple[str, str]] = []
        focus: dict[int, list[int]] = {}
        for part in parts:
            encoding = self._tokenizer.encode(part.text, add_special_tokens=False)
            start = self._start(len(encoding.ids)) if not ids else 0
            room = self._length - len(ids)
            offsets = encoding.offsets[start : start + room]
            if not offsets:
                continue
            first, last = offsets[0][0], offsets[-1][1]
            for aspect, polarity, begin, end in part.opinions:
                if end and not (first <= begin and end <= last):
                    continue
                opinions.append((aspect, polarity))
                if end:
                    focus.setdefault(ASPECTS.index(aspect), []).extend(
                        len(ids) + 1 + number
                        for number, (one, two) in enumerate(offsets)
                        if one < end and two > begin
                    )
            ids.extend(encoding.ids[start : start + room])
        return _with_opinions(Example(ids=_framed(ids), focus=focus), parts[0].dataset, opinions)


def _with_opinions(example: Example, dataset: str, opinions: list[tuple[str, str]]) -> Example:
    known = covered(dataset)
    judged = {aspect for aspect, _ in opinions}
    example.aspects = [
        1.0 if aspect in judged else 0.0 if aspect in known else float(UNKNOWN)
        for aspect in ASPECTS
    ]
    for aspect in judged:
        labels = [polarity for one, polarity in opinions if one == aspect]
        shares = [labels.count(label) / len(labels) for label in LABELS]
        example.polarity[ASPECTS.index(aspect)] = (shares[0], shares[1], shares[2])
    polarities = {polarity for _, polarity in opinions}
    if {"negative", "positive"} <= polarities:
        example.mixed = 1
    elif len(polarities) == 1:
        example.mixed = 0
        example.label = LABELS.index(polarities.pop())
        example.label_weight = SENTENCE_WEIGHT
    return example


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


def longest(examples: Iterable[Example]) -> int:
    """Pieces of the longest window."""
    return max(len(example.ids) for example in examples)


def _framed(ids: Sequence[int]) -> list[int]:
    return [0, *ids, 2]


def _known(value: bool | None) -> int:
    return UNKNOWN if value is None else int(value)


def _present(value: bool | None) -> float:
    return float(_known(value))


def _one_hot(label: str) -> tuple[float, float, float]:
    first, second, third = (float(label == one) for one in LABELS)
    return first, second, third
