"""What the tests of every event log need: topics, messages, and waiting with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack

from pipeline.errors import PartitionLost
from pipeline.log.protocol import (
    Consumer,
    EventLog,
    Message,
    OutgoingMessage,
    Producer,
    TopicPartition,
)
from pipeline.topics import DAY_SECONDS, Topic

DEADLINE_SECONDS = 60.0
"""Far beyond what the slowest implementation needs."""
POLL_SECONDS = 0.2


def topic(name: str, partitions: int) -> Topic:
    """A topic for tests."""
    return Topic(
        name=name,
        record=dict,
        version=1,
        key=str,
        partitions=partitions,
        retention_seconds=7 * DAY_SECONDS,
        why="Tests.",
    )


INPUT, OUTPUT = topic("tests.input", 4), topic("tests.output", 2)
PARTITIONS = frozenset(TopicPartition(INPUT.name, number) for number in range(INPUT.partitions))


def outgoing(key: str, value: str, name: str = INPUT.name) -> OutgoingMessage:
    """A message of two texts."""
    return OutgoingMessage(topic=name, key=key.encode(), value=value.encode())


def numbered(count: int, keys: int = 20, name: str = INPUT.name) -> list[OutgoingMessage]:
    """`count` messages over `keys` keys; the value is the message's number."""
    return [outgoing(f"key-{number % keys}", str(number), name) for number in range(count)]


def values(messages: Iterable[Message]) -> list[str]:
    """What the messages say."""
    return [message.value.decode() for message in messages]


def next_offsets(messages: Iterable[Message]) -> dict[TopicPartition, int]:
    """What to commit when all of these are done."""
    offsets: dict[TopicPartition, int] = {}
    for message in messages:
        offsets[message.topic_partition] = max(
            offsets.get(message.topic_partition, 0), message.offset + 1
        )
    return offsets


class LogBench:
    """A fresh log with two topics; whatever is opened through it is closed with it."""

    def __init__(self, open_log: Callable[[], EventLog]) -> None:
        self._open_log = open_log
        self._opened = ExitStack()
        self.log = self.reopen()
        self.created = self.log.create_topics([INPUT, OUTPUT])

    def reopen(self) -> EventLog:
        """Another connection to the same log, as another process would have."""
        log = self._open_log()
        self._opened.callback(log.close)
        return log

    def producer(self) -> Producer:
        """A producer."""
        producer = self.log.producer()
        self._opened.callback(producer.close)
        return producer

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        """Publish once."""
        producer = self.log.producer()
        producer.publish(messages)
        producer.close()

    def consumer(self, group: str = "group", topics: Sequence[str] = (INPUT.name,)) -> Consumer:
        """A new member of a group."""
        consumer = self.log.consumer(group, topics)
        self._opened.callback(consumer.close)
        return consumer

    def everything(self, name: str = INPUT.name) -> list[Message]:
        """All messages of a topic, partition by partition."""
        ends = self.log.lag("nobody", [name])
        messages: list[Message] = []
        for part in ends:
            place = TopicPartition(name, part.partition)
            offset = part.beginning
            while found := self.log.read(place, offset, 500):
                messages += found
                offset = found[-1].offset + 1
        return messages

    def close(self) -> None:
        """Close whatever was opened."""
        self._opened.close()


def poll_until(
    condition: Callable[[list[Message]], bool],
    *consumers: Consumer,
    max_messages: int = 100,
    commit: bool = False,
) -> list[Message]:
    """Poll the consumers in turn until `condition` holds for all messages so far.

    With `commit` every poll is committed; what was lost meanwhile does not count.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    messages: list[Message] = []
    while not condition(messages):
        assert time.monotonic() < deadline, f"not reached with {len(messages)} messages"
        for consumer in consumers:
            batch = consumer.poll(POLL_SECONDS, max_messages)
            try:
                if commit and batch:
                    consumer.commit(next_offsets(batch))
            except PartitionLost:
                continue
            messages += batch
    return messages


def poll_count(count: int, *consumers: Consumer, commit: bool = False) -> list[Message]:
    """Poll until so many messages have come."""
    return poll_until(lambda messages: len(messages) >= count, *consumers, commit=commit)


def poll_until_owned(*consumers: Consumer) -> list[Message]:
    """Poll until the consumers own everything between them, each its fair share."""
    fair = len(PARTITIONS) // len(consumers)

    def shared(_: list[Message]) -> bool:
        owned = [consumer.assignment() for consumer in consumers]
        return frozenset().union(*owned) == PARTITIONS and all(len(own) >= fair for own in owned)

    return poll_until(shared, *consumers, commit=True)


def poll_until_no_lag(consumer: Consumer) -> list[Message]:
    """Poll until nothing waits; Kafka needs an idle poll to pass its own transaction marks."""
    return poll_until(lambda _: consumer.lag() == 0, consumer)
