"""Gives out due crawl jobs: one at a time for a listing, one at a time for a site."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from crawlers.listing import Listing
from crawlers.schedule import Schedule
from pipeline import metrics
from pipeline.clock import Clock
from pipeline.errors import LogUnavailable
from pipeline.mongo import Document
from pipeline.records import CrawlJob

logger = logging.getLogger(__name__)

SHOW_SECONDS = 30.0

Publish = Callable[[CrawlJob], None]
"""Puts a job on the log durably; may raise LogUnavailable."""
Watched = Callable[[], Iterable[Listing]]
"""What is watched now."""


class Scheduler:
    """One round at a time; any number of schedulers may run beside each other."""

    def __init__(
        self, schedule: Schedule, watched: Watched, publish: Publish, clock: Clock
    ) -> None:
        self._schedule = schedule
        self._watched = watched
        self._publish = publish
        self._clock = clock
        self._synced: frozenset[Listing] | None = None
        self._show_at = float("-inf")

    def round(self) -> list[CrawlJob]:
        """Give out what is due; returns the jobs. Raises StoreUnavailable or LogUnavailable."""
        now = self._clock.now()
        self._sync(now)
        taken = self._schedule.busy_sites(now) | self._schedule.paused_sites(now)
        given = []
        for document in self._schedule.due(now, taken):
            if document["site"] in taken:
                continue
            job = self._give(document, now)
            if job is not None:
                taken.add(document["site"])
                given.append(job)
        if self._clock.monotonic() >= self._show_at:
            show(self._schedule.all())
            self._show_at = self._clock.monotonic() + SHOW_SECONDS
        return given

    def _sync(self, now: datetime) -> None:
        watched = frozenset(self._watched())
        if watched != self._synced:
            self._schedule.sync(watched, now)
            self._synced = watched

    def _give(self, document: Document, now: datetime) -> CrawlJob | None:
        job = self._schedule.job_for(document, now)
        if not self._schedule.claim(document, job, now):
            return None
        try:
            self._publish(job)
        except LogUnavailable:
            self._schedule.unclaim(job)
            raise
        metrics.CRAWL_JOBS.labels(job.source).inc()
        return job


def show(listings: Iterable[Document]) -> None:
    """Tell Prometheus how many listings of each source are stale or fail."""
    counted: Counter[tuple[str, str]] = Counter()
    for listing in listings:
        source = listing.get("read_as") or listing["source"]
        counted[source, "stale"] += bool(listing.get("is_watched") and listing.get("is_stale"))
        counted[source, "failing"] += bool(listing.get("is_watched") and listing.get("failures"))
        counted[source, "watched"] += bool(listing.get("is_watched"))
    for (source, state), count in counted.items():
        metrics.CRAWL_LISTINGS.labels(source, state).set(count)
