"""Brings the views up to date at once, for whoever waits and knows that no more is coming."""

from __future__ import annotations

from consumers.storing.entities import EntitiesView
from consumers.storing.pending import PendingBuckets
from pipeline.clock import Clock
from pipeline.mongo import Store


def settle(store: Store, clock: Clock) -> None:
    """Count all day buckets that wait, whichever worker noted them, and the entities."""
    PendingBuckets(store, clock).count_all()
    EntitiesView(store, clock).refresh()
