"""Numbers that make the network's answers mean what they say, fitted on texts it did not learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from consumers.sentiment.artefact import BiasedTemperature, Line, Pool, Temperature
from consumers.sentiment.calibrating import sigmoid, softmax
from consumers.sentiment.second_reader import pool_of
from training.answers import STARS
from training.measures import calibration_error

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
LEAST_OF_EACH = 12
"""Examples of each answer that a line needs; with fewer it stays as the network gives it."""
MOST_SHIFT = 4.0


def fit_sentiment(logits: Doubles, labels: Integers) -> BiasedTemperature:
    """One temperature by maximum likelihood; no bias.

    A bias would fit the shares of the labels in these sets, which no other source has.
    """

    def loss(parameters: Doubles) -> float:
        return _likelihood(softmax(logits / np.exp(parameters[0])), labels)

    found = minimize(loss, np.zeros(1), method="Nelder-Mead")
    return BiasedTemperature(temperature=float(np.exp(found.x[0])), bias=(0.0, 0.0, 0.0))


def fit_temperature(logits: Doubles, labels: Integers) -> Temperature:
    """One temperature by maximum likelihood."""
    found = minimize(
        lambda at: _likelihood(softmax(logits / np.exp(at[0])), labels),
        np.zeros(1),
        method="Nelder-Mead",
    )
    return Temperature(temperature=float(np.exp(found.x[0])))


def fit_line(logits: Doubles, answers: NDArray[np.bool_]) -> Line:
    """Slope and offset of a logistic curve (Platt 1999), drawn to (1, 0) where data is scarce."""
    if min(answers.sum(), (~answers).sum()) < LEAST_OF_EACH:
        return 1.0, 0.0

    def loss(parameters: Doubles) -> float:
        probability = sigmoid(parameters[0] * logits + parameters[1]).clip(1e-6, 1 - 1e-6)
        chosen = np.where(answers, probability, 1 - probability)
        prior = (parameters[0] - 1) ** 2 + parameters[1] ** 2 / MOST_SHIFT
        return float(-np.log(chosen).sum() + prior)

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


def fit_pool(network: Doubles, words: Doubles, labels: Integers, share: float) -> Pool:
    """The sharpness of a pool with this share, by maximum likelihood."""

    def loss(parameters: Doubles) -> float:
        pool = Pool(share=share, sharpness=float(np.exp(parameters[0])))
        return _likelihood(pool_of(network, words, pool), labels)

    found = minimize(loss, np.zeros(1), method="Nelder-Mead")
    return Pool(share=share, sharpness=float(np.exp(found.x[0])))


def best_threshold(probabilities: Doubles, answers: NDArray[np.bool_], usual: float) -> float:
    """Where F1 is highest, on a grid; `usual` where there is too little to tell."""
    if answers.sum() < LEAST_OF_EACH:
        return usual
    grid = np.arange(0.15, 0.81, 0.05)
    scores = [f1(probabilities >= level, answers) for level in grid]
    return float(round(grid[int(np.argmax(scores))], 2))


def f1(chosen: NDArray[np.bool_], answers: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall; 0 when nothing is right."""
    hits = float((chosen & answers).sum())
    return 2 * hits / max(1.0, float(chosen.sum() + answers.sum()))


def expected_stars(logits: Doubles, temperature: float) -> Doubles:
    """(n,) mean star."""
    stars: Doubles = softmax(logits / temperature) @ np.arange(1.0, STARS + 1)
    return stars


def error_of(probabilities: Doubles, labels: Integers) -> float:
    """Expected calibration error of the most probable label."""
    return calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)


def _likelihood(probabilities: Doubles, labels: Integers) -> float:
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(chosen.clip(1e-9)).mean())
