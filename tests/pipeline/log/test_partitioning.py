"""The partitioner agrees with Kafka's."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.log.partitioning import murmur2, partition_for

KAFKA_VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""From `org.apache.kafka.common.utils.UtilsTest#testMurmur2`, signed as in Java."""


@pytest.mark.parametrize(("data", "expected"), KAFKA_VECTORS.items())
def test_murmur2_agrees_with_kafka(data: bytes, expected: int) -> None:
    assert murmur2(data) == expected & 0xFFFFFFFF


def test_an_empty_key_has_a_partition() -> None:
    assert 0 <= partition_for(b"", 8) < 8


def test_keys_spread_evenly() -> None:
    counts = Counter(partition_for(f"otzovik:{number}".encode(), 8) for number in range(8_000))

    assert set(counts) == set(range(8))
    assert min(counts.values()) > 850
