"""Makes every view of the store anew: the reviews are the truth, the rest follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from consumers.storing import buckets as day_buckets
from consumers.storing.documents import Bucket, bucket_of, facts_document
from consumers.storing.entities import EntitiesView
from pipeline.clock import Clock
from pipeline.mongo import Document, ReplaceOne, Store, translated_errors

REVIEWS_AT_ONCE = 500


def rebuild(store: Store, clock: Clock, progress: Callable[[int], None]) -> int:
    """Returns how many reviews there are; safe beside running stages, and when cut off."""
    touched = _stored_buckets(store)
    done = 0
    for reviews in _batches(store):
        _write_facts(store, reviews)
        touched.update(map(bucket_of, reviews))
        done += len(reviews)
        progress(done)
    _recount(store, touched, clock.now())
    view = EntitiesView(store, clock)
    view.mark(touched)
    view.refresh()
    return done


def _batches(store: Store) -> Iterator[list[Document]]:
    batch: list[Document] = []
    with translated_errors():
        for review in store["reviews"].find({}):
            batch.append(review)
            if len(batch) == REVIEWS_AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch


def _write_facts(store: Store, reviews: list[Document]) -> None:
    writes = [
        ReplaceOne({"_id": review["_id"]}, facts_document(review), upsert=True)
        for review in reviews
    ]
    with translated_errors():
        store["facts"].bulk_write(writes, ordered=False)


def _stored_buckets(store: Store) -> set[Bucket]:
    """Also those that no review belongs to any more."""
    with translated_errors():
        found = store["day_buckets"].find({}, {"entity_id": 1, "day": 1, "source": 1})
        return {(bucket["entity_id"], bucket["day"], bucket["source"]) for bucket in found}


def _recount(store: Store, touched: Iterable[Bucket], now: datetime) -> None:
    for portion in day_buckets.portions(touched):
        day_buckets.recount(store, portion, now)
