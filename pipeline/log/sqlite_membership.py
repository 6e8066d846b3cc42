"""One member of a consumer group of the embedded log: its heartbeat and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from pipeline.clock import Clock
from pipeline.errors import PartitionLost
from pipeline.log import sqlite_groups as groups
from pipeline.log.protocol import TopicPartition
from pipeline.log.sqlite_connection import LogConnection
from pipeline.log.sqlite_messages import to_microseconds

HEARTBEATS_PER_TIMEOUT = 10


@dataclass
class Holding:
    """A partition while one member owns it."""

    epoch: int
    position: int
    """Offset that poll returns next."""
    lowest: int
    """Lowest position since it is owned; with `highest` it tells a batch that was read before
    the partition was lost and regained."""
    highest: int
    in_flight: int | None = None
    """End of what poll has returned and nobody has committed."""
    unread: int = 0
    """Start of what is in flight."""
    revoked_at: float | None = None
    """Monotonic time at which another member was first seen waiting for it."""

    def deliver(self, end: int) -> None:
        """Poll returned everything before `end`."""
        if self.in_flight is None:
            self.unread = self.position
        self.position = self.in_flight = end
        self.highest = max(self.highest, end)

    def commit(self, offset: int) -> None:
        """Everything before `offset` is done."""
        self.unread = offset
        if self.in_flight is not None and offset >= self.in_flight:
            self.in_flight = None

    def seek(self, offset: int) -> None:
        """Read from `offset`; what was returned before is given up."""
        self.position = offset
        self.lowest = min(self.lowest, offset)
        self.highest = max(self.highest, offset)
        self.in_flight = None

    def give_back(self) -> None:
        """What is in flight can no longer be committed: poll returns it again."""
        if self.in_flight is not None:
            self.position = self.lowest = self.highest = self.unread
            self.in_flight = None


class Membership:
    """Keeps a member in its group and `holdings` true."""

    def __init__(
        self,
        connection: LogConnection,
        group: str,
        places: Mapping[int, TopicPartition],
        *,
        session_timeout_seconds: float,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._places = places
        self._session_timeout_seconds = session_timeout_seconds
        self._clock = clock
        self._generation: int | None = None
        self.holdings: dict[int, Holding] = {}
        """Partition id → what is known of it."""
        with connection.writing():
            self._group_id = groups.group_id_of(connection, group)
            self._member_id = self._join()
        self._schedule_beat()

    @property
    def group_id(self) -> int:
        """The group's id in the file."""
        return self._group_id

    @property
    def member_id(self) -> int:
        """The member's id in the file; another one after it was given up and came back."""
        return self._member_id

    @property
    def is_settled(self) -> bool:
        """Whether only a write of another connection can bring news."""
        return self._generation is not None and all(
            holding.revoked_at is None for holding in self.holdings.values()
        )

    def keep_alive(self) -> None:
        """Send the heartbeat when it is due, and notice members that have died."""
        if self._clock.monotonic() < self._next_beat:
            return
        now = to_microseconds(self._clock.now())
        with self._connection.writing():
            alive = groups.beat(self._connection, self._member_id, now)
            member_id = self._member_id if alive else self._join()
            if alive and groups.expire(self._connection, self._group_id, now):
                groups.rebalance(self._connection, self._group_id)
        self._member_id = member_id
        self._generation = None
        self._schedule_beat()

    def refresh(self) -> None:
        """Learn of partitions gained and lost, and let go of those that others wait for."""
        self._read_changes()
        now = self._clock.monotonic()
        finished = {
            partition_id: holding.epoch
            for partition_id, holding in self.holdings.items()
            if holding.revoked_at is not None
            and (
                holding.in_flight is None
                or now - holding.revoked_at >= self._session_timeout_seconds
            )
        }
        if not finished:
            return
        with self._connection.writing():
            groups.release(self._connection, self._group_id, finished)
        self._let_go([self.holdings.pop(partition_id) for partition_id in finished])

    def commit(self, offsets: Mapping[int, int]) -> None:
        """Set committed offsets by partition id; call it inside `writing()`.

        Raises PartitionLost when one of them was not read by this member as its present owner.
        """
        for partition_id, offset in offsets.items():
            holding = self.holdings.get(partition_id)
            if holding is None or not holding.lowest <= offset <= holding.highest:
                self._refuse(partition_id)
            elif not groups.commit(
                self._connection,
                self._group_id,
                partition_id,
                member_id=self._member_id,
                epoch=holding.epoch,
                offset=offset,
            ):
                del self.holdings[partition_id]
                self._refuse(partition_id)
        groups.beat(self._connection, self._member_id, to_microseconds(self._clock.now()))

    def leave(self) -> None:
        """Give everything to the others at once."""
        with self._connection.writing():
            groups.leave(self._connection, self._group_id, self._member_id)
        self.holdings.clear()

    def _join(self) -> int:
        return groups.join(
            self._connection,
            self._group_id,
            self._places,
            session_timeout=int(self._session_timeout_seconds * 1_000_000),
            now=to_microseconds(self._clock.now()),
        )

    def _schedule_beat(self) -> None:
        interval = self._session_timeout_seconds / HEARTBEATS_PER_TIMEOUT
        self._next_beat = self._clock.monotonic() + interval

    def _read_changes(self) -> None:
        with self._connection.reading():
            generation = self._connection.execute(
                "SELECT generation FROM groups WHERE group_id = ?", (self._group_id,)
            ).fetchone()[0]
            if generation == self._generation:
                return
            owned = self._connection.execute(
                "SELECT partition_id, epoch, target, max(coalesce(committed, 0), beginning)"
                " FROM group_partitions JOIN partitions USING (partition_id)"
                " WHERE group_id = ? AND owner = ? ORDER BY partition_id",
                (self._group_id, self._member_id),
            ).fetchall()
            is_member = self._connection.execute(
                "SELECT 1 FROM members WHERE member_id = ?", (self._member_id,)
            ).fetchone()
        self._hold(owned)
        self._generation = generation
        if is_member is None:
            self._next_beat = float("-inf")
            self.keep_alive()
            self._read_changes()

    def _refuse(self, partition_id: int) -> NoReturn:
        self._give_back()
        self._generation = None
        place = self._places.get(partition_id)
        raise PartitionLost(f"{place}: is not this worker's any more")

    def _let_go(self, lost: Iterable[Holding]) -> None:
        if any(holding.in_flight is not None for holding in lost):
            self._give_back()

    def _give_back(self) -> None:
        """A batch that lost one of its partitions is dropped as a whole."""
        for holding in self.holdings.values():
            holding.give_back()

    def _hold(self, owned: list[tuple[int, int, int | None, int]]) -> None:
        before = self.holdings
        self.holdings = {}
        for partition_id, epoch, target, start in owned:
            holding = before.get(partition_id)
            if holding is None or holding.epoch != epoch:
                holding = Holding(epoch=epoch, position=start, lowest=start, highest=start)
            if target == self._member_id:
                holding.revoked_at = None
            elif holding.revoked_at is None:
                holding.revoked_at = self._clock.monotonic()
            self.holdings[partition_id] = holding
        kept = {id(holding) for holding in self.holdings.values()}
        self._let_go(holding for holding in before.values() if id(holding) not in kept)
