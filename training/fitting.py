"""A five-star softmax regression that also learns from rows which only say the polarity.

A row's answer is a set of possible stars: one for a starred review, two (1–2, 4–5) or one (3) for
a labelled one, two neighbours weighted for a half star. The loss is the negative logarithm of the
probability of that set, so one table gives both the three labels and the expected star.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from consumers.sentiment.features import Block, extract
from consumers.sentiment.model import ReviewText
from training.reviews import LabelledReview

Floats = NDArray[np.float64]
STARS = 5
_CHUNK = 2_000


@dataclass(frozen=True)
class Fit:
    """Weights of the table and of the constant."""

    table: Floats
    """(rows, 5)."""
    bias: Floats
    """(5,)."""


def feature_matrix(texts: Sequence[ReviewText], row_bits: int) -> csr_matrix:
    """One row a review: counts over the square root of their number, both blocks added."""
    chunks = [
        _chunk(texts[start : start + _CHUNK], row_bits) for start in range(0, len(texts), _CHUNK)
    ]
    return vstack(chunks, format="csr")


def _chunk(texts: Sequence[ReviewText], row_bits: int) -> csr_matrix:
    shape = (len(texts), 2**row_bits)
    word_matrix, character_matrix = (
        csr_matrix((_values(block), (block.owners, block.rows)), shape=shape)
        for block in extract(texts, row_bits)
    )
    return (word_matrix + character_matrix).astype(np.float32)


def _values(block: Block) -> Floats:
    return 1.0 / np.sqrt(np.maximum(block.counts, 1))[block.owners]


LABEL_STARS: tuple[list[float], ...] = (
    [1.0, 1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 1.0, 1.0],
)
"""The stars that a bare label may stand for."""


def targets(reviews: Sequence[LabelledReview]) -> Floats:
    """(reviews, 5): weight of each star in the set of right answers."""
    return np.array([_target(review) for review in reviews])


def _target(review: LabelledReview) -> list[float]:
    if review.star is None:
        return [[1.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 1.0]][
            review.label
        ]
    return [max(0.0, 1.0 - abs(review.star - star)) for star in range(1, STARS + 1)]


def fit(
    matrix: csr_matrix, target: Floats, weights: Floats, *, penalty: float, iterations: int
) -> Fit:
    """Minimise the weighted loss plus penalty/2 · |table|², by L-BFGS; deterministic."""
    rows = matrix.shape[1]
    transposed = matrix.T.tocsr()
    scale = weights / weights.sum()

    def loss(flat: Floats) -> tuple[float, Floats]:
        table, bias = flat[: rows * STARS].reshape(rows, STARS), flat[rows * STARS :]
        probabilities = softmax(matrix @ table.astype(np.float32) + bias)
        joint = probabilities * target
        hit = np.maximum(joint.sum(axis=1), 1e-12)
        residual = scale[:, None] * (probabilities - joint / hit[:, None])
        gradient = transposed @ residual.astype(np.float32) + penalty * table
        value = -(scale * np.log(hit)).sum() + penalty / 2 * float((table**2).sum())
        return value, np.concatenate([gradient.ravel(), residual.sum(axis=0)])

    start = np.zeros(rows * STARS + STARS)
    options = {"maxiter": iterations, "maxcor": 6}
    flat = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return Fit(flat[: rows * STARS].reshape(rows, STARS), flat[rows * STARS :])


def softmax(scores: Floats) -> Floats:
    """Row-wise, in double precision."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True), dtype=np.float64)
    result: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return result
