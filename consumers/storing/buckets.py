"""Day buckets: what an entity's day holds, always counted anew, never incremented.

Several workers may count the same bucket at once. Each bucket has a version that a writer
must find unchanged since before it read the facts; who loses counts again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from consumers.storing.documents import Bucket
from pipeline.errors import StoreConflict
from pipeline.mongo import (
    Document,
    InsertOne,
    ReplaceOne,
    Store,
    find_by_ids,
    translated_errors,
)

DAYS_AT_ONCE = 64
ATTEMPTS = 5
UNLIKELY = 0.5
"""Authenticity below which a negative counts as probably not a customer's."""
FACTS = {
    "event_day": 1, "source": 1, "rating": 1, "label": 1, "authenticity": 1, "text_hash": 1,
    "age": 1,
}  # fmt: skip


def bucket_id(bucket: Bucket) -> str:
    """`_id` of the bucket's document."""
    return "|".join(bucket)


def portions(buckets: Iterable[Bucket]) -> Iterator[list[Bucket]]:
    """Split into parts of one entity and few days, each counted by few queries."""
    by_entity: dict[str, list[Bucket]] = defaultdict(list)
    for bucket in sorted(buckets):
        by_entity[bucket[0]].append(bucket)
    for mine in by_entity.values():
        for start in range(0, len(mine), DAYS_AT_ONCE):
            yield mine[start : start + DAYS_AT_ONCE]


def recount(store: Store, portion: Sequence[Bucket], now: datetime) -> None:
    """Count the buckets of one portion anew.

    Raises StoreConflict when others keep counting the same buckets at the same time.
    """
    for _ in range(ATTEMPTS):
        try:
            _recount_once(store, portion, now)
        except StoreConflict:
            continue
        return
    raise StoreConflict(f"{len(portion)} day buckets are being counted by others all the time")


def count(facts: Iterable[Document], wanted: Collection[Bucket]) -> dict[Bucket, Document]:
    """The figures of the wanted buckets."""
    tallies = {bucket: _Tally() for bucket in wanted}
    entity = next(iter(wanted))[0]
    for fact in facts:
        tally = tallies.get((entity, fact["event_day"], fact["source"]))
        if tally is not None:
            tally.add(fact)
    return {bucket: tally.figures() for bucket, tally in tallies.items()}


class _Tally:
    """Running figures of one bucket."""

    def __init__(self) -> None:
        self._labels = {"negative": 0, "neutral": 0, "positive": 0}
        self._rated = 0
        self._rating_sum = 0.0
        self._negative_unlikely = 0
        self._negative_texts: set[str] = set()
        self._arrivals: dict[str, int] = defaultdict(int)

    def add(self, fact: Document) -> None:
        self._labels[fact["label"]] += 1
        if fact["rating"] is not None:
            self._rated += 1
            self._rating_sum += fact["rating"]
        if fact["label"] == "negative":
            self._negative_unlikely += fact["authenticity"] < UNLIKELY
            # A text too short to tell apart has no hash, and counts by itself.
            self._negative_texts.add(fact["text_hash"] or fact["_id"])
        if fact["age"] is not None:
            self._arrivals[str(fact["age"])] += 1

    def figures(self) -> Document:
        return {
            "total": sum(self._labels.values()),
            **self._labels,
            "rated": self._rated,
            "rating_sum": round(self._rating_sum, 6),
            "negative_unlikely": self._negative_unlikely,
            "negative_distinct": len(self._negative_texts),
            "arrivals": dict(sorted(self._arrivals.items())),
        }


def _recount_once(store: Store, portion: Sequence[Bucket], now: datetime) -> None:
    ids = {bucket_id(bucket): bucket for bucket in portion}
    stored = {document["_id"]: document for document in find_by_ids(store["day_buckets"], ids)}
    figures = count(_facts(store, portion), portion)
    inserts: list[InsertOne[Document]] = []
    replaces: list[ReplaceOne[Document]] = []
    for key, bucket in ids.items():
        entity, day, source = bucket
        earlier = stored.get(key)
        document = {
            "_id": key, "entity_id": entity, "day": day, "source": source, **figures[bucket],
            "updated_at": now, "version": earlier["version"] + 1 if earlier else 1,
        }  # fmt: skip
        if earlier is None:
            inserts.append(InsertOne(document))
        elif any(earlier[name] != value for name, value in figures[bucket].items()):
            as_read = {"_id": key, "version": earlier["version"]}
            replaces.append(ReplaceOne(as_read, document))
    if not inserts and not replaces:
        return
    with translated_errors():
        result = store["day_buckets"].bulk_write([*inserts, *replaces], ordered=False)
    if result.matched_count != len(replaces):
        raise StoreConflict("day buckets were counted by another worker meanwhile")


def _facts(store: Store, portion: Sequence[Bucket]) -> Iterator[Document]:
    entity = portion[0][0]
    days = sorted({day for _, day, _ in portion})
    with translated_errors():
        yield from store["facts"].find({"entity_id": entity, "event_day": _bounds(days)}, FACTS)


def _bounds(days: list[str]) -> Document:
    """A range where most of its days are wanted: many times faster than a list of days."""
    span = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days + 1
    if span <= 2 * len(days):
        return {"$gte": days[0], "$lte": days[-1]}
    return {"$in": days}
