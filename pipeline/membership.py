"""Staying a member of a consumer group while no message may be taken."""

from __future__ import annotations

from contextlib import suppress

from pipeline.clock import Clock
from pipeline.errors import Retry
from pipeline.log.protocol import Consumer


def keep_membership(consumer: Consumer, clock: Clock, seconds: float) -> None:
    """Poll for so long with everything paused; the caller resumes."""
    started = clock.monotonic()
    consumer.pause(sorted(consumer.assignment()))
    with suppress(Retry):
        # A partition gained since the pause may answer: it is read again afterwards.
        for message in consumer.poll(seconds, 1):
            consumer.seek(message.topic_partition, message.offset)
    clock.sleep(max(0.0, seconds - (clock.monotonic() - started)))
