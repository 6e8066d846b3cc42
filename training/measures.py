"""The figures quoted in model cards, each as it is usually defined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BINS = 15


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a model reaches on some reviews; None where the reviews cannot tell."""

    size: int
    macro_f1: float
    """Mean F1 over the labels that occur among the answers."""
    accuracy: float
    polarity_accuracy: float | None
    """Negative against positive, on rows that are one of the two."""
    star_error: float | None
    """Mean absolute error of the expected star."""
    calibration_error: float
    """Expected calibration error of the most probable label, 15 bins of equal mass."""


def measure(
    labels: Integers, probabilities: Floats, stars: Floats, expected_stars: Floats | None
) -> Figures:
    """Figures of `probabilities` (n, 3) against `labels`; `stars` are NaN where not given."""
    chosen = probabilities.argmax(axis=1)
    starred = ~np.isnan(stars)
    star_error = None
    if expected_stars is not None and starred.any():
        star_error = float(np.abs(expected_stars - stars)[starred].mean())
    return Figures(
        size=len(labels),
        macro_f1=macro_f1(labels, chosen),
        accuracy=float((labels == chosen).mean()),
        polarity_accuracy=_polarity_accuracy(labels, probabilities),
        star_error=star_error,
        calibration_error=calibration_error(probabilities.max(axis=1), labels == chosen),
    )


def macro_f1(labels: Integers, chosen: Integers) -> float:
    """Mean F1 over the labels that occur in `labels`."""
    scores = []
    for label in np.unique(labels):
        hits = float(((labels == label) & (chosen == label)).sum())
        scores.append(2 * hits / float((labels == label).sum() + (chosen == label).sum()))
    return float(np.mean(scores))


def calibration_error(confidences: Floats, is_right: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and share of right answers, over bins of equal mass."""
    order = np.argsort(confidences, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(confidences[part].mean() - is_right[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))


def _polarity_accuracy(labels: Integers, probabilities: Floats) -> float | None:
    decided = labels != 1
    if not decided.any():
        return None
    is_positive = probabilities[decided, 2] > probabilities[decided, 0]
    return float((is_positive == (labels[decided] == 2)).mean())
