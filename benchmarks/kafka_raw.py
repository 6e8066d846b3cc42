"""What kafka-python itself can do: the limit that our figures on Kafka are to be seen beside.

    python benchmarks/kafka_raw.py [HOST:PORT] [--messages 100000] [--bytes 1000]

Prints one JSON line. Without HOST:PORT the tests' own broker is started.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from tests.kafka_fixture import KafkaBroker, fetch_jars

PARTITIONS = 8


def measure(bootstrap: str, *, messages: int, size: int) -> dict[str, Any]:
    """Messages a second, produced (idempotent, all acknowledged) and consumed, one process."""
    topic = f"raw-{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics({topic: {"num_partitions": PARTITIONS}}, wait_for_metadata=True)
    try:
        produced = produce(bootstrap, topic, messages, size)
        consumed = consume(bootstrap, topic, messages)
    finally:
        admin.delete_topics([topic])
        admin.close()
    return {
        "messages": messages,
        "bytes": size,
        "produced_per_second": round(produced),
        "consumed_per_second": round(consumed),
    }


def produce(bootstrap: str, topic: str, messages: int, size: int) -> float:
    """Messages a second from the first send until all are acknowledged."""
    value = b"x" * size
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=5, batch_size=256 * 1024
    )
    started = time.perf_counter()
    for number in range(messages):
        producer.send(topic, key=str(number).encode(), value=value)
    producer.flush()
    elapsed = time.perf_counter() - started
    producer.close()
    return messages / elapsed


def consume(bootstrap: str, topic: str, messages: int) -> float:
    """Messages a second from the first poll until all have come."""
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest"
    )
    left = messages
    started = time.perf_counter()
    while left > 0:
        for records in consumer.poll(1_000, max_records=500).values():
            left -= len(records)
    elapsed = time.perf_counter() - started
    consumer.close()
    return messages / elapsed


@contextmanager
def running_broker(given: str | None) -> Iterator[str]:
    """The broker named, or one of our own for a moment."""
    if given:
        yield given
        return
    fetch_jars()
    with tempfile.TemporaryDirectory() as directory:
        broker = KafkaBroker(Path(directory) / "broker")
        broker.start()
        try:
            yield broker.bootstrap
        finally:
            broker.kill()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bootstrap", nargs="?")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=1_000)
    options = parser.parse_args()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    with running_broker(options.bootstrap) as bootstrap:
        print(json.dumps(measure(bootstrap, messages=options.messages, size=options.bytes)))


if __name__ == "__main__":
    main()
