"""The aspect sets as training windows: what a sentence judges, how, and with which words."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from training.answers import ASPECTS
from training.aspect_categories import aspect_labels, covered
from training.examples import LABELS, UNKNOWN, Example, framed

CHECK_SHARE = 10
"""The last tenth of every set, language and domain, in the file's order, is not learnt: sentences
of one review stand together, and so do a sentence and its translation."""
SENTENCE_WEIGHT = 0.3
"""Weight of a sentence's sentiment that is only derived from its aspects."""
JOINED_SHARE = 0.3
"""Share of sentences that get another one of the same set appended: reviews are longer."""
WHOLE_REVIEWS = frozenset({"sentirueval2015"})
"""Sets whose rows are whole reviews."""


@dataclass(frozen=True, kw_only=True)
class AspectOpinionLabel:
    """One judgement in a sentence."""

    aspect: str
    polarity: str
    begin: int
    end: int
    """Where its term stands in the text; 0, 0 where it is not named."""


@dataclass(frozen=True, kw_only=True)
class AspectSentence:
    """A sentence (or whole review) of an aspect set."""

    dataset: str
    language: str
    domain: str
    text: str
    opinions: tuple[AspectOpinionLabel, ...]

    @property
    def words(self) -> str:
        """Its letters and digits alone: equal ones are never on both sides of the split."""
        return re.sub(r"[\W_]+", "", self.text.casefold())

    @property
    def part(self) -> tuple[str, str, str]:
        """Set, language and domain."""
        return self.dataset, self.language, self.domain


def read_sentences(path: Path) -> list[AspectSentence]:
    """All rows of the aspect sets, in the file's order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_sentence(json.loads(line)) for line in lines]


def _sentence(row: dict[str, Any]) -> AspectSentence:
    return AspectSentence(
        dataset=row["dataset"],
        language=row["lang"],
        domain=row["domain"],
        text=row["text"],
        opinions=tuple(
            AspectOpinionLabel(aspect=aspect, polarity=polarity, begin=begin, end=end)
            for aspect, polarity, begin, end in aspect_labels(row)
        ),
    )


def split(
    sentences: Iterable[AspectSentence],
) -> tuple[list[AspectSentence], list[AspectSentence]]:
    """What is learnt and what is only checked; no sentence stands in both."""
    parts: dict[tuple[str, str, str], list[AspectSentence]] = {}
    for sentence in sentences:
        parts.setdefault(sentence.part, []).append(sentence)
    learnt, checked = [], []
    for members in parts.values():
        border = len(members) - len(members) // CHECK_SHARE
        learnt.extend(members[:border])
        checked.extend(members[border:])
    known = {sentence.words for sentence in checked}
    return [sentence for sentence in learnt if sentence.words not in known], checked


def sentence_windows(
    sentences: Sequence[AspectSentence], tokenizer: Tokenizer, length: int, seed: int
) -> list[Example]:
    """One window a sentence; some with a second sentence of the same set and domain behind."""
    parts: dict[tuple[str, str, str], list[AspectSentence]] = {}
    for sentence in sentences:
        parts.setdefault(sentence.part, []).append(sentence)
    dice = random.Random(seed)
    found = []
    for members in parts.values():
        for sentence in members:
            window = _Window(tokenizer, length)
            window.add(sentence, dice)
            if sentence.dataset not in WHOLE_REVIEWS and dice.random() < JOINED_SHARE:
                window.add(dice.choice(members), dice)
            found.append(window.example(sentence.dataset))
    return found


class _Window:
    """Pieces of one or two sentences, and the judgements whose terms lie within."""

    def __init__(self, tokenizer: Tokenizer, length: int) -> None:
        self._tokenizer = tokenizer
        self._length = length
        self._ids: list[int] = []
        self._opinions: list[tuple[str, str]] = []
        self._focus: dict[int, list[int]] = {}

    def add(self, sentence: AspectSentence, dice: random.Random) -> None:
        """Append as much of the sentence as there is room for."""
        encoding = self._tokenizer.encode(sentence.text, add_special_tokens=False)
        room = self._length - len(self._ids)
        spare = max(0, len(encoding.ids) - room)
        start = dice.randrange(spare + 1) if not self._ids else 0
        offsets = encoding.offsets[start : start + room]
        if not offsets:
            return
        for opinion in sentence.opinions:
            if opinion.end and not (
                offsets[0][0] <= opinion.begin and opinion.end <= offsets[-1][1]
            ):
                continue
            self._opinions.append((opinion.aspect, opinion.polarity))
            if opinion.end:
                self._mark(opinion, offsets)
        self._ids.extend(encoding.ids[start : start + room])

    def _mark(self, opinion: AspectOpinionLabel, offsets: Sequence[tuple[int, int]]) -> None:
        places = self._focus.setdefault(ASPECTS.index(opinion.aspect), [])
        places.extend(
            len(self._ids) + 1 + number
            for number, (begin, end) in enumerate(offsets)
            if begin < opinion.end and end > opinion.begin
        )

    def example(self, dataset: str) -> Example:
        """The window with its answers; aspects that the set does not annotate stay unknown."""
        known = covered(dataset)
        judged = {aspect for aspect, _ in self._opinions}
        polarities = {polarity for _, polarity in self._opinions}
        is_mixed = {"negative", "positive"} <= polarities
        is_plain = len(polarities) == 1
        return Example(
            ids=framed(self._ids),
            aspects=[
                1.0 if aspect in judged else 0.0 if aspect in known else float(UNKNOWN)
                for aspect in ASPECTS
            ],
            polarity={ASPECTS.index(aspect): self._shares(aspect) for aspect in judged},
            focus=self._focus,
            mixed=1 if is_mixed else 0 if is_plain else UNKNOWN,
            label=LABELS.index(next(iter(polarities))) if is_plain else UNKNOWN,
            label_weight=SENTENCE_WEIGHT,
        )

    def _shares(self, aspect: str) -> tuple[float, float, float]:
        labels = [polarity for one, polarity in self._opinions if one == aspect]
        first, second, third = (labels.count(label) / len(labels) for label in LABELS)
        return first, second, third
