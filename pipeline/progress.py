"""What a stage tells Prometheus about itself, so that the runner need not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from pipeline import metrics
from pipeline.clock import Clock
from pipeline.codec import CRAWLED_AT_HEADER
from pipeline.errors import Rejected, Retry
from pipeline.log.protocol import Consumer, Message, OutgoingMessage

logger = logging.getLogger(__name__)

GAUGE_SECONDS = 2.0


class Progress:
    """Counts one stage's work and notices when it no longer gets on."""

    def __init__(self, stage: str, *, stuck_after_seconds: float, clock: Clock) -> None:
        self._stage = stage
        self._stuck_after_seconds = stuck_after_seconds
        self._clock = clock
        self._last_progress = clock.monotonic()
        self._last_look = float("-inf")

    def retried(self, error: Retry, attempt: int) -> None:
        """The world was ill."""
        metrics.RETRIES.labels(self._stage, type(error).__name__).inc()
        logger.warning("%s: %s; attempt %d, trying again", self._stage, error, attempt)

    def left_to_new_owner(self, error: Retry) -> None:
        """The batch belongs to another worker now."""
        metrics.RETRIES.labels(self._stage, type(error).__name__).inc()
        logger.info("%s: %s; its batch is left to the new owner", self._stage, error)

    def committed(
        self,
        messages: Sequence[Message],
        outputs: Sequence[OutgoingMessage],
        refusals: Sequence[tuple[Message, Rejected]],
    ) -> None:
        """A batch is done for good."""
        now = self._clock.now()
        self._last_progress = self._clock.monotonic()
        metrics.LAST_COMMIT.labels(self._stage).set(now.timestamp())
        for output in outputs:
            metrics.RECORDS_OUT.labels(self._stage, output.topic).inc()
        for _, error in refusals:
            metrics.DEAD_LETTERS.labels(self._stage, type(error).__name__).inc()
        observe = metrics.END_TO_END_SECONDS.labels(self._stage).observe
        for message in messages:
            with suppress(KeyError, ValueError):
                crawled_at = datetime.fromisoformat(message.headers[CRAWLED_AT_HEADER])
                observe(max(0.0, (now - crawled_at).total_seconds()))

    def look(self, consumer: Consumer) -> None:
        """Refresh the gauges, at most every two seconds."""
        now = self._clock.monotonic()
        if now - self._last_look < GAUGE_SECONDS:
            return
        self._last_look = now
        with suppress(Retry):
            lag = consumer.lag()
            metrics.LAG.labels(self._stage).set(lag)
            if lag == 0:
                self._last_progress = now
        stalled = now - self._last_progress > self._stuck_after_seconds
        metrics.COMMIT_STALLED.labels(self._stage).set(int(stalled))
