"""What the store holds of each entity: a view over its day buckets, refreshed now and then."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from consumers.storing.documents import Bucket
from pipeline.clock import Clock
from pipeline.mongo import Document, Store, UpdateOne, translated_errors

REFRESH_SECONDS = 5.0


class EntitiesView:
    """Keeps `entities` close to the buckets without reading them for every batch."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._refresh_at = float("-inf")

    def mark(self, touched: Iterable[Bucket]) -> None:
        """Widen the spans of the touched entities, and mark their figures as old."""
        days: dict[str, list[str]] = defaultdict(list)
        for entity, day, _ in touched:
            days[entity].append(day)
        if days:
            updates = [_widened(entity, mine) for entity, mine in days.items()]
            with translated_errors():
                self._store["entities"].bulk_write(updates, ordered=False)

    def refresh_when_due(self) -> None:
        """Count the marked entities anew, at most every few seconds."""
        if self._clock.monotonic() >= self._refresh_at:
            self.refresh()
            self._refresh_at = self._clock.monotonic() + REFRESH_SECONDS

    def refresh(self) -> None:
        """Count the marked entities anew."""
        with translated_errors():
            marked = list(self._store["entities"].find({"mark": {"$ne": None}}))
        for entity in marked:
            self._refresh(entity, self._clock.now())

    def _refresh(self, entity: Document, now: datetime) -> None:
        by_source: Document = {
            "_id": "$source",
            "total": {"$sum": "$total"},
            "first": {"$min": "$day"},
            "last": {"$max": "$day"},
        }
        of_entity: Document = {"entity_id": entity["_id"], "total": {"$gt": 0}}
        with translated_errors():
            lines = list(
                self._store["day_buckets"].aggregate([{"$match": of_entity}, {"$group": by_source}])
            )
            # An entity marked again meanwhile keeps its mark, and is counted next time.
            self._store["entities"].update_one(
                {"_id": entity["_id"], "mark": entity["mark"]}, {"$set": _figures(lines, now)}
            )


def _widened(entity: str, days: list[str]) -> UpdateOne:
    return UpdateOne(
        {"_id": entity},
        {
            "$min": {"first_event_day": min(days)},
            "$max": {"last_event_day": max(days)},
            "$set": {"mark": uuid.uuid4().hex},
            "$setOnInsert": {"total": 0, "sources": {}, "updated_at": None},
        },
        upsert=True,
    )


def _figures(lines: list[Document], now: datetime) -> Document:
    figures: Document = {
        "total": sum(line["total"] for line in lines),
        "sources": {_field_name(line["_id"]): line["total"] for line in lines},
        "mark": None,
        "updated_at": now,
    }
    if lines:
        figures["first_event_day"] = min(line["first"] for line in lines)
        figures["last_event_day"] = max(line["last"] for line in lines)
    return figures


def _field_name(source: str) -> str:
    """A source may be a host name; a dot in a field name reads as a path."""
    return source.replace(".", "․").replace("$", "＄")
