"""The fast tier's arithmetic: hashed n-grams times a table of small integers, a batch at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.features import Block, extract
from consumers.sentiment.model import ReviewText
from consumers.sentiment.weights_file import STARS, Weights

Floats = NDArray[np.float64]


class LinearScorer:
    """Probabilities of one to five stars for the words of reviews."""

    def __init__(self, weights: Weights) -> None:
        header = weights.header
        self._row_bits = header.row_bits
        self._columns = [
            np.ascontiguousarray(weights.table[:, star]).astype(np.float64) for star in range(STARS)
        ]
        self._scales = np.array(header.scales)
        self._bias = np.array(header.bias)
        self._temperature = header.temperature

    def probabilities(self, texts: Sequence[ReviewText]) -> Floats:
        """(texts, 5); each row sums to one and does not depend on the other texts."""
        blocks = extract(texts, self._row_bits)
        scores = sum((self._sums(block) for block in blocks), self._bias)
        shifted = scores / self._temperature
        powers = np.exp(shifted - shifted.max(axis=1, keepdims=True, initial=-np.inf))
        result: Floats = powers / powers.sum(axis=1, keepdims=True)
        return result

    def _sums(self, block: Block) -> Floats:
        """Integer sums, exact in a double, hence the same in any batch."""
        size = len(block.counts)
        sums = np.stack(
            [
                np.bincount(block.owners, weights=column[block.rows], minlength=size)
                for column in self._columns
            ],
            axis=1,
        )
        norms = np.sqrt(np.maximum(block.counts, 1))
        scaled: Floats = sums / norms[:, None] * self._scales
        return scaled
