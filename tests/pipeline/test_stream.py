"""The runner commits, tries again, puts aside or stops; nothing is ever lost between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from pipeline import codec
from pipeline.clock import SystemClock
from pipeline.errors import InvalidRecord, Rejected, StoreUnavailable, TooManyDeadLetters
from pipeline.identity import make_review
from pipeline.log.protocol import EventLog, OutgoingMessage, TopicPartition
from pipeline.log.sqlite import SqliteLog
from pipeline.records import (
    DeadLetter,
    Probabilities,
    Record,
    Review,
    Understanding,
    UnderstoodReview,
)
from pipeline.settings import StageSettings
from pipeline.stage import BatchResult, Delivery
from pipeline.stream import StageRunner
from pipeline.topics import TOPIC_BY_NAME, TOPICS

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FAST = StageSettings(poll_seconds=0.02, backoff_initial_seconds=0.01, backoff_max_seconds=0.05)

Handle = Callable[[Sequence[Delivery]], BatchResult]


@dataclass
class Echo:
    """A stage that does what the test says, and stops the runner when it saw enough."""

    react: Handle
    stop: threading.Event
    stop_after: int
    """Messages handled without an error after which the runner is asked to stop."""
    name: str = "sentiment"
    topic: str = "reviews.raw"
    handled: list[str] = field(default_factory=list)
    ticks: int = 0

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        result = self.react(batch)
        self.handled.extend(delivery.record.review_id for delivery in batch)
        if len(self.handled) >= self.stop_after:
            self.stop.set()
        return result

    def tick(self, now: datetime) -> Sequence[Record]:
        self.ticks += 1
        return ()

    def close(self) -> None:
        """Nothing."""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    log = SqliteLog(tmp_path / "log.db", prefix="t.", session_timeout_seconds=10.0)
    log.create_topics(TOPICS)
    yield log
    log.close()


def review(number: int) -> Review:
    return make_review(
        review_id=f"s:{number}", source="s", entity_id="e", text=f"t{number}", crawled_at=NOW
    )


def understood(batch: Sequence[Delivery]) -> BatchResult:
    flat = Probabilities(negative=0.2, neutral=0.2, positive=0.6)
    understanding = Understanding(label="positive", score=0.4, probabilities=flat, model="m@1")
    return BatchResult(
        outputs=[
            UnderstoodReview(review=delivery.record, understanding=understanding)
            for delivery in batch
        ]
    )


def publish(log: EventLog, *messages: OutgoingMessage) -> None:
    producer = log.producer()
    producer.publish(messages)
    producer.close()


def run(log: EventLog, react: Handle, *, stop_after: int, settings: StageSettings = FAST) -> Echo:
    stop = threading.Event()
    stage = Echo(react, stop, stop_after)
    StageRunner(stage, log, settings, SystemClock(), stop).run()
    return stage


def everything(log: EventLog, topic: str) -> list[bytes]:
    return [
        message.value
        for partition in range(TOPIC_BY_NAME[topic].partitions)
        for message in log.read(TopicPartition(topic, partition), 0, 10_000)
    ]


def letters(log: EventLog) -> list[DeadLetter]:
    return [
        msgspec.json.decode(value, type=DeadLetter) for value in everything(log, "dead-letters")
    ]


def waiting(log: EventLog) -> int:
    return sum(part.lag for part in log.lag("sentiment", ["reviews.raw"]))


def test_outputs_and_offsets_are_committed(log: EventLog) -> None:
    publish(log, *(codec.encode(review(number)) for number in range(20)))
    run(log, understood, stop_after=20)
    assert len(everything(log, "reviews.understood")) == 20
    assert waiting(log) == 0


def test_a_crash_commits_nothing_and_a_successor_does_all_again(log: EventLog) -> None:
    publish(log, *(codec.encode(review(number)) for number in range(5)))

    def bug(batch: Sequence[Delivery]) -> BatchResult:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(log, bug, stop_after=1)
    assert waiting(log) == 5
    stage = run(log, understood, stop_after=5)
    assert sorted(stage.handled) == [f"s:{number}" for number in range(5)]


def test_while_the_world_is_ill_the_batch_waits_and_nothing_is_lost(log: EventLog) -> None:
    publish(log, codec.encode(review(1)))
    attempts = iter([StoreUnavailable("down"), StoreUnavailable("down")])

    def react(batch: Sequence[Delivery]) -> BatchResult:
        if (failure := next(attempts, None)) is not None:
            raise failure
        return understood(batch)

    run(log, react, stop_after=1)
    assert len(everything(log, "reviews.understood")) == 1
    assert letters(log) == []


def test_stopping_while_the_world_is_ill_leaves_the_batch_uncommitted(log: EventLog) -> None:
    publish(log, codec.encode(review(1)))
    stop = threading.Event()

    def react(batch: Sequence[Delivery]) -> BatchResult:
        stop.set()
        raise StoreUnavailable("down")

    stage = Echo(react, stop, 1)
    StageRunner(stage, log, FAST, SystemClock(), stop).run()
    assert waiting(log) == 1


def test_only_the_ill_message_of_a_batch_is_put_aside(log: EventLog) -> None:
    publish(log, *(codec.encode(review(number)) for number in range(10)))

    def react(batch: Sequence[Delivery]) -> BatchResult:
        if any(delivery.record.review_id == "s:7" for delivery in batch):
            raise InvalidRecord("seven is ill")
        return understood(batch)

    run(log, react, stop_after=9)
    assert len(everything(log, "reviews.understood")) == 9
    (letter,) = letters(log)
    assert letter.reason == "seven is ill"
    assert msgspec.json.decode(letter.value, type=Review).review_id == "s:7"


def test_a_stage_may_name_the_ill_ones_itself(log: EventLog) -> None:
    publish(log, codec.encode(review(1)), codec.encode(review(2)))

    def react(batch: Sequence[Delivery]) -> BatchResult:
        refused: dict[int, Rejected] = {
            at: InvalidRecord("no")
            for at, delivery in enumerate(batch)
            if delivery.record.review_id == "s:2"
        }
        return BatchResult(rejected=refused)

    run(log, react, stop_after=2)
    assert [letter.error for letter in letters(log)] == ["InvalidRecord"]


def test_undecodable_and_newer_messages_are_put_aside_whole(log: EventLog) -> None:
    newer = {codec.SCHEMA_HEADER: "reviews.raw/9", codec.SOURCE_HEADER: "s"}
    publish(
        log,
        OutgoingMessage(topic="reviews.raw", key=b"a", value=b"\xff\x00"),
        OutgoingMessage(topic="reviews.raw", key=b"b", value=b"{}", headers=newer),
        codec.encode(review(1)),
    )
    run(log, understood, stop_after=1, settings=FAST)
    found = {letter.error: letter for letter in letters(log)}
    assert found["UndecodableMessage"].value == b"\xff\x00"
    assert found["UnknownSchema"].headers[codec.SOURCE_HEADER] == "s"


def test_a_flood_of_bad_messages_stops_the_stage_and_loses_none(log: EventLog) -> None:
    publish(
        log,
        *(
            OutgoingMessage(topic="reviews.raw", key=str(number).encode(), value=b"bad")
            for number in range(50)
        ),
    )
    settings = msgspec.structs.replace(FAST, dead_letter_limit=10, batch_messages=7)
    with pytest.raises(TooManyDeadLetters, match="limit is 10"):
        run(log, understood, stop_after=1, settings=settings)
    assert len(letters(log)) + waiting(log) == 50
    assert len(letters(log)) <= 10


def test_time_alone_brings_work_too(log: EventLog) -> None:
    publish(log, codec.encode(review(1)))
    assert run(log, understood, stop_after=1).ticks >= 1
