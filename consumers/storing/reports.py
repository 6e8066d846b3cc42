"""Keeps crawl reports where the audit and people can read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pipeline.clock import Clock
from pipeline.mongo import Document, ReplaceOne, Store, translated_errors
from pipeline.records import CrawlReport, Record
from pipeline.stage import BatchResult, Delivery


class ReportsStage:
    """One document per portion of a crawl; a portion delivered again replaces itself."""

    name = "reports"
    topic = "crawl.reports"

    def __init__(self, store: Store, clock: Clock) -> None:
        self._documents = store["crawl_reports"]
        self._clock = clock

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Store every report of the batch."""
        now = self._clock.now()
        documents = {
            document["_id"]: {**document, "stored_at": now} for document in map(_document, batch)
        }
        with translated_errors():
            self._documents.bulk_write(
                [ReplaceOne({"_id": key}, value, upsert=True) for key, value in documents.items()],
                ordered=False,
            )
        return BatchResult()

    def tick(self, _now: datetime) -> Sequence[Record]:
        return ()

    def close(self) -> None:
        """Nothing is held."""


def _document(delivery: Delivery) -> Document:
    report: CrawlReport = delivery.record
    fields: Document = {
        name: getattr(report, name) for name in report.__struct_fields__ if name != "published"
    }
    return {
        "_id": f"{report.crawl_id}:{report.sequence}",
        **msgspec.to_builtins(fields, builtin_types=(datetime,)),
        # A list, since a source's name may hold what a field's name may not.
        "published": [
            {"source": source, "crawl_day": day, "count": count}
            for source, days in report.published.items()
            for day, count in days.items()
        ],
    }
