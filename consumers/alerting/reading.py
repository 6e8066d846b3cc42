"""What alerting reads from the store: day buckets and the reviews behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from consumers.alerting.note import PROJECTION, ReviewNote, note_of
from consumers.alerting.series import DaySeries, series_from_buckets
from pipeline.mongo import Document, Store, translated_errors

MEMORY_DAYS = 730
"""Live evaluation looks so far back: with a half-life of 60 days the rest weighs nothing."""
WINDOW_REVIEWS = 500
USUAL_REVIEWS = 600
USUAL_SPANS = (8, 16, 32, 64)
"""Reviews of so many days before the window, newest first, say what is usual."""

_BUCKET_FIELDS = {
    "entity_id": 1, "day": 1, "total": 1, "positive": 1, "rated": 1, "rating_sum": 1,
    "negative_unlikely": 1, "negative_distinct": 1, "arrivals": 1,
}  # fmt: skip


def load_series(store: Store, entity_ids: Sequence[str], today: date) -> dict[str, DaySeries]:
    """The recent series of entities, ending today; those without reviews are left out."""
    since = today - timedelta(days=MEMORY_DAYS)
    wanted = {
        "entity_id": {"$in": list(entity_ids)},
        "day": {"$gte": since.isoformat(), "$lte": today.isoformat()},
    }
    with translated_errors():
        buckets = list(store["day_buckets"].find(wanted, _BUCKET_FIELDS))
    by_entity: dict[str, list[Document]] = defaultdict(list)
    for bucket in buckets:
        by_entity[bucket["entity_id"]].append(bucket)
    found = {name: series_from_buckets(name, rows, today) for name, rows in by_entity.items()}
    return {name: series for name, series in found.items() if series is not None}


def load_history(store: Store, entity_id: str) -> DaySeries | None:
    """Everything stored of an entity; None when there is nothing."""
    with translated_errors():
        buckets = list(store["day_buckets"].find({"entity_id": entity_id}, _BUCKET_FIELDS))
    if not buckets:
        return None
    last_day = date.fromisoformat(max(bucket["day"] for bucket in buckets))
    return series_from_buckets(entity_id, buckets, last_day)


def load_window(store: Store, entity_id: str, first: date, last: date) -> list[ReviewNote]:
    """Reviews of the days, both included; at most 500."""
    return _load(store, entity_id, first, last, WINDOW_REVIEWS)


def load_usual(store: Store, entity_id: str, before: date) -> list[ReviewNote]:
    """Reviews of the 120 days before the week that ends with `before`; at most 600, of the last
    days where there are more: who lists by an index from its beginning gives the oldest."""
    found: list[ReviewNote] = []
    last = before - timedelta(days=7)
    for days in USUAL_SPANS:
        first = last - timedelta(days=days - 1)
        found += _load(store, entity_id, first, last, USUAL_REVIEWS - len(found))
        if len(found) >= USUAL_REVIEWS:
            break
        last = first - timedelta(days=1)
    return found


def _load(store: Store, entity_id: str, first: date, last: date, most: int) -> list[ReviewNote]:
    wanted = {
        "entity_id": entity_id,
        "event_at": {"$gte": _midnight(first), "$lt": _midnight(last + timedelta(days=1))},
    }
    with translated_errors():
        # Asking the server for `gone` would keep it from using its index.
        found = list(store["reviews"].find(wanted, PROJECTION).limit(most))
    return [note_of(document) for document in found if not document.get("gone")]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def uncounted_entities(store: Store) -> set[str]:
    """Entities with day buckets that the store stage has still to count."""
    with translated_errors():
        notes = list(store["pending_buckets"].find({}, {"buckets": 1}))
    return {bucket[0] for note in notes for bucket in note["buckets"]}
