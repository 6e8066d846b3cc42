"""Topics, groups and replay on Apache Kafka, behind the protocol of the event log."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kafka import OffsetAndMetadata
from kafka import errors as kafka_errors

from pipeline.errors import UsageError
from pipeline.log.kafka.connection import MAX_MESSAGE_BYTES, Connection, Offsets
from pipeline.log.kafka.consumer import KafkaLogConsumer
from pipeline.log.kafka.errors import LOST_ERRORS, translated_errors
from pipeline.log.kafka.producer import KafkaLogProducer
from pipeline.log.kafka.questions import Questions
from pipeline.log.protocol import Message, PartitionLag, TopicDescription, TopicPartition
from pipeline.topics import Topic

MARKERS = 4
"""Up to this lag it is worth looking whether messages or only transaction markers are behind."""


class KafkaLog:
    """The event log kept by Apache Kafka brokers."""

    def __init__(
        self, servers: Sequence[str], *, prefix: str, session_timeout_seconds: float
    ) -> None:
        """`servers` are `host:port` of one or more brokers; nothing is opened yet."""
        self._connection = Connection(servers, prefix, session_timeout_seconds)
        self._questions = Questions(self._connection)
        quiet = logging.getLogger("kafka")
        if quiet.level == logging.NOTSET:
            # Whatever matters is raised as an error of ours; outages would flood the log.
            quiet.setLevel(logging.CRITICAL)

    def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        """See pipeline.log.protocol.EventLog; replicas as the brokers' default says."""
        prefix = self._connection.prefix
        existing = set(self._questions.ask(lambda admin: admin.list_topics()))
        missing = {prefix + t.name: t for t in topics if prefix + t.name not in existing}
        if not missing:
            return []
        wanted = {name: topic_options(topic) for name, topic in missing.items()}
        answer = self._questions.ask(lambda admin: admin.create_topics(wanted, raise_errors=False))
        created = []
        for found in answer["topics"]:
            error = kafka_errors.for_code(found["error_code"])
            if error is kafka_errors.NoError:
                created.append(missing[found["name"]].name)
            elif error is not kafka_errors.TopicAlreadyExistsError:
                with translated_errors():
                    raise error(found["error_message"])
        self._questions.ask(lambda admin: admin.wait_for_topics(list(missing)))
        return created

    def producer(self) -> KafkaLogProducer:
        """See pipeline.log.protocol.EventLog."""
        return KafkaLogProducer(self._connection)

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaLogConsumer:
        """See pipeline.log.protocol.EventLog."""
        with translated_errors():
            return KafkaLogConsumer(
                self._connection,
                group,
                topics,
                committed=lambda: self._questions.committed(self._connection.prefix + group),
                lag=lambda: self.lag(group, topics),
            )

    def describe(self) -> list[TopicDescription]:
        """See pipeline.log.protocol.EventLog."""
        known: list[str] = self._questions.ask(lambda admin: admin.list_topics())
        names = [name for name in known if name.startswith(self._connection.prefix)]
        partitions = self._questions.partitions(names)
        first, end = self._questions.beginnings(partitions), self._questions.ends(partitions)
        retention = self._questions.retention_seconds(names)
        return [
            TopicDescription(
                topic=name.removeprefix(self._connection.prefix),
                partitions=sum(at.topic == name for at in partitions),
                messages=sum(end[at] - first[at] for at in partitions if at.topic == name),
                retention_seconds=retention[name],
            )
            for name in sorted(names)
        ]

    def lag(self, group: str, topics: Sequence[str]) -> list[PartitionLag]:
        """See pipeline.log.protocol.EventLog."""
        prefix = self._connection.prefix
        partitions = self._questions.partitions([prefix + topic for topic in topics])
        first, end = self._questions.beginnings(partitions), self._questions.ends(partitions)
        committed = self._questions.committed(prefix + group)
        lags = {at: max(0, end[at] - max(first[at], committed.get(at, 0))) for at in partitions}
        lags |= self._without_markers({at: lag for at, lag in lags.items() if at in committed}, end)
        return [
            PartitionLag(
                topic=at.topic.removeprefix(prefix),
                partition=at.partition,
                beginning=first[at],
                end=end[at],
                committed=committed.get(at),
                lag=lags[at],
            )
            for at in partitions
        ]

    def members(self, group: str) -> int:
        """See pipeline.log.protocol.EventLog."""
        return self._questions.members(self._connection.prefix + group)

    def offsets_for_time(self, topic: str, moment: datetime) -> dict[TopicPartition, int]:
        """See pipeline.log.protocol.EventLog."""
        partitions = self._questions.partitions([self._connection.prefix + topic])
        found = self._questions.offsets_at(partitions, moment)
        return {self._connection.partition(at): offset for at, offset in found.items()}

    def reset_group(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """See pipeline.log.protocol.EventLog."""
        if members := self.members(group):
            raise UsageError(f"group {group} has {members} live members: stop them first")
        wanted = {
            self._connection.kafka_partition(at): OffsetAndMetadata(offset, "", -1)
            for at, offset in offsets.items()
        }
        name = self._connection.prefix + group
        answer = self._questions.ask(lambda admin: admin.alter_group_offsets(name, wanted))
        for error in answer.values():
            if issubclass(error, LOST_ERRORS):
                raise UsageError(f"group {group} has live members: stop them first")
            if error is not kafka_errors.NoError:
                with translated_errors():
                    raise error

    def read(self, partition: TopicPartition, offset: int, max_messages: int) -> list[Message]:
        """See pipeline.log.protocol.EventLog."""
        at = self._connection.kafka_partition(partition)
        found = self._questions.read({at: offset}, max_messages)
        return [self._connection.message(record) for record in found.get(at, ())]

    def apply_retention(self) -> int:
        """Nothing: the brokers do it by themselves."""
        return 0

    def close(self) -> None:
        """See pipeline.log.protocol.EventLog."""
        self._questions.close()

    def _without_markers(self, lags: Offsets, end: Offsets) -> Offsets:
        """The small ones of the lags, exactly: a commit leaves its marker behind the messages."""
        small = {at: lag for at, lag in lags.items() if 0 < lag <= MARKERS}
        if not small:
            return {}
        starts = {at: end[at] - lag for at, lag in small.items()}
        found = self._questions.read(starts, sum(small.values()))
        return {at: len(found.get(at, ())) for at in small}


def topic_options(topic: Topic) -> dict[str, Any]:
    """What Kafka is told of a new topic."""
    return {
        "num_partitions": topic.partitions,
        "replication_factor": -1,
        "configs": {
            "retention.ms": str(topic.retention_seconds * 1000),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            # Retention and replay by time go by when the log took a message.
            "message.timestamp.type": "LogAppendTime",
        },
    }
