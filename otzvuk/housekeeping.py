"""What a running installation does for itself: retention, the audit gauge, the store's pulse."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from otzvuk.queries.audit import publish_audit
from otzvuk.stages import STAGES
from pipeline import metrics
from pipeline.clock import Clock
from pipeline.errors import Retry
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store, translated_errors

logger = logging.getLogger(__name__)

WAKE_SECONDS = 1.0


@dataclass
class Chore:
    """Something to be done every so often."""

    name: str
    every_seconds: float
    work: Callable[[], object]
    due_at: float = float("-inf")


class Housekeeping:
    """Runs the chores in a thread of its own until closed."""

    def __init__(self, chores: list[Chore], clock: Clock) -> None:
        self._chores = chores
        self._clock = clock
        self._stop = threading.Event()
        for chore in chores:
            metrics.CHORE_FAILURES.labels(chore.name)
        self._thread = threading.Thread(target=self._run, name="housekeeping")
        self._thread.start()

    def close(self) -> None:
        """Finish the chore in hand and end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            for chore in self._chores:
                self._do(chore)
            self._stop.wait(WAKE_SECONDS)

    def _do(self, chore: Chore) -> None:
        if self._clock.monotonic() < chore.due_at:
            return
        try:
            chore.work()
        except Retry as error:
            metrics.CHORE_FAILURES.labels(chore.name).inc()
            logger.warning("%s: %s; tried again later", chore.name, error)
        chore.due_at = self._clock.monotonic() + chore.every_seconds


def ping(store: Store) -> None:
    """Say whether the store answers."""
    try:
        with translated_errors():
            store.command("ping")
    except Retry:
        metrics.STORE_UP.set(0)
        raise
    metrics.STORE_UP.set(1)


def publish_expired(log: EventLog) -> None:
    """Say of each stage how many messages are gone unread, stopped stages included."""
    for name, entry in STAGES.items():
        expired = sum(part.expired for part in log.lag(name, [entry.topic]))
        metrics.EXPIRED_UNREAD.labels(name).set(expired)


def usual_chores(log: EventLog, store: Store, clock: Clock) -> list[Chore]:
    """The chores of `otzvuk up` and of every stage process."""
    return [
        Chore("store ping", 5.0, lambda: ping(store)),
        Chore("audit", 30.0, lambda: publish_audit(store, log, clock.now())),
        Chore("expired messages", 60.0, lambda: publish_expired(log)),
        Chore("retention", 3_600.0, log.apply_retention),
    ]
