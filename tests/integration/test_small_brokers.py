"""Brokers that take less than ours would: an operator made the topics before us."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pipeline import codec
from pipeline.clock import SystemClock
from pipeline.errors import MessageTooLarge
from pipeline.identity import make_review
from pipeline.log.kafka import KafkaLog
from pipeline.log.kafka.connection import Connection
from pipeline.log.kafka.log import topic_options
from pipeline.log.protocol import Message, OutgoingMessage, TopicPartition
from pipeline.records import Probabilities, Record, Reply, Review, Understanding, UnderstoodReview
from pipeline.settings import StageSettings
from pipeline.stage import BatchResult, Delivery
from pipeline.stream import StageRunner
from pipeline.topics import TOPIC_BY_NAME, TOPICS

pytestmark = pytest.mark.kafka

SMALL = {"reviews.understood": 100_000, "dead-letters": 100_000}
"""Topic → bytes of the largest message that its brokers take."""
FLAT = Probabilities(negative=0.2, neutral=0.2, positive=0.6)
UNDERSTANDING = Understanding(label="positive", score=0.4, probabilities=FLAT, model="m@1")


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[KafkaLog]:
    prefix = f"small-{uuid.uuid4().hex[:8]}."
    with closing(Connection([kafka_bootstrap], prefix, 10.0).admin()) as admin:
        options = {}
        for name, limit in SMALL.items():
            option = topic_options(TOPIC_BY_NAME[name])
            option["configs"]["max.message.bytes"] = str(limit)
            options[prefix + name] = option
        admin.create_topics(options)
        admin.wait_for_topics(list(options))
    log = KafkaLog([kafka_bootstrap], prefix=prefix, session_timeout_seconds=10.0)
    log.create_topics(TOPICS)
    yield log
    log.close()


@dataclass
class Understands:
    """Understands everything alike, until it has seen enough."""

    stop: threading.Event
    enough: int
    name: str = "sentiment"
    topic: str = "reviews.raw"

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        self.enough -= len(batch)
        if self.enough <= 0:
            self.stop.set()
        outputs = [
            UnderstoodReview(review=one.record, understanding=UNDERSTANDING) for one in batch
        ]
        return BatchResult(outputs=outputs)

    def tick(self, now: datetime) -> Sequence[Record]:
        return ()

    def close(self) -> None:
        """Nothing."""


def review(number: int, replies: int) -> Review:
    return make_review(
        review_id=f"s:{number}", source="s", entity_id="e", text="t",
        replies=(Reply(text="a" * 50_000),) * replies, crawled_at=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip


def everything(log: KafkaLog, topic: str) -> list[Message]:
    return [
        message
        for part in log.lag("nobody", [topic])
        for message in log.read(TopicPartition(topic, part.partition), 0, 100)
    ]


def test_what_the_brokers_refuse_is_too_large_and_the_producer_goes_on(log: KafkaLog) -> None:
    with closing(log.producer()) as producer:
        with pytest.raises(MessageTooLarge, match=r"max\.message\.bytes"):
            producer.publish(
                [OutgoingMessage(topic="dead-letters", key=b"k", value=b"x" * 200_000)]
            )
        producer.publish([OutgoingMessage(topic="dead-letters", key=b"k", value=b"small")])
    assert [message.value for message in everything(log, "dead-letters")] == [b"small"]


@pytest.mark.timeout(120)
def test_a_stage_puts_aside_what_the_brokers_refuse_and_goes_on(log: KafkaLog) -> None:
    with closing(log.producer()) as producer:
        producer.publish([codec.encode(review(n, 4 if n == 2 else 0)) for n in range(4)])
    stop = threading.Event()
    stage = Understands(stop, enough=4)
    StageRunner(stage, log, StageSettings(poll_seconds=0.2), SystemClock(), stop).run()

    found = {codec.decode(one).review.review_id for one in everything(log, "reviews.understood")}
    assert found == {"s:0", "s:1", "s:3"}
    (letter,) = map(codec.decode, everything(log, "dead-letters"))
    assert letter.error == "MessageTooLarge"
    assert letter.cut_from > 200_000
    assert letter.headers[codec.SOURCE_HEADER] == "s"
    assert sum(part.lag for part in log.lag("sentiment", ["reviews.raw"]) if part.committed) == 0
