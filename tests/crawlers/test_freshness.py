"""Silence is judged by the entity's own history."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from crawlers.freshness import LEAST_EVENTS, freshness

TODAY = date(2026, 5, 4)


def every(days: int, *, silent: int, count: int = 1, length: int = 200) -> dict[date, int]:
    last = TODAY - timedelta(days=silent)
    return {last - timedelta(days=age): count for age in range(0, length, days)}


@pytest.mark.parametrize(
    ("days", "silent", "is_stale"),
    [(1, 3, False), (1, 9, True), (7, 14, False), (7, 30, False), (7, 120, True), (30, 90, False)],
)
def test_a_silence_is_stale_when_the_own_rhythm_makes_it_improbable(
    days: int, silent: int, is_stale: bool
) -> None:
    found = freshness(every(days, silent=silent), TODAY)
    assert found is not None
    assert found.silent_days == silent
    assert found.is_stale is is_stale


def test_bursts_do_not_make_a_quiet_source_look_busy() -> None:
    found = freshness(every(10, silent=25, count=40), TODAY)
    assert found is not None
    assert not found.is_stale


def test_the_expected_wait_and_the_rate_are_those_of_the_history() -> None:
    found = freshness(every(5, silent=0, count=2), TODAY)
    assert found is not None
    assert found.expected_days == pytest.approx(5, rel=0.25)
    assert found.reviews_per_day == pytest.approx(0.4, rel=0.25)


def test_little_history_surprises_nobody() -> None:
    assert freshness({}, TODAY) is None
    few = {TODAY - timedelta(days=300 + age): 1 for age in range(LEAST_EVENTS - 1)}
    found = freshness(few, TODAY)
    assert found is not None
    assert not found.is_stale


def test_of_quiet_times_few_are_called_stale() -> None:
    """A Poisson source, looked at every day for two years: about one look in a thousand."""
    source = random.Random(7)
    days: dict[date, int] = {}
    looks = stale = 0
    for age in range(3_000, 0, -1):
        today = TODAY - timedelta(days=age)
        if source.random() < 0.2:
            days[today] = 1
        if age < 2_800 and (found := freshness(days, today)):
            looks += 1
            stale += found.is_stale
    assert stale / looks < 0.004
