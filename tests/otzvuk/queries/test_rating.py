"""The rating shrinks, forgets, doubts, and does not follow a burst."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from otzvuk.queries.rating import Opinion, reputation, wilson

TODAY = date(2026, 3, 10)


def opinion(days_ago: int, rating: float | None, authenticity: float = 1.0) -> Opinion:
    positive = rating is not None and rating >= 4
    return Opinion(TODAY - timedelta(days=days_ago), rating, positive, authenticity)


def test_the_formula_by_hand() -> None:
    """Half believed, two of today and two of a year ago: (7·3 + 5/2 + 5/2 + 1/4 + 1/4) / 8.5."""
    given = [*[opinion(0, 5, 0.5)] * 2, *[opinion(365, 1, 0.5)] * 2]
    found = reputation(given, today=TODAY, prior_mean=3.0)
    assert found.capped_days == 0
    assert found.raw_mean == 3.0
    assert found.effective_rated == pytest.approx(1.5**2 / 0.625)
    assert found.weighted == pytest.approx(26.5 / 8.5)


def test_a_figure_without_weight_behind_it_is_hidden() -> None:
    found = reputation([opinion(0, 5), opinion(1, 5)], today=TODAY, prior_mean=3.0)
    assert (found.weighted, found.positive_share) == (None, None)
    assert reputation([], today=TODAY, prior_mean=3.0).raw_mean is None


def test_doubtful_reviews_count_less() -> None:
    real = [opinion(day, 2) for day in range(0, 300, 10)]
    fakes = [opinion(day, 5, authenticity=0.1) for day in range(0, 300, 10)]
    found = reputation([*real, *fakes], today=TODAY, prior_mean=3.0)
    assert found.raw_mean == 3.5
    assert found.weighted is not None
    assert found.weighted < 2.5


def test_a_burst_moves_the_rating_less_than_the_mean() -> None:
    calm = [opinion(day, 4) for day in range(0, 300, 10)]
    burst = [opinion(150, 1) for _ in range(30)]
    found = reputation([*calm, *burst], today=TODAY, prior_mean=4.0)
    assert found.capped_days == 1
    assert found.raw_mean == 2.5
    assert found.weighted is not None
    assert found.weighted > 3.7


def test_wilson_agrees_with_the_published_interval() -> None:
    """Newcombe 1998, table I: 81 of 263."""
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
