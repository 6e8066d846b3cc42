"""The copies' state in the store: one document a batch, which every worker reads.

Band keys as documents of their own would cost 32 upserts a review (15 ms on the embedded
store, measured); a portion costs 5 µs a review, and each worker builds the bands in memory.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from consumers.authenticity.copies import CopyIndex
from consumers.authenticity.portion import Portion, portion_from
from consumers.authenticity.sketch import ALGORITHM
from pipeline.mongo import Store, find_by_ids, translated_errors

COLLECTION = "auth_shingles"
RETENTION = timedelta(days=180)
"""Portions expire after this long; campaigns are shorter."""
CLOCK_SKEW = timedelta(seconds=60)
"""Most that workers' clocks may differ; later stamps than this are read again."""


class CopyLog:
    """Keeps a CopyIndex level with what all workers wrote."""

    def __init__(self, store: Store, index: CopyIndex, capacity: int) -> None:
        self._portions = store[COLLECTION]
        self._index = index
        self._capacity = capacity
        self._read_until: datetime | None = None
        self._known: dict[str, datetime] = {}

    def catch_up(self, now: datetime) -> None:
        """Read the portions that other workers (or this one's earlier life) wrote."""
        since = (self._read_until or now - RETENTION) - CLOCK_SKEW
        fields = {"n": 1, "written_at": 1}
        condition = {"written_at": {"$gte": since}, "algorithm": ALGORITHM}
        with translated_errors():
            listed = [
                (found["written_at"], found["_id"], int(found["n"]))
                for found in self._portions.find(condition, fields)
                if found["_id"] not in self._known
            ]
            self._load(self._newest(sorted(listed)))
        self._known = {key: at for key, at in self._known.items() if at >= since - CLOCK_SKEW}
        self._read_until = now

    def write(self, portion: Portion, now: datetime) -> None:
        """Store a portion; storing it again replaces it."""
        if not len(portion):
            return
        document = portion.to_document() | {"written_at": now}
        with translated_errors():
            self._portions.replace_one({"_id": portion.portion_id}, document, upsert=True)
        self._known[portion.portion_id] = now

    def prune(self) -> None:
        """Delete what no worker would load any more, so that the collection stays bounded."""
        listed: list[tuple[datetime, str, int]] = []
        with translated_errors():
            for found in self._portions.find({}, {"n": 1, "written_at": 1}):
                listed.append((found["written_at"], found["_id"], int(found["n"])))
            kept = {key for _, key, _ in self._newest(sorted(listed))}
            doomed = [key for _, key, _ in listed if key not in kept]
            if doomed:
                self._portions.delete_many({"_id": {"$in": doomed}})

    def _newest(self, listed: list[tuple[datetime, str, int]]) -> list[tuple[datetime, str, int]]:
        """The newest ones that fit the capacity, oldest first."""
        kept = []
        total = 0
        for entry in reversed(listed):
            total += entry[2]
            if total > self._capacity:
                break
            kept.append(entry)
        return kept[::-1]

    def _load(self, listed: list[tuple[datetime, str, int]]) -> None:
        missing = [key for _, key, _ in listed if key not in self._index]
        found = {document["_id"]: document for document in find_by_ids(self._portions, missing)}
        for written_at, key, _ in listed:
            if key in found:
                self._index.extend(portion_from(found[key]))
            self._known[key] = written_at
