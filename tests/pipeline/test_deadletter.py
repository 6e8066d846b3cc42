"""A few bad messages are put aside; a flood stops the stage before it is committed."""

from __future__ import annotations

import pytest

from pipeline.deadletter import DeadLetterGuard, DeadLetterPolicy
from pipeline.errors import TooManyDeadLetters


def test_the_limit_is_within_a_window() -> None:
    guard = DeadLetterGuard(DeadLetterPolicy(limit=3, window_seconds=60))
    guard.admit("s", 3, "x", now=0)
    guard.admit("s", 3, "x", now=61)


def test_a_flood_stops_the_stage_with_the_reason() -> None:
    guard = DeadLetterGuard(DeadLetterPolicy(limit=3, window_seconds=60))
    guard.admit("s", 2, "x", now=0)
    with pytest.raises(TooManyDeadLetters, match="no such topic"):
        guard.admit("s", 2, "no such topic", now=59)


def test_a_refused_admission_does_not_count() -> None:
    guard = DeadLetterGuard(DeadLetterPolicy(limit=3, window_seconds=60))
    with pytest.raises(TooManyDeadLetters):
        guard.admit("s", 4, "x", now=0)
    guard.admit("s", 3, "x", now=0)
