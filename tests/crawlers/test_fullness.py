"""Everything is read again in time, and where a failed pass may have left a gap."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.fullness import RESUMED_WITHIN, is_full_due, next_visit
from crawlers.intervals import JITTER, jittered
from crawlers.outcomes import Outcome
from pipeline.mongo import Document
from tests.crawlers.conftest import NOW

WEEK = timedelta(days=7)


@given(st.floats(0.25, 7.0), st.text(max_size=5))
def test_no_listing_waits_longer_than_a_week_for_its_full_pass(days: float, key: str) -> None:
    """Whatever its interval, and wherever its jitter puts the visits."""
    now = last_full = NOW
    fulls: list[datetime] = []
    for visit in range(200):
        now = next_visit(now, jittered(timedelta(days=days), key, visit), last_full, WEEK)
        if is_full_due({"last_full_at": last_full}, now, WEEK):
            assert WEEK * (1 - JITTER) <= now - last_full <= WEEK
            last_full = now
            fulls.append(now)
    assert fulls or days * 200 < 14


def test_a_listing_that_was_never_read_in_full_is() -> None:
    assert is_full_due({}, NOW, WEEK)


@pytest.mark.parametrize(
    ("outcome", "age", "is_gap"),
    [
        (Outcome.CAPTCHA, timedelta(hours=6), False),
        (Outcome.CAPTCHA, RESUMED_WITHIN + timedelta(minutes=1), True),
        (Outcome.HTTP_ERROR, timedelta(hours=1), True),
        (Outcome.LAYOUT_CHANGE, timedelta(hours=1), True),
    ],
)
def test_below_published_pages_that_no_pass_goes_on_from_everything_is_read(
    outcome: Outcome, age: timedelta, is_gap: bool
) -> None:
    listing: Document = {
        "last_full_at": NOW, "last": {"outcome": str(outcome)}, "partly_read_since": NOW - age,
    }  # fmt: skip
    assert is_full_due(listing, NOW, WEEK) == is_gap
    assert not is_full_due({**listing, "partly_read_since": None}, NOW, WEEK)
