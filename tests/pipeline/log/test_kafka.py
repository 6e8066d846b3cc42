"""What only Kafka has to prove; what every log promises is in the contract suite."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator

import pytest

from pipeline.errors import ConfigurationError, LogUnavailable, MessageTooLarge, PartitionLost
from pipeline.log.kafka import KafkaLog
from pipeline.log.protocol import (
    Consumer,
    Message,
    OutgoingMessage,
    PartitionLag,
    TopicPartition,
)
from pipeline.topics import TOPICS
from tests.kafka_fixture import KafkaBroker

pytestmark = pytest.mark.kafka

SESSION_SECONDS = 2.0
SOURCE, TARGET = "crawl.reports", "dead-letters"  # of one partition each
MOST_POLLS = 120


def open_log(bootstrap: str, prefix: str) -> KafkaLog:
    return KafkaLog([bootstrap], prefix=prefix, session_timeout_seconds=SESSION_SECONDS)


@pytest.fixture
def prefix() -> str:
    return f"t{uuid.uuid4().hex[:8]}."


@pytest.fixture
def log(kafka_bootstrap: str, prefix: str) -> Iterator[KafkaLog]:
    log = open_log(kafka_bootstrap, prefix)
    log.create_topics(TOPICS)
    yield log
    log.close()


def messages(values: range | list[str], topic: str = SOURCE) -> list[OutgoingMessage]:
    return [
        OutgoingMessage(topic=topic, key=str(value).encode(), value=str(value).encode())
        for value in values
    ]


def poll_until(consumer: Consumer, count: int) -> list[Message]:
    found: list[Message] = []
    for _ in range(MOST_POLLS):
        found += consumer.poll(0.5, 100)
        if len(found) >= count:
            break
    return found


def insist(action: Callable[[], None]) -> None:
    """Call until the log is there again, with the same arguments, as the stage runner does."""
    for _ in range(20):
        try:
            return action()
        except LogUnavailable:
            continue
    raise AssertionError("the log never recovered")


def written(log: KafkaLog, topic: str) -> list[str]:
    found = log.read(TopicPartition(topic, 0), 0, 10_000)
    return [message.value.decode() for message in found]


def copy(consumer: Consumer, batch: list[Message]) -> None:
    """Commit a batch with its copies in TARGET, as a stage does."""
    if not batch:
        return
    offsets: dict[TopicPartition, int] = {}
    for message in batch:
        offsets[message.topic_partition] = message.offset + 1
    outputs = messages([message.value.decode() for message in batch], TARGET)
    insist(lambda: consumer.commit(offsets, outputs))


def pump(consumer: Consumer, count: int) -> None:
    """Copy `count` messages from SOURCE to TARGET as a stage does."""
    copied = 0
    for _ in range(MOST_POLLS):
        if copied >= count:
            return
        try:
            batch = consumer.poll(0.5, 7)
        except LogUnavailable:
            continue
        try:
            copy(consumer, batch)
        except PartitionLost:
            continue
        copied += len(batch)
    raise AssertionError(f"only {copied} of {count} copied")


KILLED_INSIDE = """
import sys
from pipeline.log.kafka import KafkaLog
from pipeline.log.protocol import OutgoingMessage

log = KafkaLog([sys.argv[1]], prefix=sys.argv[2], session_timeout_seconds=2.0)
producer = log.producer()
transactions = producer._transactions
transactions._fill(
    transactions._ready(),
    [OutgoingMessage(topic="dead-letters", key=b"k", value=b"never committed")] * 3,
    None,
    None,
)
print("inside", flush=True)
sys.stdin.read()
"""


def test_a_transaction_of_a_killed_process_is_never_seen(
    kafka_bootstrap: str, prefix: str, log: KafkaLog
) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED_INSIDE, kafka_bootstrap, prefix],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout is not None
    assert killed.stdin is not None
    assert killed.stdout.readline() == b"inside\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    killed.stdin.close()
    raw_end = log.lag("nobody", [TARGET])[0].end
    assert raw_end >= 3, "the messages had reached the broker"

    producer = log.producer()
    producer.publish(messages(["after"], TARGET))
    producer.close()
    consumer = log.consumer("readers", [TARGET])
    # What the others write is hidden until the broker ends the killed transaction.
    assert [m.value for m in poll_until(consumer, 1)] == [b"after"]
    consumer.close()


def test_publisher_and_consumer_survive_a_killed_broker(
    kafka_broker: KafkaBroker, prefix: str
) -> None:
    log = open_log(kafka_broker.bootstrap, prefix)
    log.create_topics(TOPICS)
    producer = log.producer()
    consumer = log.consumer("stage", [SOURCE])
    producer.publish(messages(range(20)))
    pump(consumer, 14)

    kafka_broker.kill()
    revival = threading.Thread(target=kafka_broker.start)
    revival.start()
    insist(lambda: producer.publish(messages(range(20, 40))))
    pump(consumer, 26)
    revival.join()

    assert written(log, SOURCE) == [str(n) for n in range(40)]
    assert written(log, TARGET) == [str(n) for n in range(40)]
    producer.close()
    consumer.close()
    log.close()


def test_a_commit_in_flight_when_the_broker_dies_happens_once(
    kafka_broker: KafkaBroker, prefix: str
) -> None:
    log = open_log(kafka_broker.bootstrap, prefix)
    log.create_topics(TOPICS)
    producer = log.producer()
    producer.publish(messages(range(30)))
    consumer = log.consumer("stage", [SOURCE])
    copied = 0
    for _ in range(3):
        batch = poll_until(consumer, 1)
        copied += len(batch)
        killer = threading.Thread(target=kafka_broker.restart)
        killer.start()
        copy(consumer, batch)
        killer.join()
        insist(lambda: producer.publish(messages(["more"])))
    pump(consumer, 33 - copied)
    assert sorted(written(log, TARGET)) == sorted(written(log, SOURCE))
    producer.close()
    consumer.close()
    log.close()


def test_an_absent_broker_is_reported_in_bounded_time() -> None:
    log = KafkaLog(["127.0.0.1:1"], prefix="t.", session_timeout_seconds=SESSION_SECONDS)
    producer = log.producer()
    with pytest.raises(LogUnavailable):
        producer.publish(messages(["lost"]))
    with pytest.raises(LogUnavailable):
        log.consumer("stage", [SOURCE])
    producer.close()
    log.close()


def test_a_silent_outage_is_told_by_poll(kafka_broker: KafkaBroker, prefix: str) -> None:
    log = open_log(kafka_broker.bootstrap, prefix)
    log.create_topics(TOPICS)
    consumer = log.consumer("stage", [SOURCE])
    assert poll_until(consumer, 0) == []
    kafka_broker.kill()
    with pytest.raises(LogUnavailable):
        poll_until(consumer, 1)
    consumer.close()
    log.close()


def test_an_idle_group_has_no_lag_although_markers_follow_its_messages(log: KafkaLog) -> None:
    producer = log.producer()
    producer.publish(messages(range(3)))
    consumer = log.consumer("stage", [SOURCE])
    batch = poll_until(consumer, 3)
    consumer.commit({TopicPartition(SOURCE, 0): batch[-1].offset + 1})
    assert consumer.poll(0.5, 10) == []
    found: list[PartitionLag] = log.lag("stage", [SOURCE])
    assert [each.lag for each in found] == [0]
    assert consumer.lag() == 0
    producer.close()
    consumer.close()


def test_an_oversized_message_is_the_messages_fault(log: KafkaLog) -> None:
    producer = log.producer()
    huge = OutgoingMessage(topic=SOURCE, key=b"k", value=b"x" * 9_000_000)
    with pytest.raises(MessageTooLarge):
        producer.publish([huge])
    producer.publish(messages(["small"]))
    assert written(log, SOURCE) == ["small"]
    producer.close()


def test_an_impossible_session_timeout_is_a_configuration_error(
    kafka_bootstrap: str, prefix: str
) -> None:
    log = KafkaLog([kafka_bootstrap], prefix=prefix, session_timeout_seconds=0.01)
    log.create_topics(TOPICS)
    consumer = log.consumer("stage", [SOURCE])
    with pytest.raises(ConfigurationError):
        poll_until(consumer, 1)
    consumer.close()
    log.close()
