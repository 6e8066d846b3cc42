"""The embedded event log: one SQLite file that several processes share, nothing to install."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.clock import Clock, SystemClock
from pipeline.errors import ConfigurationError, UsageError
from pipeline.log import sqlite_groups as groups
from pipeline.log.protocol import (
    Message,
    OutgoingMessage,
    PartitionLag,
    TopicDescription,
    TopicPartition,
)
from pipeline.log.sizes import check_sizes
from pipeline.log.sqlite_catalogue import Catalogue
from pipeline.log.sqlite_connection import LogConnection, connect
from pipeline.log.sqlite_consumer import SqliteConsumer
from pipeline.log.sqlite_messages import (
    append,
    bounds,
    drop_before,
    first_offset_at,
    read,
    route,
    to_microseconds,
)
from pipeline.log.sqlite_schema import prepare
from pipeline.topics import Topic

BUSY_TIMEOUT_SECONDS = 10.0
"""Longest wait for another process' write; each is over in milliseconds."""
RETENTION_CHUNK = 2_000
"""Messages deleted in one transaction, so that writers never wait long."""


class SqliteProducer:
    """Writes on its own connection; used by one thread at a time."""

    def __init__(self, connection: LogConnection, catalogue: Catalogue, clock: Clock) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._clock = clock

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        if not messages:
            return
        check_sizes(messages)
        routed = route(self._connection, self._catalogue, messages)
        with self._connection.writing():
            append(self._connection, routed, self._clock.now())

    def close(self) -> None:
        self._connection.close()


class SqliteLog:
    """The log in one file; usable from several threads, producers and consumers from one each."""

    def __init__(
        self,
        path: Path,
        *,
        prefix: str,
        session_timeout_seconds: float,
        clock: Clock | None = None,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
    ) -> None:
        self._path = path
        self._prefix = prefix
        self._session_timeout_seconds = session_timeout_seconds
        self._clock = clock or SystemClock()
        self._busy_timeout_seconds = busy_timeout_seconds
        self._catalogue = Catalogue(prefix)
        self._lock = threading.Lock()
        self._make_folder()
        self._connection = self._connect()
        try:
            prepare(self._connection, busy_timeout_seconds, self._clock)
        except BaseException:
            self._connection.close()
            raise

    def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        with self._lock:
            return self._catalogue.create(self._connection, topics)

    def producer(self) -> SqliteProducer:
        return SqliteProducer(self._connect(), self._catalogue, self._clock)

    def consumer(self, group: str, topics: Sequence[str]) -> SqliteConsumer:
        connection = self._connect()
        try:
            return SqliteConsumer(
                connection,
                self._catalogue,
                self._prefix + group,
                topics,
                session_timeout_seconds=self._session_timeout_seconds,
                clock=self._clock,
            )
        except BaseException:
            connection.close()
            raise

    def describe(self) -> list[TopicDescription]:
        with self._lock, self._connection.reading():
            rows = self._connection.execute(
                "SELECT name, count(*), sum(next_offset - beginning), retention_seconds"
                " FROM topics JOIN partitions USING (topic_id) GROUP BY topic_id"
            ).fetchall()
        return [
            TopicDescription(
                topic=name.removeprefix(self._prefix),
                partitions=partitions,
                messages=messages,
                retention_seconds=retention_seconds,
            )
            for name, partitions, messages, retention_seconds in rows
            if name.startswith(self._prefix)
        ]

    def lag(self, group: str, topics: Sequence[str]) -> list[PartitionLag]:
        with self._lock, self._connection.reading():
            places = self._catalogue.places(self._connection, topics)
            committed = self._committed(group)
            return [
                _lag(place, bounds(self._connection, partition_id), committed.get(partition_id))
                for partition_id, place in places.items()
            ]

    def members(self, group: str) -> int:
        with self._lock, self._connection.reading():
            return self._live_members(group)

    def offsets_for_time(self, topic: str, moment: datetime) -> dict[TopicPartition, int]:
        with self._lock, self._connection.reading():
            return {
                place: first_offset_at(self._connection, partition_id, moment)
                for partition_id, place in self._catalogue.places(self._connection, [topic]).items()
            }

    def reset_group(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        with self._lock, self._connection.writing():
            if count := self._live_members(group):
                raise UsageError(
                    f"group {group} has {count} live member(s): stop its workers first, or wait "
                    f"{self._session_timeout_seconds:g} s after a crash"
                )
            group_id = groups.group_id_of(self._connection, self._prefix + group)
            # A member that only sleeps must not commit over the reset when it wakes up.
            groups.expire(self._connection, group_id, to_microseconds(self._clock.now()))
            groups.rebalance(self._connection, group_id)
            for place, offset in offsets.items():
                self._reset(group_id, place, offset)

    def read(self, partition: TopicPartition, offset: int, max_messages: int) -> list[Message]:
        with self._lock, self._connection.reading():
            partition_id = self._catalogue.partition_id(self._connection, partition)
            beginning, _ = bounds(self._connection, partition_id)
            start = max(offset, beginning)
            return read(self._connection, partition_id, partition, start, start + max_messages)

    def apply_retention(self) -> int:
        now = self._clock.now()
        dropped = 0
        for description in self.describe():
            moment = now - timedelta(seconds=description.retention_seconds)
            with self._lock:
                partition_ids = self._catalogue.partition_ids(self._connection, description.topic)
            dropped += sum(self._drop(partition_id, moment) for partition_id in partition_ids)
        return dropped

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _connect(self) -> LogConnection:
        return connect(self._path, self._busy_timeout_seconds)

    def _make_folder(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"log {self._path}: its folder cannot be made ({error.strerror}): "
                "choose a writable path"
            ) from error

    def _live_members(self, group: str) -> int:
        now = to_microseconds(self._clock.now())
        row = self._connection.execute(
            "SELECT group_id FROM groups WHERE name = ?", (self._prefix + group,)
        ).fetchone()
        return 0 if row is None else groups.live_members(self._connection, row[0], now)

    def _committed(self, group: str) -> dict[int, int]:
        rows = self._connection.execute(
            "SELECT partition_id, committed FROM group_partitions JOIN groups USING (group_id)"
            " WHERE name = ? AND committed IS NOT NULL",
            (self._prefix + group,),
        )
        return dict(rows.fetchall())

    def _reset(self, group_id: int, place: TopicPartition, offset: int) -> None:
        partition_id = self._catalogue.partition_id(self._connection, place)
        _, end = bounds(self._connection, partition_id)
        if not 0 <= offset <= end:
            raise UsageError(f"{place} has no offset {offset}: choose 0 to {end}")
        groups.add_partition(self._connection, group_id, partition_id)
        self._connection.execute(
            "UPDATE group_partitions SET committed = ? WHERE group_id = ? AND partition_id = ?",
            (offset, group_id, partition_id),
        )

    def _drop(self, partition_id: int, moment: datetime) -> int:
        total = 0
        while True:
            with self._lock, self._connection.writing():
                dropped = drop_before(self._connection, partition_id, moment, RETENTION_CHUNK)
            total += dropped
            if dropped < RETENTION_CHUNK:
                return total


def _lag(place: TopicPartition, kept: tuple[int, int], committed: int | None) -> PartitionLag:
    beginning, end = kept
    return PartitionLag(
        topic=place.topic,
        partition=place.partition,
        beginning=beginning,
        end=end,
        committed=committed,
        # What retention has dropped will not be read, so it is not waited for.
        lag=end - max(committed or 0, beginning),
    )
