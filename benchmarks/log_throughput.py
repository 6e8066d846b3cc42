"""How many messages a second a log takes and gives, and what one costs beside the other.

    python benchmarks/log_throughput.py [sqlite:///path | kafka://host:port] [--messages N]

Without a URL: a fresh SQLite file in the temporary folder, so name a path on the disk you mean.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path

from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog, Message, OutgoingMessage, TopicPartition
from pipeline.topics import TOPIC_BY_NAME

TOPIC = TOPIC_BY_NAME["reviews.raw"]
BATCH = 500
VALUE_BYTES = 1_000


def publish(log: EventLog, count: int) -> float:
    """Seconds to publish `count` messages, batch by batch."""
    value = b"x" * VALUE_BYTES
    with closing(log.producer()) as producer:
        started = time.perf_counter()
        for start in range(0, count, BATCH):
            producer.publish(
                [
                    OutgoingMessage(
                        topic=TOPIC.name,
                        key=f"source:{number}".encode(),
                        value=value,
                        headers={"schema-version": "1"},
                    )
                    for number in range(start, min(count, start + BATCH))
                ]
            )
        return time.perf_counter() - started


def consume(log: EventLog, count: int) -> float:
    """Seconds to poll and commit `count` messages, batch by batch, once the group is joined."""
    with closing(log.consumer("benchmark", [TOPIC.name])) as consumer:
        messages = consumer.poll(60, BATCH)
        started = time.perf_counter()
        first = done = len(messages)
        while True:
            consumer.commit(_next_offsets(messages))
            if done >= count:
                break
            messages = consumer.poll(60, BATCH)
            done += len(messages)
        return (time.perf_counter() - started) * count / max(1, count - first)


def measure(url: str, count: int) -> None:
    """Print both rates and their ratio."""
    prefix = f"benchmark-{uuid.uuid4().hex[:8]}."
    with closing(open_log(url, prefix=prefix, session_timeout_seconds=30)) as log:
        log.create_topics([TOPIC])
        published, consumed = publish(log, count), consume(log, count)
    print(f"{url.split(':')[0]}: {count} messages of {VALUE_BYTES} bytes, {BATCH} a batch")
    print(f"publish  {count / published:10,.0f} messages/s")
    print(f"consume  {count / consumed:10,.0f} messages/s")
    print(f"consume / publish  {published / consumed:.2f}")


def _next_offsets(messages: list[Message]) -> dict[TopicPartition, int]:
    # In order within each partition: the last one stands.
    return {message.topic_partition: message.offset + 1 for message in messages}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--messages", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments.url or f"sqlite:///{Path(folder) / 'log.db'}", arguments.messages)


if __name__ == "__main__":
    main()
