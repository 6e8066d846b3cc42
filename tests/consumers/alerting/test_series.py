"""Day buckets become one series."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from consumers.alerting.series import arrival_profile, series_from_buckets
from tests.consumers.alerting.alerting_worlds import ENTITY, bucket


def test_sources_are_added_up_and_gaps_are_zero() -> None:
    buckets = [
        bucket(date(2024, 5, 1), total=3, negative_distinct=1, source="maps"),
        bucket(date(2024, 5, 1), total=2, negative_distinct=2, source="forum"),
        bucket(date(2024, 5, 4), total=1, rated=1, rating_sum=4.0),
    ]
    found = series_from_buckets(ENTITY, buckets, date(2024, 5, 5))
    assert found is not None
    assert found.total.tolist() == [5, 0, 0, 1, 0]
    assert found.negative.tolist() == [3, 0, 0, 0, 0]
    assert found.rating_sum[3] == 4.0
    assert found.last_day == date(2024, 5, 5)


def test_days_after_the_last_are_left_out() -> None:
    buckets = [bucket(date(2024, 5, 1), total=1), bucket(date(2024, 5, 9), total=9)]
    found = series_from_buckets(ENTITY, buckets, date(2024, 5, 3))
    assert found is not None
    assert found.total.sum() == 1
    assert series_from_buckets(ENTITY, buckets, date(2024, 4, 1)) is None


def test_arrivals_become_a_profile() -> None:
    arrivals = np.zeros(61)
    arrivals[[0, 1, 30]] = [50, 25, 25]
    profile = arrival_profile(arrivals)
    assert profile[0] == pytest.approx(0.5, abs=0.05)
    assert profile[6] == pytest.approx(0.75, abs=0.05)
    assert np.all(np.diff(profile) >= 0)


def test_without_arrivals_everything_counts_as_crawled() -> None:
    assert arrival_profile(np.zeros(61)).tolist() == [1.0] * 7


def test_history_counts_as_arrived_on_its_day() -> None:
    buckets = [bucket(date(2024, 5, 1), total=9, arrivals={"5": 9})]
    found = series_from_buckets(ENTITY, buckets, date(2024, 5, 1))
    assert found is not None
    assert found.arrival[0] < 1.0
    assert found.as_history().arrival.tolist() == [1.0] * 7
