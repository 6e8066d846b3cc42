"""Tail probabilities against sums over the definition."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from consumers.alerting.tails import (
    MAX_SURPRISE,
    beta_binomial_tail,
    hypergeometric_tail,
    negative_binomial_surprises,
    negative_binomial_tail,
    surprise,
)


def exact_negative_binomial_tail(observed: int, mean: Fraction, size: int) -> float:
    """1 − Σ C(k + r − 1, k) p^r q^k, in fractions."""
    p = Fraction(size) / (size + mean)
    below = sum(
        (math.comb(k + size - 1, k) * p**size * (1 - p) ** k for k in range(observed)),
        Fraction(0),
    )
    return float(1 - below)


@pytest.mark.parametrize("observed", [0, 1, 2, 5, 12, 30])
@pytest.mark.parametrize("mean", [Fraction(1, 10), Fraction(2), Fraction(15)])
@pytest.mark.parametrize("size", [1, 3, 20])
def test_negative_binomial_tail_equals_the_exact_sum(
    observed: int, mean: Fraction, size: int
) -> None:
    expected = exact_negative_binomial_tail(observed, mean, size)
    assert negative_binomial_tail(observed, float(mean), float(size)) == pytest.approx(expected)


def test_a_huge_size_is_poisson() -> None:
    poisson = 1 - sum(math.exp(-2) * 2**k / math.factorial(k) for k in range(7))
    assert negative_binomial_tail(7, 2.0, 1e8) == pytest.approx(poisson, rel=1e-4)


def test_far_tails_stay_finite_and_ordered() -> None:
    counts = np.array([50.0, 100.0, 400.0, 5_000.0])
    found = negative_binomial_surprises(counts, np.full(4, 0.1), np.full(4, 2.0))
    assert np.all(np.diff(found) >= 0)
    assert found[-1] == MAX_SURPRISE


@pytest.mark.parametrize(
    ("trials", "share", "precision"), [(5, 0.2, 30), (12, 0.5, 4), (1, 0.1, 9)]
)
def test_beta_binomial_tail_equals_the_exact_sum(trials: int, share: float, precision: int) -> None:
    a = Fraction(share).limit_denominator(100) * precision
    b = precision - a

    def rising(start: Fraction, steps: int) -> Fraction:
        return math.prod((start + step for step in range(steps)), start=Fraction(1))

    def mass(k: int) -> Fraction:
        return math.comb(trials, k) * rising(a, k) * rising(b, trials - k) / rising(a + b, trials)

    for observed in range(trials + 1):
        exact = float(sum((mass(k) for k in range(observed, trials + 1)), Fraction(0)))
        assert beta_binomial_tail(observed, trials, share, precision) == pytest.approx(exact)


def test_edges_of_the_beta_binomial() -> None:
    assert beta_binomial_tail(0, 5, 0.3, 30) == 1.0
    assert beta_binomial_tail(6, 5, 0.3, 30) == 0.0
    assert beta_binomial_tail(1, 5, 0.0, 30) == 0.0
    assert beta_binomial_tail(5, 5, 1.0, 30) == 1.0


@pytest.mark.parametrize(("count", "expected"), [(4, 1 / 70), (3, 17 / 70), (2, 53 / 70), (0, 1.0)])
def test_the_lady_tasting_tea(count: int, expected: float) -> None:
    """Fisher 1935, The Design of Experiments, chapter II: eight cups, four of either kind."""
    assert hypergeometric_tail(count, 4, 4 - count, 4) == pytest.approx(expected)


def test_the_hypergeometric_tail_of_the_largest_windows_is_exact() -> None:
    marks, places = 300 + 200, 500 + 600
    ways = sum(math.comb(marks, k) * math.comb(places - marks, 500 - k) for k in range(300, 501))
    exact = float(Fraction(ways, math.comb(places, 500)))
    assert hypergeometric_tail(300, 500, 200, 600) == pytest.approx(exact, rel=1e-12)
    assert 0 < exact < 1e-15


def test_surprise_of_impossible_and_certain() -> None:
    assert surprise(0.0) == MAX_SURPRISE
    assert surprise(1.0) == 0.0
    assert surprise(0.001) == pytest.approx(3.0)
