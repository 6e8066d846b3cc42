"""Visits adapt to the source, back off from failures, and are not all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.intervals import JITTER, after_failure, after_success, jittered, policy_of
from crawlers.outcomes import Outcome
from pipeline.settings import CrawlSettings

POLICY = policy_of(CrawlSettings())


@pytest.mark.parametrize(
    ("rate", "hours"), [(None, 24), (0.0, 168), (0.01, 168), (0.5, 48), (1.0, 24), (100.0, 6)]
)
def test_the_interval_holds_about_one_review_within_its_bounds(
    rate: float | None, hours: float
) -> None:
    assert after_success(POLICY, rate) == timedelta(hours=hours)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one.is_failure])
def test_failures_double_the_wait_up_to_the_longest(outcome: Outcome) -> None:
    waits = [after_failure(POLICY, outcome, failures) for failures in range(1, 20)]
    assert waits == sorted(waits)
    assert waits[-1] in (POLICY.longest, timedelta())
    if outcome is not Outcome.INTERRUPTED:
        assert waits[1] == 2 * waits[0]


def test_a_ban_waits_longer_than_an_accident() -> None:
    accident = after_failure(POLICY, Outcome.TIMEOUT, 1)
    assert after_failure(POLICY, Outcome.CAPTCHA, 1) > 10 * accident
    assert after_failure(POLICY, Outcome.KEY_MISSING, 1) > 10 * accident


def test_jitter_is_small_the_same_for_the_same_visit_and_different_for_others() -> None:
    day = timedelta(days=1)
    moved = [jittered(day, "listing", visit) for visit in range(50)]
    assert len(set(moved)) == 50
    assert all(abs(one / day - 1) <= JITTER for one in moved)
    assert moved == [jittered(day, "listing", visit) for visit in range(50)]
