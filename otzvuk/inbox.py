"""The inbox of alerts: what people see of them and what people do about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import UsageError
from pipeline.mongo import Document, Store, translated_errors

SHORTEST_PREFIX = 4


@dataclass(frozen=True, kw_only=True)
class InboxFilter:
    """Which alerts are listed; empty fields select all."""

    entity_id: str | None = None
    rule: str | None = None
    is_open_only: bool = True

    def query(self) -> Document:
        """As a query."""
        wanted: Document = {}
        if self.entity_id:
            wanted["entity_id"] = self.entity_id
        if self.rule:
            wanted["rule"] = self.rule
        if self.is_open_only:
            wanted["state"] = {"$ne": "resolved"}
        return wanted


def list_alerts(store: Store, wanted: InboxFilter, limit: int) -> list[Document]:
    """Alerts, newest first."""
    with translated_errors():
        return list(store["alerts"].find(wanted.query(), sort=[("started_at", -1)], limit=limit))


def find_alert(store: Store, fingerprint: str) -> Document:
    """One alert by its fingerprint or an unambiguous beginning of it.

    Raises UsageError when there is none or more than one.
    """
    if len(fingerprint) < SHORTEST_PREFIX:
        raise UsageError(f"give at least {SHORTEST_PREFIX} characters of the fingerprint")
    bounds = {"$gte": fingerprint, "$lt": fingerprint + "\uffff"}
    with translated_errors():
        found = list(store["alerts"].find({"_id": bounds}, limit=2))
    if not found:
        raise UsageError(f"no alert {fingerprint!r}: `otzvuk alerts list --all` shows them")
    if len(found) > 1:
        raise UsageError(f"{fingerprint!r} is the beginning of several alerts: give more of it")
    return found[0]


def notices_of(store: Store, fingerprint: str) -> list[Document]:
    """What was sent about an alert, and what became of it."""
    with translated_errors():
        return list(
            store["notifications"].find({"fingerprint": fingerprint}, sort=[("created_at", 1)])
        )


def acknowledge(store: Store, alert: Document, person: str, now: datetime) -> None:
    """Somebody looks after it: quiet until it gets more severe or ends."""
    _handle(
        store, alert, "acknowledged", person, now,
        {
            "acknowledged_by": person,
            "acknowledged_at": now,
            "acknowledged_severity": alert["alert"]["severity"],
        },
    )  # fmt: skip


def snooze(store: Store, alert: Document, person: str, length: timedelta, now: datetime) -> None:
    """Quiet for a while; what is due then is sent then."""
    _handle(
        store, alert, "snoozed", person, now,
        {"snoozed_by": person, "snoozed_until": now + length},
    )  # fmt: skip


def resolve(store: Store, alert: Document, person: str, now: datetime) -> None:
    """Closed by a person: the episode ends and its cooldown begins.

    It is a turn of the episode like any other, so that a worker which evaluates it at this
    moment finds another sequence than it read, and does not open it again.
    """
    if alert["state"] == "resolved":
        raise UsageError(f"alert {alert['_id']} is resolved already")
    end = now.date().isoformat()
    _handle(
        store, alert, "resolved", person, now,
        {
            "resolved_by": person, "resolved_at": now, "closed_at": now, "state": "resolved",
            "active_until": end, "episode.state": "resolved", "episode.end": end,
        },
        counts={"sequence": 1, "episode.sequence": 1},
    )  # fmt: skip


def _handle(
    store: Store,
    alert: Document,
    action: str,
    person: str,
    now: datetime,
    changes: Document,
    counts: Document | None = None,
) -> None:
    update: Document = {
        "$set": changes,
        "$push": {"history": {"action": action, "by": person, "at": now}},
    }
    if counts:
        update["$inc"] = counts
    with translated_errors():
        store["alerts"].update_one({"_id": alert["_id"]}, update)
