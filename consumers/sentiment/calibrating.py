"""From the network's logits to probabilities that mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.artefact import Calibration, Line

Doubles = NDArray[np.float64]
MIXED, JUNK = 0, 1
"""Columns of the flags."""


class Calibrator:
    """The calibration of one artefact; every method takes logits of any leading shape."""

    def __init__(self, calibration: Calibration) -> None:
        self._numbers = calibration
        self._slope = np.asarray(calibration.aspects.slope)
        self._offset = np.asarray(calibration.aspects.offset)
        self._bias = np.asarray(calibration.sentiment.bias)

    def sentiment(self, logits: Doubles) -> Doubles:
        """(…, 3): negative, neutral, positive."""
        return softmax(logits / self._numbers.sentiment.temperature + self._bias)

    def stars(self, logits: Doubles) -> Doubles:
        """(…, 5)"""
        return softmax(logits / self._numbers.stars.temperature)

    def mixed(self, flags: Doubles) -> Doubles:
        """(…) from flags of (…, 2)."""
        return _logistic(flags[..., MIXED], self._numbers.mixed)

    def junk(self, flags: Doubles) -> Doubles:
        """(…) from flags of (…, 2)."""
        return _logistic(flags[..., JUNK], self._numbers.junk)

    def aspects(self, logits: Doubles) -> Doubles:
        """(…, A): that each aspect is judged."""
        return sigmoid(logits * self._slope + self._offset)

    def polarity(self, logits: Doubles) -> Doubles:
        """(…, A, 3): negative, neutral, positive of each aspect, if it is judged."""
        return softmax(logits / self._numbers.polarity.temperature)


def softmax(logits: Doubles) -> Doubles:
    """Along the last axis."""
    powers: Doubles = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Doubles = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(logits: Doubles) -> Doubles:
    """Without overflow, whatever comes."""
    found: Doubles = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return found


def _logistic(logits: Doubles, line: Line) -> Doubles:
    slope, offset = line
    return sigmoid(logits * slope + offset)
