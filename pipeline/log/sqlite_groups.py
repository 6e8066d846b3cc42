"""Consumer groups of the embedded log as rows: members, who owns what, what is committed.

Ownership moves in two steps, so that a partition never has two owners: a rebalance names the
*target*; the owner, while alive, lets go by itself once nothing of it is in flight. Every move
raises the row's epoch, and a commit names the epoch under which it read. All functions but
`live_members` must be called inside `writing()`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.log.sharing import balance
from pipeline.log.sqlite_connection import LogConnection

_LATE = "abs(? - heartbeat_at) > session_timeout"
"""`abs`, since a clock that was set back must not keep a dead member alive."""


def group_id_of(connection: LogConnection, name: str) -> int:
    """The group's id; the group is made when it is new."""
    connection.execute("INSERT OR IGNORE INTO groups (name) VALUES (?)", (name,))
    group_id: int = connection.execute(
        "SELECT group_id FROM groups WHERE name = ?", (name,)
    ).fetchone()[0]
    return group_id


def join(
    connection: LogConnection,
    group_id: int,
    partition_ids: Iterable[int],
    *,
    session_timeout: int,
    now: int,
) -> int:
    """Add a member that reads all topics of these partitions; returns its id."""
    inserted = connection.execute(
        "INSERT INTO members (group_id, heartbeat_at, session_timeout) VALUES (?, ?, ?)",
        (group_id, now, session_timeout),
    )
    member_id = inserted.lastrowid
    assert member_id is not None
    for partition_id in partition_ids:
        add_partition(connection, group_id, partition_id)
        connection.execute(
            "INSERT OR IGNORE INTO subscriptions (member_id, topic_id)"
            " SELECT ?, topic_id FROM partitions WHERE partition_id = ?",
            (member_id, partition_id),
        )
    expire(connection, group_id, now)
    rebalance(connection, group_id)
    return member_id


def add_partition(connection: LogConnection, group_id: int, partition_id: int) -> None:
    """Let the group have a state about the partition."""
    connection.execute(
        "INSERT OR IGNORE INTO group_partitions (group_id, partition_id) VALUES (?, ?)",
        (group_id, partition_id),
    )


def beat(connection: LogConnection, member_id: int, now: int) -> bool:
    """Note that the member lives; False when the others have given it up."""
    updated = connection.execute(
        "UPDATE members SET heartbeat_at = ? WHERE member_id = ?", (now, member_id)
    )
    return updated.rowcount == 1


def expire(connection: LogConnection, group_id: int, now: int) -> bool:
    """Forget members that were silent for too long; True when there were any."""
    deleted = connection.execute(
        f"DELETE FROM members WHERE group_id = ? AND {_LATE}",  # noqa: S608 - a constant
        (group_id, now),
    )
    return deleted.rowcount > 0


def leave(connection: LogConnection, group_id: int, member_id: int) -> None:
    """Remove a member; its partitions go to the others at once."""
    connection.execute("DELETE FROM members WHERE member_id = ?", (member_id,))
    rebalance(connection, group_id)


def release(connection: LogConnection, group_id: int, epochs: Mapping[int, int]) -> None:
    """Hand partitions (id → epoch under which they were owned) to their targets."""
    connection.executemany(
        "UPDATE group_partitions SET owner = target, epoch = epoch + 1"
        " WHERE group_id = ? AND partition_id = ? AND epoch = ?",
        [(group_id, partition_id, epoch) for partition_id, epoch in epochs.items()],
    )
    _announce(connection, group_id)


def commit(
    connection: LogConnection,
    group_id: int,
    partition_id: int,
    *,
    member_id: int,
    epoch: int,
    offset: int,
) -> bool:
    """Set the committed offset; False when the member does not own the partition any more."""
    updated = connection.execute(
        "UPDATE group_partitions SET committed = ?"
        " WHERE group_id = ? AND partition_id = ? AND owner = ? AND epoch = ?",
        (offset, group_id, partition_id, member_id, epoch),
    )
    return updated.rowcount == 1


def live_members(connection: LogConnection, group_id: int, now: int) -> int:
    """Members that were heard of within their session timeout."""
    count: int = connection.execute(
        f"SELECT count(*) FROM members WHERE group_id = ? AND NOT {_LATE}",  # noqa: S608
        (group_id, now),
    ).fetchone()[0]
    return count


def rebalance(connection: LogConnection, group_id: int) -> None:
    """Name the targets anew; partitions without an owner go to theirs at once."""
    loads: Counter[int] = Counter()
    for topic_id, readers in _readers(connection, group_id).items():
        rows = connection.execute(
            "SELECT partition_id, owner, target FROM group_partitions"
            " JOIN partitions USING (partition_id) WHERE group_id = ? AND topic_id = ?"
            " ORDER BY partition",
            (group_id, topic_id),
        ).fetchall()
        holders = {
            partition_id: target if target in readers else owner
            for partition_id, owner, target in rows
        }
        targets = balance(holders, readers, loads)
        loads.update(member for member in targets.values() if member is not None)
        connection.executemany(
            "UPDATE group_partitions SET target = ? WHERE group_id = ? AND partition_id = ?",
            [(member, group_id, partition_id) for partition_id, member in targets.items()],
        )
    connection.execute(
        "UPDATE group_partitions SET owner = target, epoch = epoch + 1"
        " WHERE group_id = ? AND owner IS NULL AND target IS NOT NULL",
        (group_id,),
    )
    _announce(connection, group_id)


def _readers(connection: LogConnection, group_id: int) -> dict[int, list[int]]:
    """Topic id → members that read it; topics that nobody reads any more are there too."""
    readers: dict[int, list[int]] = {
        topic_id: []
        for (topic_id,) in connection.execute(
            "SELECT DISTINCT topic_id FROM group_partitions"
            " JOIN partitions USING (partition_id) WHERE group_id = ? ORDER BY topic_id",
            (group_id,),
        )
    }
    for topic_id, member_id in connection.execute(
        "SELECT topic_id, member_id FROM subscriptions JOIN members USING (member_id)"
        " WHERE group_id = ? ORDER BY member_id",
        (group_id,),
    ):
        readers[topic_id].append(member_id)
    return readers


def _announce(connection: LogConnection, group_id: int) -> None:
    connection.execute(
        "UPDATE groups SET generation = generation + 1 WHERE group_id = ?", (group_id,)
    )
