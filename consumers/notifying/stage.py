"""The stage between an alert and a person: fills the outbox, then empties it in the ticks."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from consumers.notifying.channel import Notice, SendingFailed, SendingRefused
from consumers.notifying.configured import ConfiguredChannel
from consumers.notifying.handling import rule_on
from consumers.notifying.outbox import Outbox
from pipeline import metrics
from pipeline.backoff import Backoff
from pipeline.clock import Clock
from pipeline.mongo import Document, Store
from pipeline.records import Alert, Record
from pipeline.settings import AlertSettings
from pipeline.stage import BatchResult, Delivery

logger = logging.getLogger(__name__)

TICK_BUDGET_SECONDS = 5.0
"""After this long a tick sends no further notice, so that the log hears of us in time."""
BACKOFF_INITIAL_SECONDS = 5.0
BACKOFF_MAX_SECONDS = 3_600.0
MOST_PATIENCE_SECONDS = 86_400.0
"""A receiver that asks for more is asked again all the same."""


class NotifyingStage:
    """Sends every state of every alert once to every channel that wants it.

    Once, as far as the world allows: when the process dies between sending and noting it,
    the notice is sent again with the same key and marked as a possible repeat.
    """

    name = "notifying"
    topic = "alerts"

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, ConfiguredChannel],
        clock: Clock,
        settings: AlertSettings,
    ) -> None:
        self._outbox = Outbox(store)
        self._channels = channels
        self._clock = clock
        self._language = settings.language
        # A rate sees no series' first sample: a channel's first failure must not be one.
        for name in channels:
            for outcome in ("sent", "failed"):
                metrics.NOTIFICATIONS.labels(name, outcome)

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Put the notices into the outbox."""
        now = self._clock.now()
        for delivery in batch:
            alert: Alert = delivery.record
            wanting = [name for name, channel in self._channels.items() if channel.wants(alert)]
            self._outbox.add(alert, wanting, now)
        self._send_due()
        return BatchResult()

    def tick(self, now: datetime) -> Sequence[Record]:  # noqa: ARG002 - the clock goes on while sending
        """Send what is due."""
        self._send_due()
        return ()

    def close(self) -> None:
        """Nothing is held."""

    def _send_due(self) -> None:
        deadline = self._clock.monotonic() + TICK_BUDGET_SECONDS
        while self._clock.monotonic() < deadline:
            document = self._outbox.claim(self._clock.now())
            if document is None:
                return
            self._deal_with(document)

    def _deal_with(self, document: Document) -> None:
        key, now = document["_id"], self._clock.now()
        configured = self._channels.get(document["channel"])
        if configured is None:
            self._settle(document, "failed", "the channel is no longer configured")
            return
        try:
            alert = msgspec.convert(document["alert"], Alert)
        except msgspec.ValidationError as error:
            self._settle(document, "failed", f"written by another version: {error}")
            return
        if self._kills(document, configured):
            self._settle(document, "failed", f"cut off {document['attempts']} times: given up")
            return
        ruling = rule_on(alert, self._outbox.alert_document(alert.fingerprint), now)
        match ruling.action:
            case "send":
                self._send(document, alert, configured)
            case "postpone":
                assert ruling.until is not None
                self._outbox.put_back(key, ruling.until, ruling.reason)
            case "withhold":
                self._settle(document, "withheld", ruling.reason)
            case "supersede":
                self._settle(document, "superseded", ruling.reason)

    @staticmethod
    def _kills(document: Document, configured: ConfiguredChannel) -> bool:
        """Whether every attempt so far, the last one too, ended with its process."""
        return bool(
            document["status"] == "sending"
            and document["attempts"] >= configured.settings.max_attempts
        )

    def _send(self, document: Document, alert: Alert, configured: ConfiguredChannel) -> None:
        notice = make_notice(
            document["_id"],
            alert,
            self._language,
            # As claimed, the document is older than the claim: an attempt was cut off.
            is_repeat=document["attempts"] > 0 and document["status"] == "sending",
        )
        try:
            configured.channel.send(notice)
        except SendingRefused as error:
            self._settle(document, "failed", str(error))
        except SendingFailed as error:
            self._retry_later(document, configured, error)
        else:
            self._settle(document, "sent", "")

    def _retry_later(
        self, document: Document, configured: ConfiguredChannel, error: SendingFailed
    ) -> None:
        attempts = document["attempts"] + 1
        if attempts >= configured.settings.max_attempts:
            self._settle(document, "failed", f"given up after {attempts} attempts: {error}")
            return
        backoff = Backoff(BACKOFF_INITIAL_SECONDS, BACKOFF_MAX_SECONDS, attempts=attempts - 1)
        asked_for = min(error.retry_after_seconds or 0.0, MOST_PATIENCE_SECONDS)
        delay = max(backoff.next_delay(), asked_for)
        metrics.NOTIFICATIONS.labels(document["channel"], "retried").inc()
        logger.warning("channel %s: %s; again in %.0f s", document["channel"], error, delay)
        self._outbox.postpone(
            document["_id"], self._clock.now() + timedelta(seconds=delay), str(error)
        )

    def _settle(self, document: Document, status: str, reason: str) -> None:
        metrics.NOTIFICATIONS.labels(document["channel"], status).inc()
        if status == "failed":
            logger.error("channel %s: %s: %s", document["channel"], document["_id"], reason)
        self._outbox.settle(document["_id"], status, self._clock.now(), reason)


def make_notice(key: str, alert: Alert, language: str, *, is_repeat: bool) -> Notice:
    """The message in one language."""
    title = alert.title_ru if language == "ru" else alert.title_en
    body = alert.text_ru if language == "ru" else alert.text_en
    if is_repeat:
        remark = {
            "ru": "(возможно, повтор: прошлая отправка прервалась)",
            "en": "(possibly a repeat: the last attempt was interrupted)",
        }
        body = f"{body}\n{remark[language]}"
    return Notice(key=key, title=title, body=body, alert=alert, is_repeat=is_repeat)
