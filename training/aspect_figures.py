"""How right the aspects are: micro-averaged over sentences, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consumers.sentiment.model import ReviewText, SentimentModel
from training.aspect_categories import covered
from training.aspect_sentences import AspectSentence

BATCH = 500
Pair = tuple[str, str]
"""Aspect and polarity."""
PUBLISHED = {
    "semeval14": "88.6 F1 of five categories, 82.9 accuracy of polarity (NRC-Canada; Pontiki 2014)",
    "semeval16": "73.0 F1 of twelve categories, 88.1 accuracy of polarity (NLANGP, XRCE; Pontiki "
    "2016)",
}
"""Best of the official runs, on official test parts and the sets' own finer categories: near our
figures, not beside them."""


@dataclass
class Score:
    """Counts of one slice; an aspect that its set does not annotate is not counted."""

    rows: int = 0
    hits: int = 0
    said: int = 0
    meant: int = 0
    pair_hits: int = 0
    pair_said: int = 0
    pair_meant: int = 0
    right_polarity: int = 0
    """Of the aspects that were found and judged one way only."""
    plain: int = 0

    def add(self, said: Iterable[Pair], meant: Iterable[Pair]) -> None:
        """One sentence."""
        told, true = set(said), set(meant)
        aspects_told, aspects_true = {one for one, _ in told}, {one for one, _ in true}
        self.rows += 1
        self.hits += len(aspects_told & aspects_true)
        self.said += len(aspects_told)
        self.meant += len(aspects_true)
        self.pair_hits += len(told & true)
        self.pair_said += len(told)
        self.pair_meant += len(true)
        for aspect in aspects_told & aspects_true:
            ways = {polarity for one, polarity in true if one == aspect}
            if len(ways) == 1:
                self.plain += 1
                self.right_polarity += (aspect, next(iter(ways))) in told

    @property
    def aspect_f1(self) -> float:
        """Micro-F1 of naming the aspect."""
        return 2 * self.hits / max(1, self.said + self.meant)

    @property
    def pair_f1(self) -> float:
        """Micro-F1 of aspect and polarity together."""
        return 2 * self.pair_hits / max(1, self.pair_said + self.pair_meant)

    @property
    def polarity_accuracy(self) -> float:
        """Of the aspects that were found."""
        return self.right_polarity / max(1, self.plain)


def score_sentences(model: SentimentModel, sentences: Sequence[AspectSentence]) -> dict[str, Score]:
    """By set and language, by aspect, and over all."""
    found: dict[str, Score] = {}
    for start in range(0, len(sentences), BATCH):
        part = sentences[start : start + BATCH]
        opinions = model.predict([ReviewText(text=one.text) for one in part])
        for sentence, opinion in zip(part, opinions, strict=True):
            known = covered(sentence.dataset)
            said = [(one.aspect, str(one.polarity)) for one in opinion.aspects]
            meant = [(one.aspect, one.polarity) for one in sentence.opinions]
            _add(found, f"{sentence.dataset} {sentence.language}", said, meant, known)
            _add(found, "all", said, meant, known)
            for aspect in known:
                _add(found, f"aspect {aspect}", said, meant, frozenset({aspect}))
    return found


def score_table(scores: dict[str, Score]) -> str:
    """As Markdown."""
    lines = [
        "| | sentences | judged | aspect F1 | aspect × polarity F1 | polarity accuracy |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, one in sorted(
        scores.items(), key=lambda pair: (pair[0].startswith("aspect"), pair[0])
    ):
        lines.append(
            f"| {name} | {one.rows:,} | {one.meant:,} | {one.aspect_f1:.3f} | {one.pair_f1:.3f} | "
            f"{one.polarity_accuracy:.3f} |"
        )
    return "\n".join(lines)


def _add(
    found: dict[str, Score],
    name: str,
    said: Sequence[Pair],
    meant: Sequence[Pair],
    known: frozenset[str],
) -> None:
    score = found.setdefault(name, Score())
    score.add(
        [pair for pair in said if pair[0] in known], [pair for pair in meant if pair[0] in known]
    )
