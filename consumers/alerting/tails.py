"""Tail probabilities of counts, so that rules can say how surprising a number is."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MAX_SURPRISE = 300.0
"""Surprises are capped here: beyond it a probability is no longer a float."""
_NEGLIGIBLE = 1e-13

_lgamma = np.vectorize(math.lgamma, otypes=[np.float64])


def surprise(probability: float) -> float:
    """−log10 of a probability, within 0…300."""
    if probability <= 10.0**-MAX_SURPRISE:
        return MAX_SURPRISE
    return max(0.0, -math.log10(min(1.0, probability)))


def negative_binomial_tail(observed: int, mean: float, size: float) -> float:
    """P(X ≥ observed) for the negative binomial of this mean and size r
    (variance mean + mean² / r)."""
    return float(10.0 ** -negative_binomial_surprises(
        np.array([observed], dtype=np.float64), np.array([mean]), np.array([size])
    )[0])  # fmt: skip


def negative_binomial_surprises(observed: Floats, mean: Floats, size: Floats) -> Floats:
    """−log10 P(X ≥ observed), element by element.

    The first term comes from log-gamma, the following by their ratio
    (k + r) / (k + 1) · mean / (mean + r), until they no longer count. Below the mean the
    complement is summed the same way downwards, because the upper tail converges slowly there.
    """
    result = np.zeros_like(mean)
    upper = (observed > mean) & (observed > 0)
    lower = ~upper & (observed > 0)
    result[upper] = _upper(observed[upper], mean[upper], size[upper])
    result[lower] = _lower(observed[lower], mean[lower], size[lower])
    return np.clip(result, 0.0, MAX_SURPRISE)


def _log_pmf(count: Floats, mean: Floats, size: Floats) -> Floats:
    return np.asarray(
        _lgamma(count + size) - _lgamma(size) - _lgamma(count + 1.0)
        + size * np.log(size / (size + mean)) + count * np.log(mean / (size + mean)),
        dtype=np.float64,
    )  # fmt: skip


def _upper(observed: Floats, mean: Floats, size: Floats) -> Floats:
    if observed.size == 0:
        return mean
    mean = np.maximum(mean, 1e-12)
    step = mean / (mean + size)
    total, term, count = np.ones_like(mean), np.ones_like(mean), observed.copy()
    while True:
        ratio = (count + size) / (count + 1.0) * step
        term = term * ratio
        total += term
        count += 1.0
        if np.all(term <= _NEGLIGIBLE * total * np.maximum(1.0 - ratio, 1e-9)):
            break
    return np.asarray(-(_log_pmf(observed, mean, size) + np.log(total)) / math.log(10.0))


def _lower(observed: Floats, mean: Floats, size: Floats) -> Floats:
    if observed.size == 0:
        return mean
    step = mean / (mean + size)
    count = observed - 1.0
    term = np.exp(_log_pmf(count, mean, size))
    below = term.copy()
    while np.any((count > 0) & (term > _NEGLIGIBLE)):
        alive = count > 0
        ratio = np.where(alive, count / ((count - 1.0 + size) * step), 0.0)
        term = term * ratio
        below += term
        count = np.maximum(count - 1.0, 0.0)
    return np.asarray(-np.log10(np.clip(1.0 - below, 1e-300, 1.0)))


def beta_binomial_tail(observed: int, trials: int, share: float, precision: float) -> float:
    """P(X ≥ observed) of `trials` when their probability is Beta(share·precision, rest)."""
    if observed <= 0:
        return 1.0
    if observed > trials:
        return 0.0
    a, b = share * precision, (1.0 - share) * precision
    if a <= 0.0 or b <= 0.0:
        return 0.0 if a <= 0.0 else 1.0
    start = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    counts = np.arange(observed, trials + 1, dtype=np.float64)
    logs = (
        math.lgamma(trials + 1.0) - _lgamma(counts + 1.0) - _lgamma(trials - counts + 1.0)
        + _lgamma(counts + a) + _lgamma(trials - counts + b) - math.lgamma(trials + a + b) - start
    )  # fmt: skip
    return min(1.0, float(np.exp(logs).sum()))


def hypergeometric_tail(count: int, whole: int, usual_count: int, usual_whole: int) -> float:
    """P(X ≥ count) when `count + usual_count` marks fall by chance on `whole + usual_whole`
    places and X are those on the `whole`: the one-sided exact test of Fisher."""
    places, marks = whole + usual_whole, count + usual_count
    ways = sum(
        math.comb(marks, hit) * math.comb(places - marks, whole - hit)
        for hit in range(count, min(marks, whole) + 1)
    )
    return ways / math.comb(places, whole)
