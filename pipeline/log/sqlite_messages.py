"""Messages of the embedded log: appended, read by offset, found by time, dropped by age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from pipeline.log.partitioning import partition_for
from pipeline.log.protocol import Message, OutgoingMessage, TopicPartition
from pipeline.log.sqlite_catalogue import Catalogue
from pipeline.log.sqlite_connection import LogConnection

_OFFSET_BITS = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_decode_headers = msgspec.json.Decoder(dict[str, str]).decode
_encode_headers = msgspec.json.Encoder().encode

Routed = Mapping[int, Sequence[OutgoingMessage]]
"""Partition id → its messages, in the order they were given."""


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """The aware UTC moment."""
    return _EPOCH + timedelta(microseconds=microseconds)


def route(
    connection: LogConnection, catalogue: Catalogue, messages: Sequence[OutgoingMessage]
) -> Routed:
    """Choose the partitions; done before the write lock is taken, since hashing takes time."""
    routed: dict[int, list[OutgoingMessage]] = {}
    for message in messages:
        partition_ids = catalogue.partition_ids(connection, message.topic)
        partition_id = partition_ids[partition_for(message.key, len(partition_ids))]
        routed.setdefault(partition_id, []).append(message)
    return routed


def append(connection: LogConnection, routed: Routed, now: datetime) -> None:
    """Write the messages behind the last ones; call it inside `writing()`."""
    for partition_id, messages in routed.items():
        next_offset, last_written_at = connection.execute(
            "SELECT next_offset, last_written_at FROM partitions WHERE partition_id = ?",
            (partition_id,),
        ).fetchone()
        # Never earlier than the message before, even if the clock was set back: finding a
        # moment by halving depends on it.
        written_at = max(to_microseconds(now), last_written_at)
        connection.executemany(
            "INSERT INTO messages (position, written_at, key, headers, value)"
            " VALUES (?, ?, ?, ?, ?)",
            _rows(_position(partition_id, next_offset), written_at, messages),
        )
        connection.execute(
            "UPDATE partitions SET next_offset = ?, last_written_at = ? WHERE partition_id = ?",
            (next_offset + len(messages), written_at, partition_id),
        )


def read(
    connection: LogConnection,
    partition_id: int,
    place: TopicPartition,
    start: int,
    end: int,
) -> list[Message]:
    """Messages with start ≤ offset < end."""
    base = _position(partition_id, 0)
    rows = connection.execute(
        "SELECT position - ?, written_at, key, headers, value FROM messages"
        " WHERE position >= ? AND position < ? ORDER BY position",
        (base, base + start, base + end),
    )
    return [
        Message(
            topic=place.topic,
            partition=place.partition,
            offset=offset,
            key=key,
            value=value,
            headers={} if headers is None else _decode_headers(headers),
            written_at=from_microseconds(written_at),
        )
        for offset, written_at, key, headers, value in rows
    ]


def bounds(connection: LogConnection, partition_id: int) -> tuple[int, int]:
    """First offset kept, and the one that the next message will get."""
    beginning, next_offset = connection.execute(
        "SELECT beginning, next_offset FROM partitions WHERE partition_id = ?", (partition_id,)
    ).fetchone()
    return beginning, next_offset


def first_offset_at(connection: LogConnection, partition_id: int, moment: datetime) -> int:
    """First offset written at or after `moment`, or the end; times never fall with offsets."""
    low, high = bounds(connection, partition_id)
    wanted = to_microseconds(moment)
    while low < high:
        middle = (low + high) // 2
        written_at = connection.execute(
            "SELECT written_at FROM messages WHERE position = ?",
            (_position(partition_id, middle),),
        ).fetchone()[0]
        if written_at < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def drop_before(connection: LogConnection, partition_id: int, moment: datetime, most: int) -> int:
    """Delete at most `most` of the messages written before `moment`; returns how many. Call it
    inside `writing()`."""
    beginning, _ = bounds(connection, partition_id)
    end = min(first_offset_at(connection, partition_id, moment), beginning + most)
    connection.execute(
        "DELETE FROM messages WHERE position >= ? AND position < ?",
        (_position(partition_id, beginning), _position(partition_id, end)),
    )
    connection.execute(
        "UPDATE partitions SET beginning = ? WHERE partition_id = ?", (end, partition_id)
    )
    return end - beginning


def _position(partition_id: int, offset: int) -> int:
    return (partition_id << _OFFSET_BITS) + offset


def _rows(
    position: int, written_at: int, messages: Sequence[OutgoingMessage]
) -> Iterator[tuple[int, int, bytes, bytes | None, bytes]]:
    for at, message in enumerate(messages, position):
        headers = _encode_headers(message.headers) if message.headers else None
        yield at, written_at, message.key, headers, message.value
