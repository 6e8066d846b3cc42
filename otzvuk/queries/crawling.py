"""What people and dashboards ask about crawling: each listing's state, each source's last word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from pipeline.mongo import Document, Store, translated_errors


class ListingState(Struct, frozen=True, kw_only=True):
    """One watched address, as `otzvuk crawl status` shows it."""

    entity_id: str
    source: str
    url: str
    state: str
    """`due`, `waiting`, `given out`, `in work`, or `by hand` for what no schedule visits."""
    due_at: datetime | None
    interval_hours: float | None
    outcome: str | None
    reason: str
    at: datetime | None
    pages: int | None
    seen: int | None
    claimed_total: int | None
    new: int | None
    gone: int | None
    failures: int
    is_stale: bool
    expected_days: float | None
    """Expected days between two days with reviews."""


def listing_states(store: Store, now: datetime) -> list[ListingState]:
    """Every listing, by entity, source and address."""
    with translated_errors():
        found = list(store["crawl_schedule"].find({}))
    states = [_state(document, now) for document in found]
    return sorted(states, key=lambda one: (one.entity_id, one.source, one.url))


def last_outcomes(store: Store) -> dict[str, tuple[str, datetime]]:
    """Source → how the latest crawl of it ended, and when."""
    latest: dict[str, tuple[str, datetime]] = {}
    with translated_errors():
        found = list(store["crawl_schedule"].find({}, {"source": 1, "read_as": 1, "last": 1}))
    for document in found:
        last: Document | None = document.get("last")
        if last is None:
            continue
        for source in {document["source"], document.get("read_as") or document["source"]}:
            if source not in latest or latest[source][1] < last["at"]:
                latest[source] = (last["outcome"], last["at"])
    return latest


def _state(document: Document, now: datetime) -> ListingState:
    last: dict[str, Any] = document.get("last") or {}
    seconds = document.get("interval_seconds")
    expected = document.get("freshness") or {}
    return ListingState(
        entity_id=document["entity_id"],
        source=document.get("read_as") or document["source"],
        url=document["url"],
        state=_working_state(document, now),
        due_at=document.get("due_at") if document.get("is_watched") else None,
        interval_hours=None if seconds is None else round(seconds / 3_600, 1),
        outcome=last.get("outcome"),
        reason=last.get("reason", ""),
        at=last.get("at"),
        pages=last.get("pages"),
        seen=last.get("seen"),
        claimed_total=last.get("claimed_total"),
        new=last.get("new"),
        gone=last.get("gone"),
        failures=document.get("failures", 0),
        is_stale=bool(document.get("is_stale")),
        expected_days=expected.get("expected_days"),
    )


def _working_state(document: Document, now: datetime) -> str:
    if document.get("job_id") and document["lease_until"] > now:
        return "in work" if document.get("taken_at") else "given out"
    if not document.get("is_watched"):
        return "by hand"
    return "due" if document["due_at"] <= now else "waiting"
