"""Every topic, declared once: what it carries, how it is keyed, spread and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.records import (
    Alert,
    CrawlJob,
    CrawlReport,
    DeadLetter,
    Review,
    ScoredReview,
    StoredReview,
    UnderstoodReview,
)

DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic of the event log."""

    name: str
    """Without the prefix that settings add (`otzvuk.`)."""
    record: type[Any]
    """The one record type it carries."""
    version: int
    """Schema version written into every message's header."""
    key: Callable[[Any], str]
    """Messages of equal key keep their order."""
    partitions: int
    """Most workers that can share it."""
    retention_seconds: int
    """How long messages stay after they were written."""
    why: str
    """Why it exists, in one sentence."""


TOPICS: tuple[Topic, ...] = (
    Topic(
        name="crawl.jobs", record=CrawlJob, version=1, key=lambda r: r.job_id,
        partitions=16, retention_seconds=7 * DAY_SECONDS,
        why="Due crawl jobs, taken by any crawl worker; a job holds its partition for long.",
    ),
    Topic(
        name="crawl.reports", record=CrawlReport, version=1, key=lambda r: r.crawl_id,
        partitions=1, retention_seconds=90 * DAY_SECONDS,
        why="What each crawl published, portion by portion: the left side of the audit.",
    ),
    Topic(
        name="reviews.raw", record=Review, version=1, key=lambda r: r.review_id,
        partitions=8, retention_seconds=30 * DAY_SECONDS,
        why="Reviews as the source showed them; keyed by review so versions keep their order.",
    ),
    Topic(
        name="reviews.understood", record=UnderstoodReview, version=1,
        key=lambda r: r.review.review_id, partitions=8, retention_seconds=7 * DAY_SECONDS,
        why="Reviews with what they say; before authenticity, which needs star-text conflict.",
    ),
    Topic(
        name="reviews.scored", record=ScoredReview, version=1,
        key=lambda r: r.review.review_id, partitions=8, retention_seconds=7 * DAY_SECONDS,
        why="Reviews with what they say and how far they can be believed.",
    ),
    Topic(
        name="reviews.stored", record=StoredReview, version=1, key=lambda r: r.entity_id,
        partitions=8, retention_seconds=7 * DAY_SECONDS,
        why="Says a review is in the store now; keyed by entity, whose alarms one worker owns.",
    ),
    Topic(
        name="alerts", record=Alert, version=1, key=lambda r: r.entity_id,
        partitions=4, retention_seconds=90 * DAY_SECONDS,
        why="States of alarm episodes, for the channels.",
    ),
    Topic(
        name="dead-letters", record=DeadLetter, version=1, key=lambda r: r.letter_id,
        partitions=1, retention_seconds=90 * DAY_SECONDS,
        why="Messages that a stage refused, to be inspected, fixed and replayed.",
    ),
)  # fmt: skip

TOPIC_BY_NAME = {topic.name: topic for topic in TOPICS}
TOPIC_BY_RECORD: dict[type[Any], Topic] = {topic.record: topic for topic in TOPICS}
