"""What the store's day buckets say of how often a source of an entity is written on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crawlers.freshness import MEMORY_DAYS, Freshness, freshness
from pipeline.mongo import Store, translated_errors


def freshness_of(
    store: Store, entity_id: str, source: str, looked_at: datetime
) -> Freshness | None:
    """What the stored reviews let expect; None when there are none. May raise StoreUnavailable."""
    since = (looked_at - timedelta(days=2 * MEMORY_DAYS)).date().isoformat()
    wanted = {"entity_id": entity_id, "day": {"$gte": since}}
    with translated_errors():
        buckets = store["day_buckets"].find(wanted, {"day": 1, "source": 1, "total": 1})
        counts = {
            date.fromisoformat(bucket["day"]): int(bucket["total"])
            for bucket in buckets
            if bucket["source"] == source
        }
    return freshness(counts, looked_at.date())
