"""What stands on a log, for tests to look at; and reviews to put there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.codec import decode
from pipeline.errors import LogUnavailable
from pipeline.identity import make_review
from pipeline.log.protocol import EventLog, OutgoingMessage, Producer, TopicPartition
from pipeline.records import CrawlReport, DatePrecision, Review
from pipeline.topics import TOPIC_BY_NAME

CRAWLED_AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


class FlakyProducer:
    """Fails some times before it passes on what it is given."""

    def __init__(self, producer: Producer, failures: int) -> None:
        self._producer = producer
        self._failures = failures

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        if self._failures:
            self._failures -= 1
            raise LogUnavailable("the log is away")
        self._producer.publish(messages)

    def close(self) -> None:
        self._producer.close()


def read_all(log: EventLog, topic: str) -> list[Any]:
    """Every record of a topic."""
    return [
        decode(message)
        for partition in range(TOPIC_BY_NAME[topic].partitions)
        for message in log.read(TopicPartition(topic, partition), 0, 100_000)
    ]


def reviews_on(log: EventLog) -> list[Review]:
    return read_all(log, "reviews.raw")


def reports_on(log: EventLog) -> list[CrawlReport]:
    return read_all(log, "crawl.reports")


def assert_balanced(log: EventLog) -> None:
    """The reports count exactly what was published: the audit's left side."""
    counted: Counter[tuple[str, str]] = Counter()
    for report in reports_on(log):
        for source, days in report.published.items():
            for day, count in days.items():
                counted[source, day] += count
    assert counted == Counter((r.source, r.crawl_day) for r in reviews_on(log))


def a_review(
    number: int, *, source: str = "shop", text: str = "", precision: DatePrecision = "second"
) -> Review:
    return make_review(
        review_id=f"{source}:{number}",
        source=source,
        entity_id="tea",
        text=text or f"Отзыв {number}",
        published_at=CRAWLED_AT - timedelta(days=number),
        published_precision=precision,
        crawled_at=CRAWLED_AT,
    )
