"""A process that publishes to, or copies within, a shared log until it is killed: run by
test_sqlite_processes.py."""

from __future__ import annotations

import sys
from contextlib import closing

from pipeline.errors import Retry
from pipeline.log.open import open_log
from pipeline.log.protocol import Consumer, EventLog, Message, OutgoingMessage
from tests.contracts.log_bench import INPUT, OUTPUT, next_offsets

BATCH = 20


def publish(log: EventLog, name: str, count: int) -> None:
    """Publish `count` messages, numbered per key."""
    with closing(log.producer()) as producer:
        for start in range(0, count, BATCH):
            producer.publish(
                [
                    OutgoingMessage(
                        topic=INPUT.name,
                        key=f"{name}-{number % 8}".encode(),
                        value=str(number).encode(),
                    )
                    for number in range(start, min(count, start + BATCH))
                ]
            )


def copy(log: EventLog) -> None:
    """For every input, write where it stood, atomically with the offset; for ever."""
    consumer = log.consumer("copy", [INPUT.name])
    while True:
        try:
            _copy_batch(consumer, consumer.poll(0.1, BATCH))
        except Retry:
            continue


def _copy_batch(consumer: Consumer, messages: list[Message]) -> None:
    outputs = [
        OutgoingMessage(
            topic=OUTPUT.name,
            key=str(message.partition).encode(),
            value=f"{message.partition}:{message.offset}".encode(),
        )
        for message in messages
    ]
    if messages:
        consumer.commit(next_offsets(messages), outputs)


if __name__ == "__main__":
    url, seconds, role, *arguments = sys.argv[1:]
    with closing(open_log(url, prefix="test.", session_timeout_seconds=float(seconds))) as opened:
        if role == "publish":
            publish(opened, arguments[0], int(arguments[1]))
        else:
            copy(opened)
