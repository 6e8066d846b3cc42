"""Which partitions each topic of the embedded log has, asked once and remembered."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import ConfigurationError, UsageError
from pipeline.log.protocol import TopicPartition
from pipeline.log.sqlite_connection import LogConnection, translated_errors
from pipeline.topics import Topic


class Catalogue:
    """Bare topic names → partition ids. Partitions of a topic never change, so what was read
    once stays true; safe to share between threads."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._partition_ids: dict[str, tuple[int, ...]] = {}

    def create(self, connection: LogConnection, topics: Sequence[Topic]) -> list[str]:
        """Create what is missing; returns the names created."""
        created = []
        with connection.writing():
            for topic in topics:
                inserted = connection.execute(
                    "INSERT OR IGNORE INTO topics (name, retention_seconds) VALUES (?, ?)",
                    (self._prefix + topic.name, topic.retention_seconds),
                )
                if inserted.rowcount == 0:
                    continue
                connection.executemany(
                    "INSERT INTO partitions (topic_id, partition) VALUES (?, ?)",
                    [(inserted.lastrowid, number) for number in range(topic.partitions)],
                )
                created.append(topic.name)
        return created

    def names(self, connection: LogConnection) -> list[str]:
        """Every topic with our prefix, in the order of creation."""
        with translated_errors(connection.path):
            rows = connection.execute(
                "SELECT name FROM topics WHERE substr(name, 1, ?) = ? ORDER BY topic_id",
                (len(self._prefix), self._prefix),
            ).fetchall()
        return [name.removeprefix(self._prefix) for (name,) in rows]

    def partition_ids(self, connection: LogConnection, topic: str) -> tuple[int, ...]:
        """Ids of the topic's partitions, by number.

        Raises ConfigurationError when there is no such topic.
        """
        known = self._partition_ids.get(topic)
        if known is not None:
            return known
        with translated_errors(connection.path):
            rows = connection.execute(
                "SELECT partition_id FROM partitions JOIN topics USING (topic_id)"
                " WHERE name = ? ORDER BY partition",
                (self._prefix + topic,),
            ).fetchall()
        if not rows:
            raise ConfigurationError(
                f"log {connection.path}: has no topic {self._prefix + topic!r}: "
                "run `otzvuk topics create`"
            )
        return self._partition_ids.setdefault(topic, tuple(row[0] for row in rows))

    def places(self, connection: LogConnection, topics: Sequence[str]) -> dict[int, TopicPartition]:
        """Partition ids of all these topics, in order, with what they stand for."""
        return {
            partition_id: TopicPartition(topic, number)
            for topic in topics
            for number, partition_id in enumerate(self.partition_ids(connection, topic))
        }

    def partition_id(self, connection: LogConnection, place: TopicPartition) -> int:
        """The id of one partition.

        Raises UsageError when the topic has fewer partitions.
        """
        partition_ids = self.partition_ids(connection, place.topic)
        if not 0 <= place.partition < len(partition_ids):
            raise UsageError(
                f"topic {place.topic} has no partition {place.partition}: "
                f"choose 0 to {len(partition_ids) - 1}"
            )
        return partition_ids[place.partition]
