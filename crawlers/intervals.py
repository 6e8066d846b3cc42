"""When a listing is read again: often where much is written, rarely where it fails."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from crawlers.outcomes import Outcome
from pipeline.identity import digest
from pipeline.settings import CrawlSettings

WANTED_REVIEWS = 1.0
"""A visit should find about one new review: fewer would be idle requests, more would be late."""
JITTER = 0.1
"""Visits are moved by up to so much of their interval, so that equal ones do not come together."""
MOST_DOUBLINGS = 10


class IntervalPolicy(Struct, frozen=True, kw_only=True):
    """Bounds and waits."""

    shortest: timedelta
    longest: timedelta
    unknown: timedelta = timedelta(days=1)
    """While nothing is known of how often reviews appear."""
    after_failure: timedelta = timedelta(minutes=15)
    """First wait after a failure that may pass by itself; it doubles."""
    after_ban: timedelta = timedelta(hours=6)
    """First wait after the site shut us out; it doubles."""
    after_refusal: timedelta = timedelta(days=1)
    """First wait after a failure that a person must look at; it doubles."""


def policy_of(crawl: CrawlSettings) -> IntervalPolicy:
    """The policy that the settings ask for."""
    return IntervalPolicy(
        shortest=timedelta(hours=crawl.shortest_interval_hours),
        longest=timedelta(days=crawl.longest_interval_days),
    )


def after_success(policy: IntervalPolicy, reviews_per_day: float | None) -> timedelta:
    """Time in which about one new review is expected, within the bounds."""
    if reviews_per_day is None:
        return _bounded(policy, policy.unknown)
    if reviews_per_day <= WANTED_REVIEWS / (policy.longest / timedelta(days=1)):
        return policy.longest
    return _bounded(policy, timedelta(days=WANTED_REVIEWS / reviews_per_day))


def after_failure(policy: IntervalPolicy, outcome: Outcome, failures: int) -> timedelta:
    """The wait before the next try; `failures` counts those in a row, this one included."""
    if outcome is Outcome.INTERRUPTED:
        return timedelta()
    first = policy.after_failure
    if outcome.is_ban:
        first = policy.after_ban
    elif outcome.needs_a_person:
        first = policy.after_refusal
    return min(policy.longest, first * 2.0 ** min(failures - 1, MOST_DOUBLINGS))


def jittered(interval: timedelta, key: str, visit: int) -> timedelta:
    """The interval moved by at most JITTER of it, always alike for one key and visit."""
    share = int(digest(key, visit)[:8], 16) / 0xFFFFFFFF
    return interval * (1 - JITTER + 2 * JITTER * share)


def _bounded(policy: IntervalPolicy, interval: timedelta) -> timedelta:
    return max(policy.shortest, min(policy.longest, interval))
