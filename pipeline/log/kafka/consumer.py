"""A member of a consumer group that commits offsets and outputs as one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka import errors as kafka_errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from pipeline.errors import LogUnavailable, PartitionLost
from pipeline.log.kafka.connection import ANSWER_MS, Connection, Offsets
from pipeline.log.kafka.errors import translated_errors
from pipeline.log.kafka.rebalance import KeptJoin, Losses
from pipeline.log.kafka.transactions import Transactions
from pipeline.log.protocol import Message, OutgoingMessage, PartitionLag, TopicPartition
from pipeline.log.sizes import check_sizes


class KafkaLogConsumer:
    """One member of a consumer group; offsets and outputs are committed in one transaction."""

    def __init__(
        self,
        connection: Connection,
        group: str,
        topics: Sequence[str],
        committed: Callable[[], dict[Any, int]],
        lag: Callable[[], list[PartitionLag]],
    ) -> None:
        """`committed` and `lag` ask the brokers about the whole group."""
        self._connection = connection
        self._committed = committed
        self._lag = lag
        self._losses = Losses()
        self._unread: dict[Any, int] = {}
        """First delivered and not yet committed offset, by partition."""
        self._dropped: set[Any] = set()
        """Partitions of a batch that can no longer be committed."""
        self._regained: set[Any] = set()
        self._settled: dict[Any, int] = {}
        """Offset known to be committed, by owned partition."""
        self._answered_at = time.monotonic()
        self._transactions = Transactions(connection, self._are_committed)
        timeout = connection.session_timeout_ms
        self._kafka = connection.consumer(
            group_id=connection.prefix + group,
            partition_assignment_strategy=[CooperativeStickyAssignor],
            session_timeout_ms=timeout,
            # Also how soon a member hears of a rebalance.
            heartbeat_interval_ms=min(1_000, timeout // 5),
            # A member that works on but no longer polls must lose its partitions, too.
            max_poll_interval_ms=timeout,
        )
        self._kafka.subscribe([connection.prefix + t for t in topics], listener=self._losses)

    def poll(self, timeout_seconds: float, max_messages: int) -> list[Message]:
        """See pipeline.log.protocol.Consumer; LogUnavailable when no broker can be reached."""
        self._regained.clear()
        self._keep_join()
        with translated_errors():
            records = self._kafka.poll(round(timeout_seconds * 1000), max_records=max_messages)
            self._drop_broken_batch(records)
            if not records:
                self._check_reachable()
                self._commit_past_markers()
        for partition, found in records.items():
            self._unread.setdefault(partition, found[0].offset)
            self._dropped.discard(partition)
        return [self._connection.message(record) for found in records.values() for record in found]

    def commit(
        self,
        offsets: Mapping[TopicPartition, int],
        outputs: Sequence[OutgoingMessage] = (),
    ) -> None:
        """See pipeline.log.protocol.Consumer."""
        check_sizes(outputs)
        ours = {self._connection.kafka_partition(at): offset for at, offset in offsets.items()}
        if not ours and not outputs:
            return
        try:
            with translated_errors():
                metadata = self._membership(ours) if ours else None
                self._transactions.run(outputs, ours, metadata)
        except PartitionLost:
            self._rewind()
            raise
        for partition, offset in ours.items():
            self._settled[partition] = offset
            self._unread.pop(partition, None)

    def assignment(self) -> frozenset[TopicPartition]:
        """Partitions owned without a break since before the last poll."""
        owned = self._kafka.assignment() - self._regained
        return frozenset(self._connection.partition(partition) for partition in owned)

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._kafka.pause(*self._owned(partitions))

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._kafka.resume(*self._owned(partitions))

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """See pipeline.log.protocol.Consumer; PartitionLost when it is not owned."""
        owned = self._owned([partition])
        if not owned:
            raise PartitionLost(f"{partition}: is not this member's")
        self._kafka.seek(owned[0], offset)
        self._unread.pop(owned[0], None)

    def lag(self) -> int:
        """See pipeline.log.protocol.Consumer."""
        owned = self.assignment()
        return sum(
            found.lag
            for found in self._lag()
            if TopicPartition(found.topic, found.partition) in owned
        )

    def close(self) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._transactions.close()
        with suppress(kafka_errors.KafkaError):
            self._kafka.close(autocommit=False, timeout_ms=2_000)

    def _owned(self, partitions: Sequence[TopicPartition]) -> list[Any]:
        owned = self._kafka.assignment()
        wanted = [self._connection.kafka_partition(partition) for partition in partitions]
        return [partition for partition in wanted if partition in owned]

    def _keep_join(self) -> None:
        """Let this poll go on with the join that the last one had no time to finish.

        kafka-python 3.0.12 drops a join that was done between two polls and joins anew, which
        makes all others join anew; and it forgets a join that changed metadata brought about,
        staying out of the group for ever.
        """
        coordinator = self._kafka._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()
        task = coordinator._join_task
        if task is not None and not isinstance(task, KeptJoin):
            coordinator._join_task = KeptJoin(task)

    def _membership(self, offsets: Offsets) -> Any:
        """The generation that the broker checks; a member without one would not be fenced."""
        metadata = self._kafka.group_metadata()
        lost = offsets.keys() - (self._kafka.assignment() - self._dropped)
        if lost or metadata.generation_id < 0 or not metadata.member_id:
            raise kafka_errors.CommitFailedError(f"no longer owned: {sorted(lost or offsets)}")
        return metadata

    def _are_committed(self, offsets: Offsets) -> bool:
        return offsets.items() <= self._committed().items()

    def _drop_broken_batch(self, records: dict[Any, Any]) -> None:
        """When a partition of the batch in hand was taken away, that batch can never be
        committed: what is left of it will be read again."""
        lost = self._losses.partitions & self._kafka.assignment()
        taken = self._losses.partitions & self._unread.keys()
        for partition in self._losses.partitions:
            self._settled.pop(partition, None)
        self._losses.partitions = set()
        if not taken:
            return
        self._regained = taken & lost
        for partition in self._unread.keys() & records.keys():
            found = records.pop(partition)
            if partition in taken:
                self._kafka.seek(partition, found[0].offset)
        for partition in taken:
            del self._unread[partition]
        self._dropped = taken | self._unread.keys()
        self._rewind()

    def _rewind(self) -> None:
        """Read again what was delivered and not committed, of the partitions still owned."""
        owned = self._kafka.assignment()
        for partition, offset in self._unread.items():
            if partition in owned:
                self._kafka.seek(partition, offset)
        self._unread.clear()

    def _check_reachable(self) -> None:
        """Raise LogUnavailable when no broker was connected for ANSWER_MS.

        kafka-python's own poll stays silent: an outage looks like a quiet topic.
        """
        client = self._kafka._client
        now = time.monotonic()
        if any(client.connected(broker.node_id) for broker in client.cluster.brokers()):
            self._answered_at = now
        elif now - self._answered_at > ANSWER_MS / 1000:
            raise LogUnavailable(f"no Kafka broker could be reached for {ANSWER_MS / 1000:.0f} s")

    def _commit_past_markers(self) -> None:
        """Commit a position that only passed transaction markers, so that an idle group's lag
        falls to zero."""
        owned = self._kafka.assignment()
        if owned - self._settled.keys():
            committed = self._committed()
            self._settled.update({at: committed.get(at, -1) for at in owned})
        behind: dict[Any, int] = {}
        for partition in owned - self._unread.keys() - self._kafka.paused():
            position = self._kafka._subscription.assignment[partition].position
            if position is not None and 0 <= self._settled[partition] < position.offset:
                behind[partition] = position.offset
        if behind:
            with suppress(PartitionLost):
                self.commit({self._connection.partition(at): to for at, to in behind.items()})
