"""Marks the reviews that a crawl looked for in their place and did not find; deletes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from consumers.storing.documents import store_time
from pipeline.mongo import IDS_AT_ONCE, Document, Store, translated_errors
from pipeline.records import CrawlReport


def mark_gone(store: Store, reports: Iterable[CrawlReport]) -> int:
    """Mark what the reports name and no later crawl has seen; returns how many were marked.

    Safe to repeat: a review that was seen again has a later `crawled_at` than the report's start.
    """
    marked = 0
    for report in reports:
        for start in range(0, len(report.gone_ids), IDS_AT_ONCE):
            some = report.gone_ids[start : start + IDS_AT_ONCE]
            still_unseen: Document = {
                "_id": {"$in": list(some)},
                "gone": False,
                "crawled_at": {"$lt": store_time(report.started_at)},
            }
            change = {"$set": {"gone": True, "gone_at": store_time(report.reported_at)}}
            with translated_errors():
                marked += store["reviews"].update_many(still_unseen, change).modified_count
    return marked
