"""The word for a score; never "fake", which nobody who sees public pages alone can know."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import SignalReading, Verdict

MIN_GROUPS = 2
"""Groups of signals that must have spoken for any verdict."""
CONFIRMED_FROM = 0.9
PLAUSIBLE_FROM = 0.75
UNUSUAL_FROM = 0.5
"""Below it "not confirmed"; the prior of .08 alone gives .92."""
MARK = "provenance_mark"
MARK_AT_MOST = -0.5
"""Contribution of the source's mark that can confirm: a confirmed purchase or identity."""
RED_FLAG = 0.9
"""Contribution of a single signal that forbids "confirmed"."""

VERDICT_RU: dict[Verdict, str] = {
    "confirmed": "подтверждён",
    "plausible": "правдоподобен",
    "unusual": "необычен",
    "not_confirmed": "не подтверждён",
    "insufficient_evidence": "данных недостаточно",
}
VERDICT_EN: dict[Verdict, str] = {
    "confirmed": "confirmed",
    "plausible": "plausible",
    "unusual": "unusual",
    "not_confirmed": "not confirmed",
    "insufficient_evidence": "insufficient evidence",
}


def verdict(score: float, groups: int, readings: Sequence[SignalReading]) -> Verdict:
    """The verdict on a score that `groups` groups of signals led to."""
    if groups < MIN_GROUPS:
        return "insufficient_evidence"
    if score < UNUSUAL_FROM:
        return "not_confirmed"
    if score < PLAUSIBLE_FROM:
        return "unusual"
    if score >= CONFIRMED_FROM and _is_vouched_for(readings):
        return "confirmed"
    return "plausible"


def _is_vouched_for(readings: Sequence[SignalReading]) -> bool:
    has_mark = any(r.name == MARK and r.contribution <= MARK_AT_MOST for r in readings)
    return has_mark and not any(r.contribution >= RED_FLAG for r in readings)
