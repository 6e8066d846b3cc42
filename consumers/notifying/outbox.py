"""The outbox: every notice is a document first, so that a crash forgets and repeats nothing.

due → sending (leased) → sent | failed (given up) | superseded | withheld
         └────────────── due again after a passing failure or an expired lease
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from pipeline.mongo import ASCENDING, Document, Store, UpdateOne, translated_errors
from pipeline.records import Alert

LEASE_SECONDS = 120.0
"""A sender that is silent for this long is taken for dead."""
KEEP_DAYS = 400
"""How long handled notices stay readable."""


class Outbox:
    """Notices in the store; several senders may share it."""

    def __init__(self, store: Store) -> None:
        self._documents = store["notifications"]
        self._alerts = store["alerts"]

    def add(self, alert: Alert, channels: Sequence[str], now: datetime) -> None:
        """Note that `channels` must hear of this state; a second call changes nothing."""
        if not channels:
            return
        operations = [
            UpdateOne(
                {"_id": notice_key(alert, channel)},
                {"$setOnInsert": self._fresh(alert, channel, now)},
                upsert=True,
            )
            for channel in channels
        ]
        with translated_errors():
            self._documents.bulk_write(operations, ordered=False)

    def claim(self, now: datetime) -> Document | None:
        """Lease the notice that is due longest, or None.

        `attempts` counts this attempt already: it is written before anything is sent.
        """
        lease = now + timedelta(seconds=LEASE_SECONDS)
        with translated_errors():
            return self._documents.find_one_and_update(
                {"status": {"$in": ["due", "sending"]}, "due_at": {"$lte": now}},
                {"$set": {"status": "sending", "due_at": lease}, "$inc": {"attempts": 1}},
                sort=[("due_at", ASCENDING)],
            )

    def settle(self, key: str, status: str, now: datetime, reason: str = "") -> None:
        """Close a notice for good."""
        self._set(key, {"status": status, "settled_at": now, "reason": reason})

    def postpone(self, key: str, until: datetime, reason: str) -> None:
        """Try again later."""
        self._set(key, {"status": "due", "due_at": until, "reason": reason})

    def put_back(self, key: str, until: datetime, reason: str) -> None:
        """Look again later: nothing was tried, so that no attempt is used up."""
        changes = {"status": "due", "due_at": until, "reason": reason}
        with translated_errors():
            self._documents.update_one({"_id": key}, {"$set": changes, "$inc": {"attempts": -1}})

    def alert_document(self, fingerprint: str) -> Document:
        """What people did about the alert; empty when it is not stored (any more)."""
        with translated_errors():
            return self._alerts.find_one({"_id": fingerprint}) or {}

    def _set(self, key: str, changes: dict[str, Any]) -> None:
        with translated_errors():
            self._documents.update_one({"_id": key}, {"$set": changes})

    def _fresh(self, alert: Alert, channel: str, now: datetime) -> Document:
        return {
            "channel": channel,
            "fingerprint": alert.fingerprint,
            "sequence": alert.sequence,
            "entity_id": alert.entity_id,
            "alert": msgspec.to_builtins(alert, builtin_types=(datetime,)),
            "status": "due",
            "due_at": now,
            "created_at": now,
            "expire_at": now + timedelta(days=KEEP_DAYS),
            "attempts": 0,
            "reason": "",
        }


def notice_key(alert: Alert, channel: str) -> str:
    """The id of one notice: one state of one alert to one channel."""
    return f"{alert.fingerprint}#{alert.sequence}#{channel}"
