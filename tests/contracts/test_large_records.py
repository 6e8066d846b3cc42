"""A record larger than the log takes becomes a dead letter on every log, and stops nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest

from crawlers.outcomes import Outcome
from crawlers.publishing import Publisher, Run
from pipeline import codec, metrics
from pipeline.clock import SystemClock
from pipeline.codec import LARGEST_RECORD_BYTES
from pipeline.errors import InvalidRecord
from pipeline.identity import make_review
from pipeline.log.protocol import EventLog, Message, OutgoingMessage, TopicPartition
from pipeline.log.sizes import LARGEST_MESSAGE_BYTES
from pipeline.records import (
    DeadLetter,
    Probabilities,
    Record,
    Reply,
    Review,
    Understanding,
    UnderstoodReview,
)
from pipeline.settings import StageSettings
from pipeline.stage import BatchResult, Delivery
from pipeline.stream import StageRunner
from pipeline.topics import TOPICS
from tests.contracts.conftest import EventLogFactory

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUICK = StageSettings(poll_seconds=0.2)
FLAT = Probabilities(negative=0.2, neutral=0.2, positive=0.6)
UNDERSTANDING = Understanding(label="positive", score=0.4, probabilities=FLAT, model="m@1")


@dataclass
class Understands:
    """Understands everything alike, until it has seen enough."""

    stop: threading.Event
    enough: int
    refuses: bool = False
    name: str = "sentiment"
    topic: str = "reviews.raw"

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        self.enough -= len(batch)
        if self.enough <= 0:
            self.stop.set()
        if self.refuses:
            raise InvalidRecord("not today")
        outputs = [
            UnderstoodReview(review=one.record, understanding=UNDERSTANDING) for one in batch
        ]
        return BatchResult(outputs=outputs)

    def tick(self, now: datetime) -> Sequence[Record]:
        return ()

    def close(self) -> None:
        """Nothing."""


@pytest.fixture
def log(event_log_factory: EventLogFactory) -> Iterator[EventLog]:
    log = event_log_factory()
    log.create_topics(TOPICS)
    yield log
    log.close()


def review(number: int, replies_bytes: int = 0) -> Review:
    """With as many bytes of replies, and as many more as the reply's frame takes."""
    whole, rest = divmod(replies_bytes, 100_000)
    replies = tuple(Reply(text="a" * size) for size in (*[100_000] * whole, rest) if size)
    return make_review(
        review_id=f"s:{number}", source="s", entity_id="e", text="t", replies=replies,
        crawled_at=NOW,
    )  # fmt: skip


def barely_fitting(number: int) -> Review:
    """As large as a record may be, so that whatever is made of it is larger."""
    missing = LARGEST_RECORD_BYTES - len(codec.encode(review(number, 5_200_001)).value)
    return review(number, 5_200_001 + missing)


def publish(log: EventLog, *messages: OutgoingMessage) -> None:
    producer = log.producer()
    producer.publish(messages)
    producer.close()


def understand(log: EventLog, *, enough: int, refuses: bool = False) -> None:
    stop = threading.Event()
    stage = Understands(stop, enough, refuses)
    StageRunner(stage, log, QUICK, SystemClock(), stop).run()


def everything(log: EventLog, topic: str) -> list[Message]:
    return [
        message
        for part in log.lag("nobody", [topic])
        for message in log.read(TopicPartition(topic, part.partition), 0, 100)
    ]


def letters(log: EventLog) -> list[DeadLetter]:
    return [codec.decode(message) for message in everything(log, "dead-letters")]


def waiting(log: EventLog) -> int:
    return sum(part.lag for part in log.lag("sentiment", ["reviews.raw"]))


def refused_so_far() -> float:
    labels = {"stage": "sentiment", "error": "MessageTooLarge"}
    return metrics.REGISTRY.get_sample_value("otzvuk_stage_dead_letters_total", labels) or 0.0


def test_what_grew_too_large_is_put_aside_whole_and_the_rest_goes_on(log: EventLog) -> None:
    large, before = barely_fitting(3), refused_so_far()
    publish(log, *(codec.encode(review(n)) for n in (1, 2)), codec.encode(large))
    publish(log, codec.encode(review(4)))
    understand(log, enough=4)

    found = {codec.decode(one).review.review_id for one in everything(log, "reviews.understood")}
    assert found == {"s:1", "s:2", "s:4"}
    (letter,) = letters(log)
    assert letter.error == "MessageTooLarge"
    assert "UnderstoodReview" in letter.reason
    assert letter.cut_from is None
    assert msgspec.json.decode(letter.value, type=Review) == large
    assert letter.headers[codec.SOURCE_HEADER] == "s"
    assert waiting(log) == 0
    assert refused_so_far() - before == 1


def test_a_message_too_large_to_be_kept_whole_leaves_its_beginning(log: EventLog) -> None:
    value = b"[" * (LARGEST_MESSAGE_BYTES - 1_000)
    headers = {codec.SOURCE_HEADER: "s", codec.CRAWL_DAY_HEADER: "2026-05-01"}
    publish(log, OutgoingMessage(topic="reviews.raw", key=b"k", value=value, headers=headers))
    publish(log, codec.encode(review(1)))
    understand(log, enough=1)

    (letter,) = letters(log)
    assert (letter.error, letter.cut_from) == ("UndecodableMessage", len(value))
    assert value.startswith(letter.value)
    assert letter.value
    assert letter.headers == headers
    assert f"offset {letter.offset}" in letter.reason
    assert waiting(log) == 0


def test_a_large_message_refused_for_another_reason_keeps_the_reason(log: EventLog) -> None:
    publish(log, codec.encode(barely_fitting(1)))
    understand(log, enough=1, refuses=True)

    (letter,) = letters(log)
    assert (letter.error, letter.reason, letter.cut_from) == ("InvalidRecord", "not today", None)


def test_a_crawl_leaves_out_what_the_log_does_not_take_and_says_so(log: EventLog) -> None:
    run = Run(crawl_id="c", entity_id="e", source="s", url=None, is_backfill=False, started_at=NOW)
    publisher = Publisher(log.producer(), run, SystemClock())
    publisher.add([review(1), review(2, 6_000_000), review(3)])
    report = publisher.finish(Outcome.COMPLETE)
    publisher.close()

    found = {codec.decode(one).review_id for one in everything(log, "reviews.raw")}
    assert found == {"s:1", "s:3"}
    reports = [codec.decode(one) for one in everything(log, "crawl.reports")]
    assert sum(one.published.get("s", {}).get("2026-05-01", 0) for one in reports) == 2
    assert report.skipped == 1
    assert report.problems[0].startswith("s:2: left out")
