"""When a listing has to be read in full: after a while, and where a pass may have left a gap."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawlers.intervals import JITTER
from crawlers.journal import KEPT_FOR
from crawlers.outcomes import Outcome
from pipeline.mongo import Document
from pipeline.records import CrawlReport

RESUMED_WITHIN = KEPT_FOR - timedelta(hours=1)
"""A job may wait for a worker while the position ages."""


def is_full_due(listing: Document, now: datetime, full_every: timedelta) -> bool:
    """Whether the next pass is to read everything.

    A visit that comes a little early stands for the full pass: a quiet listing is visited about as
    often as it is read in full, and one visit just before the time would put it off to the next.
    """
    last_full: datetime | None = listing.get("last_full_at")
    is_time = last_full is None or now - last_full >= full_every * (1 - JITTER)
    return is_time or _may_have_gap(listing, now)


def next_visit(
    now: datetime, wait: timedelta, last_full: datetime, full_every: timedelta
) -> datetime:
    """When to look again: after the wait, but no later than everything is to be read again."""
    return max(now, min(now + wait, last_full + full_every))


def partly_read_since(listing: Document, report: CrawlReport, now: datetime) -> datetime | None:
    """Since when newer reviews than those of an unread page are in the store; None when not."""
    since: datetime | None = listing.get("partly_read_since")
    return since or (now if report.pages else None)


def _may_have_gap(listing: Document, now: datetime) -> bool:
    """Whether a pass failed below pages that it had published, and the next one cannot go on there:
    there are reviews that nobody has read below known ones."""
    since: datetime | None = listing.get("partly_read_since")
    if since is None:
        return False
    ended = listing.get("last")
    if ended is None:  # the first pass has died
        return True
    return now - since > RESUMED_WITHIN or not Outcome(ended["outcome"]).keeps_place
