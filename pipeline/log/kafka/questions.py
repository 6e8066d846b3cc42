"""What is asked of the brokers about topics, offsets and groups."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from kafka import OffsetSpec
from kafka import TopicPartition as KafkaPartition
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType

from pipeline.log.kafka.connection import ANSWER_MS, Connection, Offsets
from pipeline.log.kafka.errors import translated_errors

T = TypeVar("T")

UNKNOWN_GROUP = "[Error 69]"


class Questions:
    """Asks through one admin client, shared by threads and opened at the first question.

    All names here are Kafka's own, prefix included. Raises LogUnavailable.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._admin: Any = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the connection back; the next question opens another."""
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None

    def ask(self, question: Callable[[Any], T]) -> T:
        """The admin client's answer, asked again while the brokers elect a coordinator."""
        deadline = time.monotonic() + ANSWER_MS / 1000
        with translated_errors():
            while True:
                try:
                    return question(self._connected_admin())
                except kafka_errors.KafkaError as error:
                    if not error.retriable or time.monotonic() > deadline:
                        raise
                time.sleep(0.1)

    def partitions(self, names: Sequence[str]) -> list[Any]:
        """Of these topics, in order."""
        if not names:
            return []
        described = self.ask(lambda admin: admin.describe_topics(list(names)))
        return sorted(
            KafkaPartition(topic["name"], partition["partition_index"])
            for topic in described
            for partition in topic["partitions"]
        )

    def beginnings(self, partitions: Sequence[Any]) -> Offsets:
        """First offset still kept."""
        return self._offsets(partitions, OffsetSpec.EARLIEST)

    def ends(self, partitions: Sequence[Any]) -> Offsets:
        """Offset that the next message will get."""
        return self._offsets(partitions, OffsetSpec.LATEST)

    def offsets_at(self, partitions: Sequence[Any], moment: datetime) -> Offsets:
        """First offset written then or later, or the end."""
        found = self._offsets(partitions, round(moment.timestamp() * 1000))
        end = self.ends(partitions)
        return {at: offset if offset >= 0 else end[at] for at, offset in found.items()}

    def committed(self, group: str) -> Offsets:
        """Where the group stands, as far as it ever committed."""
        found = self.ask(lambda admin: admin.list_group_offsets(group)).get(group, {})
        return {at: answer.offset for at, answer in found.items() if answer.offset >= 0}

    def members(self, group: str) -> int:
        """Live members; 0 of a group that nobody knows."""

        def count(admin: Any) -> int:
            described = admin.describe_groups([group])[group]
            if described["error"] and not described["error"].startswith(UNKNOWN_GROUP):
                raise kafka_errors.CoordinatorNotAvailableError(described["error"])
            return len(described["members"])

        return self.ask(count)

    def retention_seconds(self, names: Sequence[str]) -> dict[str, int]:
        """How long each of these topics keeps its messages."""
        if not names:
            return {}
        wanted = [ConfigResource(ConfigResourceType.TOPIC, n, ["retention.ms"]) for n in names]
        found = self.ask(lambda admin: admin.describe_configs(wanted, config_filter="all"))
        return {n: int(found["topic"][n]["retention.ms"]["value"]) // 1000 for n in names}

    def read(self, starts: Offsets, max_records: int) -> dict[Any, list[Any]]:
        """What stands there from each offset on: so many records in all, or up to the ends."""
        with translated_errors():
            consumer = self._connection.consumer()
            try:
                return self._read(consumer, starts, max_records)
            finally:
                consumer.close()

    def _offsets(self, partitions: Sequence[Any], at: Any) -> Offsets:
        if not partitions:
            return {}
        wanted = dict.fromkeys(partitions, at)
        found = self.ask(lambda admin: admin.list_partition_offsets(wanted))
        return {partition: answer.offset for partition, answer in found.items()}

    def _connected_admin(self) -> Any:
        with self._lock:
            if self._admin is None:
                self._admin = self._connection.admin()
            return self._admin

    def _read(self, consumer: Any, starts: Offsets, wanted: int) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        deadline = time.monotonic() + ANSWER_MS / 1000
        consumer.assign(list(starts))
        for at, offset in starts.items():
            consumer.seek(at, offset)
        ends = consumer.end_offsets(list(starts), timeout_ms=ANSWER_MS)
        while wanted > 0 and any(consumer.position(at, ANSWER_MS) < ends[at] for at in starts):
            if time.monotonic() > deadline:
                raise kafka_errors.KafkaTimeoutError("the end was not reached")
            # Short: markers alone do not end a poll.
            for at, records in consumer.poll(20, max_records=wanted).items():
                found.setdefault(at, []).extend(records)
                wanted -= len(records)
        return found
