"""Keeps crawl reports where the audit and people can read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from consumers.storing.leaving import mark_gone
from pipeline import metrics
from pipeline.clock import Clock
from pipeline.mongo import Document, ReplaceOne, Store, translated_errors
from pipeline.records import CrawlReport, Record
from pipeline.stage import BatchResult, Delivery

_KEPT_APART = frozenset({"published", "gone_ids"})
"""Fields of a report that are stored otherwise: as a list, and with the reviews."""


RESCORED = "rescored"
"""Outcome of a report that counts stored reviews which another model read: no crawl."""
REPLAYED = "replayed"
"""… and of one that counts the messages that a stage was made to read once more."""


class ReportsStage:
    """One document per portion of a crawl; a portion delivered again replaces itself."""

    name = "reports"
    topic = "crawl.reports"

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._documents = store["crawl_reports"]
        self._clock = clock

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Store every report of the batch."""
        now = self._clock.now()
        reports = {_key(delivery.record): delivery.record for delivery in batch}
        documents = {
            key: {**_document(report), "stored_at": now} for key, report in reports.items()
        }
        with translated_errors():
            written = self._documents.bulk_write(
                [ReplaceOne({"_id": key}, value, upsert=True) for key, value in documents.items()],
                ordered=False,
            )
        mark_gone(self._store, reports.values())
        for key in (written.upserted_ids or {}).values():
            _count(reports[key])
        return BatchResult()

    def tick(self, _now: datetime) -> Sequence[Record]:
        return ()

    def close(self) -> None:
        """Nothing is held."""


def _key(report: CrawlReport) -> str:
    return f"{report.crawl_id}:{report.sequence}"


def _count(report: CrawlReport) -> None:
    """Counted here, since nothing scrapes the process that crawled: it has ended by then."""
    if report.outcome in (RESCORED, REPLAYED):
        return
    for source, days in report.published.items():
        metrics.CRAWL_REVIEWS.labels(source).inc(sum(days.values()))
    if report.is_final:
        source = report.read_as or report.source
        metrics.CRAWL_PAGES.labels(source).inc(report.pages)
        metrics.CRAWL_OUTCOMES.labels(source, report.outcome).inc()


def _document(report: CrawlReport) -> Document:
    fields: Document = {
        name: getattr(report, name) for name in report.__struct_fields__ if name not in _KEPT_APART
    }
    return {
        "_id": _key(report),
        **msgspec.to_builtins(fields, builtin_types=(datetime,)),
        # A list, since a source's name may hold what a field's name may not.
        "published": [
            {"source": source, "crawl_day": day, "count": count}
            for source, days in report.published.items()
            for day, count in days.items()
        ],
    }
