"""How right the sentiment models are, side by side: `python -m benchmarks.sentiment`.

Per data set and language of `sentiment-dev`: the shipped tiers, the single-precision network where
its file is given, a TF-IDF + logistic regression trained in the same run, and the base encoder as
it comes with a linear head. Needs the extra `training`. Writes docs/models/sentiment-figures.md.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.model import SentimentModel, TextOpinion
from consumers.sentiment.models import build_model
from training.base_encoder import base_path, read_base
from training.baseline import baseline_probabilities
from training.frozen import frozen_probabilities
from training.measures import Figures, measure
from training.reviews import LabelledReview, read_reviews
from training.sentiment_fast import LABEL_POWER, row_weights

Floats = NDArray[np.float64]
BATCH = 500
FROZEN_ROWS = 15_000
"""Training rows of the frozen encoder's head, at random: the rest would add minutes, not points."""
LARGE = 200
"""Rows from which on a data set's figure is held against the baseline."""
DOCUMENT = Path("docs/models/sentiment-figures.md")
BASELINE, ACCURATE, FLOAT = "TF-IDF + LR", "accurate", "accurate, single precision"


def main() -> int:
    """Measure, print, write; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", nargs="*", default=["fast", "accurate", "cascade"])
    parser.add_argument("--float", type=Path, help="folder of the single-precision artefact")
    parser.add_argument("--no-frozen", action="store_true", help="leave the frozen encoder out")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT}")
    arguments = parser.parse_args()
    dev = read_reviews(arguments.data / "sentiment-dev.jsonl.gz")
    train = [
        review
        for review in read_reviews(arguments.data / "sentiment-train.jsonl.gz")
        if not review.is_held_out
    ]
    answers: dict[str, tuple[Floats, Floats | None]] = {
        BASELINE: (baseline_probabilities(train, dev, row_weights(train, LABEL_POWER)), None)
    }
    if not arguments.no_frozen:
        some = random.Random(1).sample(train, FROZEN_ROWS)
        answers["frozen encoder + LR"] = (
            frozen_probabilities(read_base(base_path()), some, dev),
            None,
        )
    for name in arguments.models:
        answers[name] = read_by(build_model(name), dev)
    if arguments.float:
        answers[FLOAT] = read_by(load_accurate_model(arguments.float), dev)
    tables = _tables(dev, answers)
    floors = _floors(dev, answers)
    text = "\n".join([_HEAD, *tables, "## Floors\n", *[f"- {line}" for line in floors.values()]])
    print(text)
    if arguments.write:
        DOCUMENT.write_text(text + "\n", encoding="utf-8")
    return int(any(line.startswith("MISSED") for line in floors.values()))


def read_by(model: SentimentModel, reviews: Sequence[LabelledReview]) -> tuple[Floats, Floats]:
    """(n, 3) probabilities and (n,) expected stars of a model."""
    opinions: list[TextOpinion] = []
    for start in range(0, len(reviews), BATCH):
        opinions += model.predict([one.text for one in reviews[start : start + BATCH]])
    rows = [one.probabilities for one in opinions]
    probabilities = np.array([(row.negative, row.neutral, row.positive) for row in rows])
    return probabilities, np.array([one.expected_star for one in opinions])


def slices(reviews: Sequence[LabelledReview]) -> dict[str, NDArray[np.bool_]]:
    """Named parts of the reviews: every set, every language, all."""
    sets = np.array([review.dataset for review in reviews])
    languages = np.array([review.language for review in reviews])
    parts = {str(name): sets == name for name in np.unique(sets)}
    parts |= {f"language {name}": languages == name for name in np.unique(languages)}
    return parts | {"all": np.ones(len(reviews), dtype=np.bool_)}


def figures_of(
    reviews: Sequence[LabelledReview], answer: tuple[Floats, Floats | None], part: NDArray[np.bool_]
) -> Figures:
    """Figures of one model on one part."""
    labels = np.array([review.label for review in reviews])[part]
    stars = np.array([np.nan if one.star is None else one.star for one in reviews])[part]
    probabilities, expected = answer
    return measure(labels, probabilities[part], stars, None if expected is None else expected[part])


def _tables(
    dev: Sequence[LabelledReview], answers: Mapping[str, tuple[Floats, Floats | None]]
) -> list[str]:
    parts = slices(dev)
    found = {
        name: {part: figures_of(dev, answer, rows) for part, rows in parts.items()}
        for name, answer in answers.items()
    }
    measures: dict[str, Callable[[Figures], float | None]] = {
        "Macro-F1 of three labels": lambda one: one.macro_f1,
        "Accuracy of negative against positive": lambda one: one.polarity_accuracy,
        "Mean absolute error of the star": lambda one: one.star_error,
        "Expected calibration error": lambda one: one.calibration_error,
    }
    tables = []
    for title, measure_of in measures.items():
        lines = [f"## {title}\n", f"| | reviews | {' | '.join(found)} |"]
        lines.append("|---|---:|" + "---:|" * len(found))
        for part, rows in parts.items():
            cells = [_shown(measure_of(one[part])) for one in found.values()]
            lines.append(f"| {part} | {rows.sum():,} | {' | '.join(cells)} |")
        tables.append("\n".join(lines) + "\n")
    return tables


def _floors(
    dev: Sequence[LabelledReview], answers: Mapping[str, tuple[Floats, Floats | None]]
) -> dict[str, str]:
    """What was promised of the accurate tier, and whether it holds."""
    if ACCURATE not in answers:
        return {}
    sets = {name: rows for name, rows in slices(dev).items() if not name.startswith("language")}
    whole = sets.pop("all")
    ours = {name: figures_of(dev, answers[ACCURATE], rows).macro_f1 for name, rows in sets.items()}
    theirs = {
        name: figures_of(dev, answers[BASELINE], rows).macro_f1 for name, rows in sets.items()
    }
    gain = float(np.mean([ours[name] - theirs[name] for name in sets])) * 100
    large = [name for name, rows in sets.items() if rows.sum() > LARGE]
    gain_of_large = float(np.mean([ours[name] - theirs[name] for name in large])) * 100
    behind = [name for name in large if ours[name] <= theirs[name]]
    books = figures_of(dev, answers[ACCURATE], sets["blitzer"]).polarity_accuracy or 0.0
    error = figures_of(dev, answers[ACCURATE], whole).calibration_error
    lines = {
        "gain": f"{_verdict(gain >= 4)}: mean gain over the baseline {gain:+.1f} points (floor "
        f"+4); {gain_of_large:+.1f} over the {len(large)} sets of over {LARGE} rows",
        "sets": f"{_verdict(not behind)}: above it on every set of over {LARGE} rows"
        + (f", not on {', '.join(behind)}" if behind else ""),
        "books": f"{_verdict(books >= 0.88)}: Blitzer books {books:.3f} (floor .880)",
        "calibration": f"{_verdict(error <= 0.05)}: calibration error {error:.3f} (ceiling .050)",
    }
    if FLOAT in answers:
        small = figures_of(dev, answers[ACCURATE], whole).macro_f1
        exact = figures_of(dev, answers[FLOAT], whole).macro_f1
        loss = (exact - small) * 100
        lines["int8"] = f"{_verdict(loss <= 0.5)}: int8 loses {loss:.2f} points (ceiling .5)"
    return lines


def _verdict(holds: bool) -> str:
    return "holds" if holds else "MISSED"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


_HEAD = """# Sentiment models side by side

Written by `python -m benchmarks.sentiment --write` on `sentiment-dev`, whose rows were not
trained on; Blitzer's books are a domain that was not trained on at all. TF-IDF + LR and the frozen
encoder's head are trained in the same run on the same rows (the latter on 15,000 of them).
"""

if __name__ == "__main__":
    sys.exit(main())
