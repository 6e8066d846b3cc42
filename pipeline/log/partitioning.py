"""Chooses the partition of a key exactly as Kafka's default partitioner does, so that the order
per key is the same on every implementation and for every client that shares a topic."""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF
_MULTIPLIER = 0x5BD1E995
_SEED = 0x9747B28C


def murmur2(data: bytes) -> int:
    """The 32-bit hash of `org.apache.kafka.common.utils.Utils.murmur2`, as an unsigned number."""
    length = len(data)
    whole = length & ~3
    state = (_SEED ^ length) & _MASK
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        mixed = (block * _MULTIPLIER) & _MASK
        mixed ^= mixed >> 24
        state = ((state * _MULTIPLIER) & _MASK) ^ ((mixed * _MULTIPLIER) & _MASK)
    if whole != length:
        state ^= int.from_bytes(data[whole:], "little")
        state = (state * _MULTIPLIER) & _MASK
    state ^= state >> 13
    state = (state * _MULTIPLIER) & _MASK
    return state ^ (state >> 15)


def partition_for(key: bytes, partitions: int) -> int:
    """Partition 0 … `partitions` − 1 of a key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
