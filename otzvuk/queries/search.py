"""Finds reviews newest first, reading no more of the store than the page needs."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from otzvuk.queries.cursor import Cursor
from otzvuk.queries.selection import ReviewSelection
from pipeline.mongo import Document, Store, find_by_ids, translated_errors

FIRST_WINDOW_DAYS = 16
WINDOW_GROWTH = 4
"""Rare matches are found in few queries, frequent ones without reading the whole history."""
FETCHED_AT_ONCE = 64


@dataclass(frozen=True)
class Page:
    """Some reviews, and where the next ones are."""

    reviews: list[Document]
    """Documents of `reviews`, newest first."""
    next: Cursor | None
    """None when these were the last."""


def find_page(
    store: Store, selection: ReviewSelection, limit: int, after: Cursor | None = None
) -> Page:
    """At most `limit` reviews that come after `after`."""
    keys = list(islice(_keys(store, selection, after), limit + 1))
    page = keys[:limit]
    return Page(
        reviews=list(_documents(store, page)),
        next=page[-1] if len(keys) > limit and page else None,
    )


def find_all(store: Store, selection: ReviewSelection) -> Iterator[Document]:
    """Every selected review, newest first, a few at a time."""
    keys = _keys(store, selection, None)
    while some := list(islice(keys, FETCHED_AT_ONCE)):
        yield from _documents(store, some)


def _documents(store: Store, keys: list[Cursor]) -> Iterator[Document]:
    ids = [key.review_id for key in keys]
    found = {document["_id"]: document for document in find_by_ids(store["reviews"], ids)}
    # Facts are written first: a review that is not there yet will be in a moment.
    yield from (found[key.review_id] for key in keys if key.review_id in found)


def _keys(store: Store, selection: ReviewSelection, after: Cursor | None) -> Iterator[Cursor]:
    wanted: Document = {"_id": selection.entity} if selection.entity else {}
    with translated_errors():
        entities = list(store["entities"].find(wanted))
    each = [_keys_of_entity(store, entity, selection, after) for entity in entities]
    return heapq.merge(*each, reverse=True)


def _keys_of_entity(
    store: Store, entity: Document, selection: ReviewSelection, after: Cursor | None
) -> Iterator[Cursor]:
    conditions = selection.conditions()
    for first, last in _windows(entity, selection, after):
        days = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        pipeline: list[Document] = [
            # Apart, so that every server uses the index of the first.
            {"$match": {"entity_id": entity["_id"], "event_day": days}},
            {"$match": conditions},
            {"$project": {"event_at": 1}},
        ]
        with translated_errors():
            found = [
                Cursor(fact["event_at"], fact["_id"]) for fact in store["facts"].aggregate(pipeline)
            ]
        yield from sorted((key for key in found if after is None or key < after), reverse=True)


def _windows(
    entity: Document, selection: ReviewSelection, after: Cursor | None
) -> Iterator[tuple[date, date]]:
    """Spans of event days, newest first, growing."""
    oldest = date.fromisoformat(entity["first_event_day"])
    newest = date.fromisoformat(entity["last_event_day"])
    if selection.since:
        oldest = max(oldest, selection.since)
    if selection.until:
        newest = min(newest, selection.until)
    if after:
        newest = min(newest, date.fromisoformat(after.day))
    days = FIRST_WINDOW_DAYS
    while newest >= oldest:
        first = max(oldest, newest - timedelta(days=days - 1))
        yield first, newest
        newest = first - timedelta(days=1)
        days *= WINDOW_GROWTH
