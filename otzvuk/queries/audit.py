"""The audit: every review that a crawl or import published is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from consumers.storing.ledger import count_by_day
from pipeline.log.protocol import EventLog
from pipeline.metrics import AUDIT_IMBALANCE
from pipeline.mongo import Document, Store, translated_errors

REVIEW_TOPICS = ("reviews.raw", "reviews.understood", "reviews.scored")
GROUPS: Mapping[str, str] = {
    "sentiment": "reviews.raw",
    "authenticity": "reviews.understood",
    "store": "reviews.scored",
    "reports": "crawl.reports",
    "dead-letters": "dead-letters",
}
"""Groups that must be at the end of their topics before the sums can be expected to agree."""
METRIC_DAYS = 30
"""A person was told of what is older, and it will not heal."""
UNKNOWN = "?"
"""Source or day of a dead letter that does not say."""


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One source and crawl day."""

    source: str
    crawl_day: str
    scraped: int
    """Published by crawls and imports, as they reported."""
    stored: int
    """New, changed, judged anew, or kept as history."""
    unchanged: int
    dead_lettered: int
    """Refused, and not replayed since."""

    @property
    def difference(self) -> int:
        """Scraped and not accounted for; negative when more came out than went in."""
        return self.scraped - self.stored - self.unchanged - self.dead_lettered


def audit(store: Store, since: date = date.min) -> list[AuditLine]:
    """All sources and crawl days that the store knows of, from `since` on."""
    scraped, dead = _scraped(store, since), _dead_lettered(store, since)
    # What carries no source was never published by a crawl of ours: it is shown, since it is
    # put aside whole, but it is nobody's loss.
    scraped.update({where: count for where, count in dead.items() if UNKNOWN in where})
    ledger = count_by_day(store)
    return [
        AuditLine(
            source=source,
            crawl_day=day,
            scraped=scraped[(source, day)],
            stored=ledger.get((source, day), {}).get("stored", 0),
            unchanged=ledger.get((source, day), {}).get("unchanged", 0),
            dead_lettered=dead[(source, day)],
        )
        for source, day in sorted({*scraped, *dead, *ledger})
        if day >= since.isoformat()
    ]


def waiting_messages(log: EventLog) -> int:
    """Messages in flight: while there are any, a difference proves nothing."""
    return sum(part.lag for group, topic in GROUPS.items() for part in log.lag(group, [topic]))


def settled_audit(
    store: Store, log: EventLog, since: date = date.min
) -> tuple[list[AuditLine], int]:
    """The lines, and how many messages were in flight while they were read."""
    before = waiting_messages(log)
    lines = audit(store, since)
    return lines, max(before, waiting_messages(log))


def publish_audit(store: Store, log: EventLog, now: datetime) -> None:
    """Set the metric for the last days; what is in flight is no imbalance, and after a while
    nothing of those days is in flight."""
    lines, waiting = settled_audit(store, log, (now - timedelta(days=METRIC_DAYS)).date())
    by_source: Counter[str] = Counter()
    for line in lines:
        by_source[line.source] += 0 if waiting else abs(line.difference)
    # A source whose last day is too old now must not keep its last value.
    AUDIT_IMBALANCE.clear()
    for source, difference in by_source.items():
        AUDIT_IMBALANCE.labels(source).set(difference)


def _scraped(store: Store, since: date) -> Counter[tuple[str, str]]:
    # What was crawled on a day is reported on it or later.
    wanted: Document = {} if since == date.min else {"reported_at": {"$gte": _midnight(since)}}
    found: Counter[tuple[str, str]] = Counter()
    with translated_errors():
        for report in store["crawl_reports"].find(wanted, {"published": 1}):
            for line in report["published"]:
                found[(line["source"], line["crawl_day"])] += line["count"]
    return found


def _dead_lettered(store: Store, since: date) -> Counter[tuple[str, str]]:
    wanted: Document = {"topic": {"$in": list(REVIEW_TOPICS)}, "status": {"$ne": "replayed"}}
    if since != date.min:
        wanted["failed_at"] = {"$gte": _midnight(since)}
    found: Counter[tuple[str, str]] = Counter()
    with translated_errors():
        for letter in store["dead_letters"].find(wanted, {"source": 1, "crawl_day": 1}):
            found[(letter["source"] or UNKNOWN, letter["crawl_day"] or UNKNOWN)] += 1
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
