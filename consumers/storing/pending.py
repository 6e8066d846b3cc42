"""Day buckets still to be counted: history may wait a moment, news may not.

A backfill touches the same days batch after batch; counting them once at the end instead of
every time is what makes it linear. What waits is written down before the batch is committed
and forgotten only when it was counted, so that a killed worker's share is found by the next.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from consumers.storing import buckets as day_buckets
from consumers.storing.documents import Bucket
from pipeline.clock import Clock
from pipeline.mongo import Document, Store, translated_errors

FLUSH_BUDGET_SECONDS = 5.0
"""Most time spent at once, far below the time after which a silent worker is replaced."""
BUSY_SECONDS = 10.0
"""While work keeps coming, buckets wait at least so long, …"""
REST_RATIO = 10.0
"""… and so many times as long as the last counting took."""
QUIET_CALLS = 3
"""Calls in a row without new work that make a worker idle: a slower stage before this one
leaves gaps of a second, and counting in each of them would cost more than the storing."""
ADOPT_SECONDS = 15.0
"""How often the shares of killed workers are looked for."""


class PendingBuckets:
    """This worker's buckets to be counted."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: set[Bucket] = set()
        self._notes: list[str] = []
        self._rest_until = float("-inf")
        self._quiet_calls = QUIET_CALLS
        self._adopt_at = float("-inf")

    def add_durably(self, touched: Collection[Bucket]) -> None:
        """Remember buckets to be counted later, even if this worker is killed."""
        if not touched:
            return
        note: Document = {
            "_id": uuid.uuid4().hex,
            "buckets": sorted(touched),
            "noted_at": self._clock.now(),
        }
        with translated_errors():
            self._store["pending_buckets"].insert_one(note)
        self._notes.append(note["_id"])
        if not self._waiting:
            self._rest_until = max(self._rest_until, self._clock.monotonic() + BUSY_SECONDS)
        self._waiting.update(touched)
        self._quiet_calls = 0

    def count_now(self, touched: Collection[Bucket]) -> None:
        """Count these and everything that waits, however long it takes."""
        self._waiting.update(touched)
        self._count(until=float("inf"))

    def count_all(self) -> None:
        """Count what waits here and what other workers noted, however long it takes."""
        self._adopt()
        self._count(until=float("inf"))

    def count_when_rested(self) -> None:
        """Count what waits: when nothing came for some calls, or when it is time."""
        now = self._clock.monotonic()
        if now >= self._adopt_at:
            self._adopt()
            self._adopt_at = now + ADOPT_SECONDS
        self._quiet_calls += 1
        is_idle = self._quiet_calls >= QUIET_CALLS
        if self._waiting and (is_idle or now >= self._rest_until):
            self._count(until=now + FLUSH_BUDGET_SECONDS)
            spent = self._clock.monotonic() - now
            self._rest_until = now + spent * (1 + REST_RATIO)

    def _count(self, until: float) -> None:
        now = self._clock.now()
        for portion in list(day_buckets.portions(self._waiting)):
            day_buckets.recount(self._store, portion, now)
            self._waiting.difference_update(portion)
            if self._clock.monotonic() >= until:
                return
        self._forget_notes()

    def _forget_notes(self) -> None:
        if self._notes:
            with translated_errors():
                self._store["pending_buckets"].delete_many({"_id": {"$in": self._notes}})
            self._notes.clear()

    def _adopt(self) -> None:
        """Whoever counts them, the facts they need were written before the note."""
        with translated_errors():
            notes = list(self._store["pending_buckets"].find({}))
        known = set(self._notes)
        for note in notes:
            if note["_id"] not in known:
                self._notes.append(note["_id"])
                self._waiting.update((one, two, three) for one, two, three in note["buckets"])


def count_pending(store: Store) -> int:
    """Notes of buckets not yet counted; 0 when the buckets equal the reviews."""
    with translated_errors():
        return store["pending_buckets"].count_documents({})
