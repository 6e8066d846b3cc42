"""Keeps dead letters where people can find, fix and replay them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pipeline.clock import Clock
from pipeline.codec import CRAWL_DAY_HEADER, SOURCE_HEADER
from pipeline.mongo import Document, Store, UpdateOne, translated_errors
from pipeline.records import DeadLetter, Record
from pipeline.stage import BatchResult, Delivery


class DeadLetterStage:
    """One document per refused message; what people did with it survives redelivery.

    A message that is refused anew after it was replayed waits for a person again.
    """

    name = "dead-letters"
    topic = "dead-letters"

    def __init__(self, store: Store, clock: Clock) -> None:
        self._documents = store["dead_letters"]
        self._clock = clock

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Store every letter of the batch."""
        now = self._clock.now()
        documents = {document["_id"]: document for document in map(_document, batch)}
        updates = [
            UpdateOne(
                {"_id": key},
                {"$set": document, "$setOnInsert": {"status": "pending", "stored_at": now}},
                upsert=True,
            )
            for key, document in documents.items()
        ]
        updates += [
            UpdateOne(
                {
                    "_id": key,
                    "status": "replayed",
                    "handled_at": {"$lt": document["failed_at"]},
                },
                {"$set": {"status": "pending"}},
            )
            for key, document in documents.items()
        ]
        with translated_errors():
            self._documents.bulk_write(updates, ordered=False)
        return BatchResult()

    def tick(self, _now: datetime) -> Sequence[Record]:
        return ()

    def close(self) -> None:
        """Nothing is held."""


def _document(delivery: Delivery) -> Document:
    letter: DeadLetter = delivery.record
    fields = {name: getattr(letter, name) for name in letter.__struct_fields__}
    return {
        "_id": letter.letter_id,
        **msgspec.to_builtins(fields, builtin_types=(datetime, bytes)),
        "source": letter.headers.get(SOURCE_HEADER),
        "crawl_day": letter.headers.get(CRAWL_DAY_HEADER),
    }
