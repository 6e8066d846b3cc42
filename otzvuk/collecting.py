"""The two loops that keep sources read: the scheduler and the crawl worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from crawlers.entities import load_entities
from crawlers.jobs import perform, workplace
from crawlers.listing import Listing
from crawlers.schedule import Schedule
from crawlers.scheduler import Scheduler
from crawlers.worker import CrawlWorker
from otzvuk.application import Application
from pipeline import metrics
from pipeline.codec import encode
from pipeline.errors import ConfigurationError, Retry
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store

logger = logging.getLogger(__name__)

ROUND_SECONDS = 5.0
WAKE_SECONDS = 0.25
SCHEDULER = "scheduler"


class WatchedFile:
    """The listings of the entities file, read again when it changes."""

    def __init__(self, path: Path, *, allow_loopback: bool) -> None:
        self._path = path
        self._allow_loopback = allow_loopback
        self._read_at: tuple[int, int] | None = None
        self._listings: tuple[Listing, ...] = ()

    def __call__(self) -> tuple[Listing, ...]:
        """A file that is gone or wrong for now changes nothing: what was watched still is."""
        try:
            state = self._path.stat()
        except OSError:
            if self._read_at != (0, 0):
                logger.warning("%s is not there: nothing new is watched", self._path)
                self._read_at = (0, 0)
            return self._listings
        if (state.st_mtime_ns, state.st_size) != self._read_at:
            self._read_at = (state.st_mtime_ns, state.st_size)
            self._load()
        return self._listings

    def _load(self) -> None:
        try:
            entities = load_entities(self._path, allow_loopback=self._allow_loopback)
        except ConfigurationError as error:
            logger.error("%s; going on with what was watched before", error)
            return
        self._listings = tuple(
            Listing(entity_id=entity_id, source=watched.source, url=watched.url)
            for entity_id, entity in entities.items()
            for watched in entity.sources
        )


class SchedulerLoop:
    """Rounds of the scheduler until asked to stop; a log or store that is away is waited for."""

    def __init__(
        self, app: Application, log: EventLog, store: Store, stop: threading.Event
    ) -> None:
        crawl = app.settings.crawl
        self._app = app
        self._log = log
        self._stop = stop
        self._schedule = Schedule(store, crawl)
        self._watched = WatchedFile(
            Path(app.settings.entities), allow_loopback=crawl.allow_loopback
        )

    def run(self) -> None:
        """Until asked to stop."""
        metrics.STAGE_UP.labels(SCHEDULER).set(1)
        try:
            with closing(self._log.producer()) as producer:
                scheduler = Scheduler(
                    self._schedule,
                    self._watched,
                    lambda job: producer.publish([encode(job)]),
                    self._app.clock,
                )
                while not self._stop.is_set():
                    self._round(scheduler)
                    self._rest()
        finally:
            metrics.STAGE_UP.labels(SCHEDULER).set(0)

    def _round(self, scheduler: Scheduler) -> None:
        try:
            given = scheduler.round()
        except Retry as error:
            metrics.RETRIES.labels(SCHEDULER, type(error).__name__).inc()
            logger.warning("%s: %s; trying again", SCHEDULER, error)
            return
        for job in given:
            logger.info("%s: %s of %s is due", SCHEDULER, job.url, job.entity_id)

    def _rest(self) -> None:
        deadline = self._app.clock.monotonic() + ROUND_SECONDS
        while not self._stop.is_set() and self._app.clock.monotonic() < deadline:
            self._app.clock.sleep(WAKE_SECONDS)


def worker_loop(
    app: Application, log: EventLog, store: Store, stop: threading.Event
) -> CrawlWorker:
    """A worker that crawls in child processes."""
    crawl = app.settings.crawl
    place = workplace(app.settings, log, store, app.clock, _say)
    return CrawlWorker(
        log,
        Schedule(store, crawl),
        lambda job, is_stopped: perform(job, place, is_stopped),
        app.settings.stages,
        app.clock,
        stop,
        longest_job_seconds=crawl.max_seconds,
    )


def _say(text: str) -> None:
    logger.info("crawl: %s", text)


Loop = SchedulerLoop | CrawlWorker
COLLECTORS: Mapping[str, Callable[[Application, EventLog, Store, threading.Event], Loop]] = {
    SCHEDULER: SchedulerLoop,
    "crawl-worker": worker_loop,
}
"""Name on the command line → the loop."""
