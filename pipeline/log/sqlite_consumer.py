"""The consumer of the embedded log: polls its partitions in turn, commits under their epochs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from pipeline.clock import Clock
from pipeline.errors import PartitionLost, Retry
from pipeline.log.protocol import Message, OutgoingMessage, TopicPartition
from pipeline.log.sharing import fair_shares
from pipeline.log.sizes import check_sizes
from pipeline.log.sqlite_catalogue import Catalogue
from pipeline.log.sqlite_connection import LogConnection
from pipeline.log.sqlite_membership import Holding, Membership
from pipeline.log.sqlite_messages import append, read, route

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.02
"""Pause between two looks while nothing arrives: SQLite tells nobody of a commit."""


class SqliteConsumer:
    """One member of one group; used by one thread at a time, on its own connection."""

    def __init__(
        self,
        connection: LogConnection,
        catalogue: Catalogue,
        group: str,
        topics: Sequence[str],
        *,
        session_timeout_seconds: float,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._clock = clock
        self._places = catalogue.places(connection, topics)
        self._membership = Membership(
            connection,
            group,
            self._places,
            session_timeout_seconds=session_timeout_seconds,
            clock=clock,
        )
        self._ids = {place: partition_id for partition_id, place in self._places.items()}
        self._paused: set[int] = set()
        self._turn = 0
        self._idle_version: int | None = None
        self._is_closed = False

    def poll(self, timeout_seconds: float, max_messages: int) -> list[Message]:
        deadline = self._clock.monotonic() + timeout_seconds
        while True:
            messages = self._look(max_messages)
            left = deadline - self._clock.monotonic()
            if messages or left <= 0:
                return messages
            self._clock.sleep(min(left, LOOK_SECONDS))

    def commit(
        self,
        offsets: Mapping[TopicPartition, int],
        outputs: Sequence[OutgoingMessage] = (),
    ) -> None:
        check_sizes(outputs)
        for place in offsets:
            if place not in self._ids:
                raise PartitionLost(f"{place}: this worker does not read its topic")
        by_id = {self._ids[place]: offset for place, offset in offsets.items()}
        routed = route(self._connection, self._catalogue, outputs)
        self._idle_version = None
        with self._connection.writing():
            self._membership.commit(by_id)
            append(self._connection, routed, self._clock.now())
        for partition_id, offset in by_id.items():
            self._membership.holdings[partition_id].commit(offset)

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self._places[partition_id] for partition_id in self._membership.holdings)

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        self._paused.update(self._ids[place] for place in partitions if place in self.assignment())

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        self._paused.difference_update(
            self._ids[place] for place in partitions if place in self._ids
        )
        self._idle_version = None

    def seek(self, partition: TopicPartition, offset: int) -> None:
        if partition not in self.assignment():
            raise PartitionLost(f"{partition}: is not this worker's")
        self._membership.holdings[self._ids[partition]].seek(offset)
        self._idle_version = None

    def lag(self) -> int:
        with self._connection.reading():
            total: int = self._connection.execute(
                "SELECT coalesce(sum(next_offset - max(coalesce(committed, 0), beginning)), 0)"
                " FROM group_partitions JOIN partitions USING (partition_id)"
                " WHERE group_id = ? AND owner = ?",
                (self._membership.group_id, self._membership.member_id),
            ).fetchone()[0]
        return total

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._membership.leave()
        except Retry as error:
            logger.warning("left without a word, others wait for the session timeout: %s", error)
        finally:
            self._connection.close()

    def _look(self, max_messages: int) -> list[Message]:
        self._membership.keep_alive()
        version = self._connection.data_version()
        if version == self._idle_version and self._membership.is_settled:
            return []
        self._membership.refresh()
        # A partition that was lost comes back unpaused.
        self._paused &= self._membership.holdings.keys()
        messages = self._fetch(max_messages)
        self._idle_version = None if messages else version
        return messages

    def _fetch(self, max_messages: int) -> list[Message]:
        messages: list[Message] = []
        with self._connection.reading():
            waiting = self._waiting()
            if not waiting:
                return []
            available = [end - start for _, start, end in waiting]
            shares = fair_shares(available, max_messages, self._turn)
            for (partition_id, start, _), share in zip(waiting, shares, strict=True):
                if share:
                    place = self._places[partition_id]
                    messages += read(self._connection, partition_id, place, start, start + share)
        # Only now, so that a failed read is read again.
        self._turn += 1
        for message in messages:
            self._holding_of(message).deliver(message.offset + 1)
        return messages

    def _waiting(self) -> list[tuple[int, int, int]]:
        """Partition id, first and end offset of everything that may be returned now."""
        holdings = self._membership.holdings
        rows = self._connection.execute(
            "SELECT partition_id, beginning, next_offset"
            " FROM group_partitions JOIN partitions USING (partition_id)"
            " WHERE group_id = ? AND owner = ? ORDER BY partition_id",
            (self._membership.group_id, self._membership.member_id),
        )
        spans = [
            (partition_id, max(holdings[partition_id].position, beginning), end)
            for partition_id, beginning, end in rows
            if partition_id in holdings
            and partition_id not in self._paused
            and holdings[partition_id].revoked_at is None
        ]
        return [(partition_id, start, end) for partition_id, start, end in spans if start < end]

    def _holding_of(self, message: Message) -> Holding:
        return self._membership.holdings[self._ids[message.topic_partition]]
