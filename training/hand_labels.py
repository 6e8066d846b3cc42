"""Compares word lists, complaint rules and the accurate tier with reviews labelled by hand.

`python -m training.hand_labels --data ../shared/data` prints the tables of
docs/models/hand-labels.md. The file of labels holds digests, no texts: they are joined here.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from consumers.sentiment.aspect_lexicon import NARROW
from consumers.sentiment.complaints import CONSTRUCTIVE_FROM, complaint_of
from consumers.sentiment.composing import compose
from consumers.sentiment.model import SentimentModel
from consumers.sentiment.models import build_model
from training.reviews import review_text
from training.weak_labels import weak_aspects, weak_mixed, weak_polarity

SAID_FROM = 0.5
"""Probability from which on mixed and junk count as said."""
SEED = b"otzvuk-hand-labels-1"
LABELS = Path(__file__).with_name("hand_labels_ru.json")
PARTS = ("problem", "specifics", "request")
SHARES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "rutube": {"negative": 35, "neutral": 12, "positive": 13, "junk": 12},
        "otzovik_sber": {"1": 14, "2": 6, "3": 6, "4": 4, "5": 6},
        "sravni": {"1": 12, "2": 2, "3": 4, "4": 2, "5": 6},
        "mriya_yandex": {"1": 8, "2": 4, "3": 7, "4": 3, "5": 8},
        "avtolotsman": {"1": 3, "2": 2, "4": 1, "5": 5},
        "apps_health": {"1": 3, "2": 3, "3": 1, "4": 2, "5": 4},
        "ozon": {"1": 1, "2": 2, "3": 2, "4": 2, "5": 5},
    }
)
"""How many Russian reviews of each set and label (or whole star) are drawn: 200 together."""


@dataclass(frozen=True, kw_only=True)
class HandLabels:
    """The labels of one review."""

    dataset: str
    digest: str
    aspects: Mapping[str, str]
    """Aspect → negative, neutral, positive or mixed."""
    mixed: bool
    junk: bool
    constructive: Mapping[str, bool]
    """Problem, specifics, request: whether the review has one."""
    doubt: str = ""

    @property
    def is_constructive(self) -> bool:
        """A complaint that can be acted on has two parts of the three."""
        return sum(self.constructive.values()) >= 2


def digest_of(text: str) -> str:
    """Of the exact text, as the set gives it."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def drawn(path: Path) -> list[dict[str, Any]]:
    """The rows of the sample: in each part those with the lowest seeded digest."""
    parts: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["lang"] == "ru" and row["dataset"] in SHARES:
                star = row.get("stars")
                part = row["dataset"], str(row.get("label") if star is None else round(star))
                parts[part][row["text"]] = row
    return [
        rows[text]
        for dataset, shares in SHARES.items()
        for label, count in shares.items()
        for rows in [parts[dataset, label]]
        for text in sorted(rows, key=_rank)[:count]
    ]


def _rank(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=SEED).digest()


def read_labels(path: Path = LABELS) -> list[HandLabels]:
    """The labels, in the order of the sample."""
    return [HandLabels(**fields) for fields in json.loads(path.read_text(encoding="utf-8"))]


def joined(
    labels: Sequence[HandLabels], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[HandLabels, Mapping[str, Any]]]:
    """Each label with its row; raises ValueError when a text is not where it was drawn from."""
    texts = {digest_of(row["text"]): row for row in rows}
    missing = [label.digest for label in labels if label.digest not in texts]
    if missing:
        raise ValueError(f"{len(missing)} labelled texts are not in the data, as {missing[0]}")
    return [(label, texts[label.digest]) for label in labels]


@dataclass
class Tally:
    """Yes-or-no answers against the labelled ones; None is no answer."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    excluded: int = 0
    excluded_wrongly: int = 0

    def add(self, said: bool | None, truth: bool) -> None:
        """Count one answer."""
        self.right += said is True and truth
        self.wrong += said is True and not truth
        self.missed += said is not True and truth
        self.excluded += said is False
        self.excluded_wrongly += said is False and truth

    @property
    def row(self) -> str:
        """Labelled, precision, recall, and how much of a "no" is right."""
        precision = _share(self.right, self.right + self.wrong)
        recall = _share(self.right, self.right + self.missed)
        absence = _share(self.excluded - self.excluded_wrongly, self.excluded)
        return f"{self.right + self.missed} | {precision} | {recall} | {absence}"

    @property
    def short(self) -> str:
        """Labelled, precision, recall, F1."""
        precision = _share(self.right, self.right + self.wrong)
        recall = _share(self.right, self.right + self.missed)
        harmonic = _share(2 * self.right, 2 * self.right + self.wrong + self.missed)
        return f"{self.right + self.missed} | {precision} | {recall} | {harmonic}"


Pairs = Sequence[tuple[HandLabels, Mapping[str, Any]]]


def aspect_table(pairs: Pairs) -> Iterator[str]:
    """How good the lexicons are, aspect by aspect, and on mixed."""
    yield "| answer | labelled | precision | recall | absence right | polarity right |"
    yield "|---|---|---|---|---|---|"
    everything = Tally()
    for aspect in NARROW["ru"]:
        tally, polarities = Tally(), [0, 0]
        for label, row in pairs:
            said = weak_aspects(_composed(row), "ru")[aspect]
            tally.add(said, aspect in label.aspects)
            everything.add(said, aspect in label.aspects)
            way = weak_polarity(_composed(row), "ru", row.get("stars")).get(aspect)
            if way and label.aspects.get(aspect) in ("negative", "positive"):
                polarities[way == label.aspects[aspect]] += 1
        yield f"| {aspect} | {tally.row} | {_share(polarities[1], sum(polarities))} |"
    yield f"| all aspects | {everything.row} | |"
    mixed = Tally()
    for label, row in pairs:
        text = review_text(row["text"])
        words = f"{text.title}\n{text.text}"
        mixed.add(weak_mixed(words, row.get("stars"), text.pros, text.cons), label.mixed)
    yield f"| mixed | {mixed.row} | |"


def model_table(pairs: Pairs, model: SentimentModel) -> Iterator[str]:
    """How good the accurate tier is on the same reviews."""
    yield "| accurate tier | labelled | precision | recall | F1 | polarity right |"
    yield "|---|---|---|---|---|---|"
    opinions = model.predict([review_text(row["text"]) for _, row in pairs])
    everything = Tally()
    for aspect in NARROW["ru"]:
        tally, polarities = Tally(), [0, 0]
        for (label, _), opinion in zip(pairs, opinions, strict=True):
            ways = {str(one.polarity) for one in opinion.aspects if one.aspect == aspect}
            for one in (tally, everything):
                one.add(bool(ways), aspect in label.aspects)
            if ways and label.aspects.get(aspect) in ("negative", "positive"):
                polarities[label.aspects[aspect] in ways] += 1
        yield f"| {aspect} | {tally.short} | {_share(polarities[1], sum(polarities))} |"
    yield f"| all aspects | {everything.short} | |"
    both, junk = Tally(), Tally()
    for (label, _), opinion in zip(pairs, opinions, strict=True):
        both.add((opinion.mixed or 0.0) >= SAID_FROM, label.mixed)
        junk.add((opinion.junk or 0.0) >= SAID_FROM, label.junk)
    yield f"| mixed | {both.short} | |"
    yield f"| junk | {junk.short} | |"


def answer_table(pairs: Pairs) -> Iterator[str]:
    """How good the complaint rules are: part by part, and two parts of three."""
    yield "| complaint | labelled | precision | recall | absence right |"
    yield "|---|---|---|---|---|"
    parts = {part: Tally() for part in PARTS}
    alone, helped = Tally(), Tally()
    for label, row in pairs:
        text = review_text(row["text"])
        is_blamed = bool({"negative", "mixed"} & set(label.aspects.values()))
        by_words, score = complaint_of(text, "ru", False), complaint_of(text, "ru", is_blamed)
        assert by_words is not None
        assert score is not None
        alone.add(by_words[0] >= CONSTRUCTIVE_FROM, label.is_constructive)
        helped.add(score[0] >= CONSTRUCTIVE_FROM, label.is_constructive)
        for part, tally in parts.items():
            tally.add(bool(getattr(score[1], part)), label.constructive[part])
    for part, tally in parts.items():
        yield f"| {part} | {tally.row} |"
    yield f"| constructive, by words alone | {alone.row} |"
    yield f"| constructive, negative aspects known | {helped.row} |"


def _composed(row: Mapping[str, Any]) -> str:
    return compose(review_text(row["text"]))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "–"


def main() -> None:
    """Print how good the weak labels and the complaint rules are on the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    pairs = joined(read_labels(), drawn(arguments.data / "sentiment-dev.jsonl.gz"))
    tables = (aspect_table(pairs), answer_table(pairs), model_table(pairs, build_model("accurate")))
    for table in tables:
        print("\n".join(table), end="\n\n")


if __name__ == "__main__":
    main()
