"""The narrow contract of the event log that both implementations keep.

Topic names here are the bare names of `pipeline.topics`; an implementation adds its prefix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from pipeline.topics import Topic


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class OutgoingMessage(Struct, frozen=True, kw_only=True):
    """A message to be written; the key decides the partition (murmur2, as Kafka's default)."""

    topic: str
    key: bytes
    value: bytes
    headers: dict[str, str] = {}


class Message(Struct, frozen=True, kw_only=True):
    """A message as it was read."""

    topic: str
    partition: int
    offset: int
    """0, 1, 2 … within the partition; gaps are allowed (Kafka's transaction markers)."""
    key: bytes | None
    value: bytes
    headers: dict[str, str]
    written_at: datetime
    """Aware UTC time at which the log took it."""

    @property
    def topic_partition(self) -> TopicPartition:
        """Where it stands."""
        return TopicPartition(self.topic, self.partition)


class PartitionLag(Struct, frozen=True, kw_only=True):
    """How far a group is behind on one partition."""

    topic: str
    partition: int
    beginning: int
    """First offset still kept."""
    end: int
    """Offset that the next message will get."""
    committed: int | None
    """Next offset the group will read; None when it never committed."""
    lag: int
    """end − committed (or end − beginning when never committed)."""

    @property
    def expired(self) -> int:
        """Messages that retention dropped before the group read them (on Kafka an upper bound:
        markers count); 0 for a group that never committed: nothing was promised to it."""
        return max(0, self.beginning - self.committed) if self.committed is not None else 0


class TopicDescription(Struct, frozen=True, kw_only=True):
    """What the log holds of one topic."""

    topic: str
    partitions: int
    messages: int
    """Messages kept now (on Kafka an upper bound: markers count)."""
    retention_seconds: int


class Producer(Protocol):
    """Writes messages durably."""

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        """Write all or none, durably, before returning.

        Raises LogUnavailable: nothing was written, or the answer was lost. Calling again with
        the same messages is right in both cases and writes them once. Raises MessageTooLarge
        (see pipeline.log.sizes): nothing was written, and never will be.
        """

    def close(self) -> None: ...


class Consumer(Protocol):
    """One member of a consumer group.

    A partition belongs to one live member at a time; a member that stops polling for the
    session timeout loses its partitions to the others, and its later commits are refused.
    """

    def poll(self, timeout_seconds: float, max_messages: int) -> list[Message]:
        """At most `max_messages`, in order within each partition; empty after the timeout.

        Also keeps the membership alive, so it must be called while work is paused.
        """

    def commit(
        self,
        offsets: Mapping[TopicPartition, int],
        outputs: Sequence[OutgoingMessage] = (),
    ) -> None:
        """Commit the next offsets to read and publish `outputs`, as one atomic step.

        Raises LogUnavailable (call again with the same arguments: it happens once), or
        PartitionLost when a partition is no longer this member's (nothing was written or
        committed then: drop the batch, poll again; what of it is still owned comes again), or
        MessageTooLarge (neither; the member stays one).
        """

    def assignment(self) -> frozenset[TopicPartition]:
        """Partitions owned now."""

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """Keep owning them, but let poll return nothing of them."""

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """End a pause."""

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read an owned partition from `offset` on."""

    def lag(self) -> int:
        """Messages not yet committed on the owned partitions."""

    def close(self) -> None:
        """Leave the group at once, so that others take over without waiting."""


class EventLog(Protocol):
    """An event log: durable, partitioned, replayable."""

    def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        """Create what is missing; returns the names created. Existing ones are kept."""

    def producer(self) -> Producer: ...

    def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join `group`; where it never committed it starts at the beginning."""

    def describe(self) -> list[TopicDescription]: ...

    def lag(self, group: str, topics: Sequence[str]) -> list[PartitionLag]: ...

    def members(self, group: str) -> int:
        """Live members of the group."""

    def offsets_for_time(self, topic: str, moment: datetime) -> dict[TopicPartition, int]:
        """First offset written at or after `moment`, or the end, per partition."""

    def reset_group(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Set the committed offsets of a group without live members (replay).

        Raises UsageError when the group has live members.
        """

    def read(self, partition: TopicPartition, offset: int, max_messages: int) -> list[Message]:
        """Read without a group (inspection)."""

    def apply_retention(self) -> int:
        """Drop what is older than its topic's retention; returns how many (0 where the
        server does it by itself)."""

    def close(self) -> None: ...
