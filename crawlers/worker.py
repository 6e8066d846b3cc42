"""Takes crawl jobs from the log, one at a time, and commits each when its report is published."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from crawlers.journal import BeingCrawled
from crawlers.outcomes import Outcome
from crawlers.schedule import MOST_ATTEMPTS, Schedule, Take
from pipeline import codec, metrics
from pipeline.backoff import Backoff
from pipeline.clock import Clock
from pipeline.deadletter import DeadLetterGuard, DeadLetterPolicy, dead_letter
from pipeline.errors import InvalidRecord, PartitionLost, Rejected, Retry, UsageError
from pipeline.log.protocol import Consumer, EventLog, Message
from pipeline.membership import keep_membership
from pipeline.progress import Progress
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import StageSettings
from pipeline.stream import next_offsets

logger = logging.getLogger(__name__)

NAME = "crawl-worker"
TOPIC = "crawl.jobs"
KEEP_SECONDS = 60.0
"""How often the schedule is told that a job is being worked on."""
SPARE_SECONDS = 600.0
"""A job may take so much longer than its crawl before the worker counts as stuck."""

Perform = Callable[[CrawlJob, Callable[[], bool]], CrawlReport]
"""Runs a job to its published report, asking now and then whether to stop."""


Result = TypeVar("Result")


class Stopping(Exception):
    """Not an error: the worker was asked to stop, and its job is left to another."""


class CrawlWorker:
    """One member of the group of crawl workers."""

    def __init__(
        self,
        log: EventLog,
        schedule: Schedule,
        perform: Perform,
        settings: StageSettings,
        clock: Clock,
        stop: threading.Event,
        *,
        longest_job_seconds: float,
    ) -> None:
        self._log = log
        self._schedule = schedule
        self._perform = perform
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._progress = Progress(
            NAME, stuck_after_seconds=longest_job_seconds + SPARE_SECONDS, clock=clock
        )
        self._guard = DeadLetterGuard(
            DeadLetterPolicy(
                limit=settings.dead_letter_limit,
                window_seconds=settings.dead_letter_window_seconds,
            )
        )

    def run(self) -> None:
        """Work until asked to stop; the job in hand stops between two pages and keeps its place.

        Raises Fatal when a person must act; any other exception is a bug.
        """
        consumer = self._join()
        if consumer is None:
            return
        metrics.STAGE_UP.labels(NAME).set(1)
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="crawl") as pool:
                while not self._stop.is_set():
                    self._turn(consumer, pool)
        except Stopping:
            logger.info("%s: stopped, its job is left to another", NAME)
        finally:
            metrics.STAGE_UP.labels(NAME).set(0)
            consumer.close()

    def _join(self) -> Consumer | None:
        backoff = self._backoff()
        while not self._stop.is_set():
            try:
                return self._log.consumer(NAME, [TOPIC])
            except Retry as error:
                self._rest(error, backoff)
        return None

    def _turn(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        try:
            messages = consumer.poll(self._settings.poll_seconds, 1)
        except Retry as error:
            self._rest(error, self._backoff())
            return
        for message in messages:
            metrics.RECORDS_IN.labels(NAME).inc()
            try:
                self._handle(consumer, pool, message)
            except PartitionLost as error:
                self._progress.left_to_new_owner(error)
        self._progress.look(consumer)

    def _handle(self, consumer: Consumer, pool: ThreadPoolExecutor, message: Message) -> None:
        refusal: Rejected | None = None
        try:
            job: CrawlJob = codec.decode(message)
            refusal = self._work(consumer, pool, message, job)
        except Rejected as error:
            refusal = error
        self._commit(consumer, message, refusal)

    def _work(
        self, consumer: Consumer, pool: ThreadPoolExecutor, message: Message, job: CrawlJob
    ) -> Rejected | None:
        """Do the job; returns why it is refused, if it is."""

        def take() -> Take:
            return self._schedule.take(job, self._clock.now())

        match self._insist(consumer, message, take):
            case Take.SKIP:
                logger.info("%s: %s of %s was done or given out anew", NAME, job.url, job.entity_id)
                return None
            case Take.GIVE_UP:
                reason = (
                    f"{MOST_ATTEMPTS} workers ended while they crawled {job.url} for "
                    f"{job.entity_id}: look at it with `otzvuk sources check`; the schedule "
                    "tries again later"
                )
                self._insist(
                    consumer,
                    message,
                    lambda: self._schedule.give_up(job, reason, self._clock.now()),
                )
                return InvalidRecord(reason)
        return self._watched(consumer, pool, message, job)

    def _watched(
        self, consumer: Consumer, pool: ThreadPoolExecutor, message: Message, job: CrawlJob
    ) -> Rejected | None:
        """Run the job in the pool, and keep the membership until it is done."""
        leave = threading.Event()
        running = pool.submit(self._perform, job, lambda: leave.is_set() or self._stop.is_set())
        keep_at = self._clock.monotonic() + KEEP_SECONDS
        try:
            while not running.done():
                keep_membership(consumer, self._clock, self._settings.poll_seconds)
                if message.topic_partition not in consumer.assignment():
                    with suppress(Retry):  # at worst it counts as one worker that ended
                        self._schedule.release(job, self._clock.now())
                    raise PartitionLost(f"{message.topic_partition} went to another worker")
                if self._clock.monotonic() >= keep_at:
                    keep_at = self._clock.monotonic() + KEEP_SECONDS
                    with suppress(Retry):  # the lease outlasts many of these
                        self._schedule.keep(job, self._clock.now())
                self._progress.look(consumer)
        finally:
            leave.set()
            consumer.resume(sorted(consumer.assignment()))
        return self._ended(job, running)

    def _ended(self, job: CrawlJob, running: Future[CrawlReport]) -> Rejected | None:
        try:
            report = running.result()
        except BeingCrawled:
            with suppress(Retry):  # the lease runs out by itself
                self._schedule.postpone(job, self._clock.now())
            return None
        except UsageError as error:
            # Such as a source that this program does not know.
            with suppress(Retry):
                self._schedule.give_up(job, str(error), self._clock.now())
            return InvalidRecord(f"the job cannot be done: {error}")
        if Outcome(report.outcome) is Outcome.INTERRUPTED:
            with suppress(Retry):
                self._schedule.release(job, self._clock.now())
            raise Stopping
        return None

    def _commit(self, consumer: Consumer, message: Message, refusal: Rejected | None) -> None:
        letters = []
        refusals = [] if refusal is None else [(message, refusal)]
        if refusal is not None:
            now = self._clock.now()
            self._guard.admit(NAME, 1, str(refusal), now=self._clock.monotonic())
            letters = [codec.encode(dead_letter(NAME, message, refusal, attempts=1, now=now))]
        self._insist(consumer, message, lambda: consumer.commit(next_offsets([message]), letters))
        self._progress.committed([message], letters, refusals)

    def _insist(self, consumer: Consumer, message: Message, act: Callable[[], Result]) -> Result:
        """Do something until the world lets it succeed, a member all the while."""
        backoff = self._backoff()
        while True:
            try:
                return act()
            except PartitionLost:
                raise
            except Retry as error:
                self._progress.retried(error, backoff.attempts)
                deadline = self._clock.monotonic() + backoff.next_delay()
            while (left := deadline - self._clock.monotonic()) > 0:
                if self._stop.is_set():
                    raise Stopping
                keep_membership(consumer, self._clock, min(left, self._settings.poll_seconds))
                if message.topic_partition not in consumer.assignment():
                    raise PartitionLost(f"{message.topic_partition} went to another worker")
            consumer.resume(sorted(consumer.assignment()))

    def _rest(self, error: Retry, backoff: Backoff) -> None:
        """Wait where there is no membership to keep."""
        delay = backoff.next_delay()
        self._progress.retried(error, backoff.attempts)
        deadline = self._clock.monotonic() + delay
        while (left := deadline - self._clock.monotonic()) > 0 and not self._stop.is_set():
            self._clock.sleep(min(left, self._settings.poll_seconds))

    def _backoff(self) -> Backoff:
        return Backoff(
            initial_seconds=self._settings.backoff_initial_seconds,
            max_seconds=self._settings.backoff_max_seconds,
        )
