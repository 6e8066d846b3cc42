"""Makes the shipped fast sentiment model and its card: `python -m training.sentiment_fast`.

Deterministic: the same data and versions give the same bytes. Needs the extra `training`.
Settings were chosen on the held-out slice of the training file; the dev file is only measured.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags
from threadpoolctl import threadpool_limits

from consumers.sentiment.fast import SHIPPED_WEIGHTS, FastModel
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.linear import LinearScorer
from consumers.sentiment.weights_file import STARS, Weights, WeightsHeader, write_weights
from training.baseline import baseline_probabilities
from training.fitting import Fit, feature_matrix, fit, targets
from training.reviews import LabelledReview, read_reviews
from training.sentiment_card import SURE, Evaluation, evaluate, write_card

Floats = NDArray[np.float64]

ROW_BITS = 19
LEAST_REVIEWS = 2
"""An n-gram row seen in fewer reviews gets no weight."""
PENALTY = 1e-4
ITERATIONS = 80
SET_POWER = 0.75
"""A set weighs its size to this power: large sets count more, but do not drown the others."""
LABEL_POWER = 0.4
"""Within a set a label weighs its scarcity to this power: not quite half-way to balanced."""
STEPS = 127
"""Largest absolute weight of int8."""
CLIPPED_SHARE = 1e-5
"""Share of weights cut to the largest step, so that the rest keep their resolution."""


def main() -> None:
    """Train, write the weights, measure, write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=SHIPPED_WEIGHTS)
    parser.add_argument("--card", type=Path, default=Path("docs/models/sentiment-fast.md"))
    arguments = parser.parse_args()
    reviews = read_reviews(arguments.data / "sentiment-train.jsonl.gz")
    with threadpool_limits(1):
        weights = train(reviews, arguments.weights)
    model = FastModel(weights, LanguageIdentifier())
    print(f"{weights.revision}: {arguments.weights.stat().st_size:,} bytes")
    held_out = [review for review in reviews if review.is_held_out]
    verdicts = sure_verdicts(held_out, LinearScorer(weights))
    print("sure verdicts by star:", *verdicts.round(3).tolist(), sep="\n  ")
    fitted = [review for review in reviews if not review.is_held_out]
    evaluations = {
        "dev": _evaluation(arguments.data, model, fitted),
        "held out": evaluate(model, held_out, None),
    }
    write_card(arguments.card, weights, fitted, evaluations, verdicts)
    print(arguments.card.read_text(encoding="utf-8"))


def _evaluation(data: Path, model: FastModel, fitted: Sequence[LabelledReview]) -> Evaluation:
    dev = read_reviews(data / "sentiment-dev.jsonl.gz")
    with threadpool_limits(1):
        return evaluate(
            model, dev, baseline_probabilities(fitted, dev, row_weights(fitted, LABEL_POWER))
        )


def train(reviews: Sequence[LabelledReview], path: Path) -> Weights:
    """Fit on all but the held-out slice, quantise, calibrate on that slice, write."""
    fitted = [review for review in reviews if not review.is_held_out]
    matrix = feature_matrix([review.text for review in fitted], ROW_BITS)
    rarity = _rarity(matrix)
    found = fit(
        (matrix @ diags(rarity)).tocsr(),
        targets(fitted),
        row_weights(fitted, LABEL_POWER),
        penalty=PENALTY,
        iterations=ITERATIONS,
    )
    table, scales = _quantised(found.table * rarity[:, None])
    header = _header(found, scales)
    held_out = [review for review in reviews if review.is_held_out]
    temperature = _temperature(held_out, Weights(header=header, table=table))
    return write_weights(path, _header(found, scales, temperature), table)


def row_weights(reviews: Sequence[LabelledReview], label_power: float) -> Floats:
    """Weight of each review, by its set and by its label within the set."""
    sets = Counter(review.dataset for review in reviews)
    cells = Counter((review.dataset, review.label) for review in reviews)
    totals: defaultdict[str, float] = defaultdict(float)
    for (dataset, _), size in cells.items():
        totals[dataset] += size ** (1 - label_power)
    return np.array(
        [
            sets[review.dataset] ** SET_POWER
            * cells[review.dataset, review.label] ** -label_power
            / totals[review.dataset]
            for review in reviews
        ]
    )


def sure_verdicts(reviews: Sequence[LabelledReview], scorer: LinearScorer) -> Floats:
    """(5 stars, 3 labels): mean distribution of sure texts, sets weighed as in training."""
    starred = [review for review in reviews if review.star in range(1, STARS + 1)]
    given = np.array([review.star for review in starred])
    stars = scorer.probabilities([review.text for review in starred])
    verdicts = np.stack([stars[:, :2].sum(1), stars[:, 2], stars[:, 3:].sum(1)], axis=1)
    weights = row_weights(starred, 0.0) * (verdicts.max(axis=1) >= SURE)
    return np.array(
        [
            np.average(verdicts[given == star], axis=0, weights=weights[given == star])
            for star in range(1, STARS + 1)
        ]
    )


def _rarity(matrix: csr_matrix) -> Floats:
    """Inverse document frequency, zero for what is too rare; folded into the weights later."""
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity: Floats = np.log((1 + matrix.shape[0]) / (1 + seen)) + 1
    rarity[seen < LEAST_REVIEWS] = 0.0
    rounded: Floats = rarity.astype(np.float32).astype(np.float64)
    return rounded


def _quantised(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    scales = np.quantile(np.abs(table), 1 - CLIPPED_SHARE, axis=0) / STEPS
    steps = np.clip(np.rint(table / scales), -STEPS, STEPS)
    return steps.astype(np.int8), scales


def _header(found: Fit, scales: Floats, temperature: float = 1.0) -> WeightsHeader:
    return WeightsHeader(
        name="fast",
        row_bits=ROW_BITS,
        scales=tuple(scales.tolist()),
        bias=tuple(found.bias.tolist()),
        temperature=temperature,
    )


def _temperature(reviews: Sequence[LabelledReview], weights: Weights) -> float:
    """The temperature under which the held-out answers are most probable."""
    target, importance = targets(reviews), row_weights(reviews, 0.0)
    raw = LinearScorer(weights).probabilities([review.text for review in reviews])
    logits = np.log(np.maximum(raw, 1e-300))

    def loss(temperature: float) -> float:
        powers = np.exp(logits / temperature)
        hit = (powers * target).sum(axis=1) / powers.sum(axis=1)
        return -float((importance * np.log(np.maximum(hit, 1e-12))).sum())

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 4)


if __name__ == "__main__":
    main()
