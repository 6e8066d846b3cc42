"""What authors wrote before: their last 20 reviews, in the store, shared by all workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import numpy as np

from consumers.authenticity.context import MIN_NEAR, PastReview
from consumers.authenticity.sketch import ALGORITHM
from consumers.authenticity.subject import Subject
from pipeline.mongo import (
    Document,
    InsertOne,
    Store,
    UpdateOne,
    find_by_ids,
    translated_errors,
)

COLLECTION = "authors"
KEPT = 20
"""Reviews remembered of one author, newest arrivals."""


class Histories:
    """The histories of a batch's authors: loaded at once, changed in order, saved at once."""

    def __init__(self, store: Store, keys: Iterable[str]) -> None:
        self._authors = store[COLLECTION]
        self._past: dict[str, dict[str, PastReview]] = defaultdict(dict)
        self._stored: set[str] = set()
        self._changed: dict[tuple[str, str], bool] = {}
        self._load(sorted(set(keys)))

    def others(self, subject: Subject) -> tuple[PastReview, ...]:
        """The author's reviews without this one."""
        if subject.author_key is None:
            return ()
        past = self._past[subject.author_key]
        return tuple(line for key, line in past.items() if key != subject.review_id)

    def remember(self, subject: Subject) -> None:
        """Add the review to its author's history, or replace its earlier version."""
        if subject.author_key is None:
            return
        past, line = self._past[subject.author_key], _line(subject)
        known = past.get(subject.review_id)
        if known is not None and known.is_same(line):
            return
        change = (subject.author_key, subject.review_id)
        self._changed.setdefault(change, known is None)
        past[subject.review_id] = line
        if len(past) > KEPT:
            past.pop(next(iter(past)))

    def save(self, now: datetime) -> None:
        """Write what changed, in one call. New lines are pushed and replaced ones set in
        place, so that workers who share an author do not undo each other.

        New authors are inserted, which the embedded store does ten times faster; raises
        StoreConflict when another worker met one of them meanwhile.
        """
        operations: list[UpdateOne | InsertOne[Document]] = [
            *self._replacements(now),
            *self._additions(now),
        ]
        if operations:
            with translated_errors():
                self._authors.bulk_write(operations, ordered=False)

    def _load(self, keys: list[str]) -> None:
        for document in find_by_ids(self._authors, keys):
            self._stored.add(document["_id"])
            for entry in document["recent"]:
                self._past[document["_id"]][entry["r"]] = _from_entry(entry)

    def _replacements(self, now: datetime) -> list[UpdateOne]:
        return [
            UpdateOne(
                {"_id": author, "recent.r": review_id},
                {"$set": {"recent.$": _entry(line), "updated_at": now}},
            )
            for (author, review_id), is_new in self._changed.items()
            if not is_new and (line := self._past[author].get(review_id)) is not None
        ]

    def _additions(self, now: datetime) -> list[UpdateOne | InsertOne[Document]]:
        lines: dict[str, list[Document]] = defaultdict(list)
        for (author, review_id), is_new in self._changed.items():
            line = self._past[author].get(review_id)
            if is_new and line is not None:
                lines[author].append(_entry(line))
        return [self._addition(author, entries, now) for author, entries in lines.items()]

    def _addition(
        self, author: str, entries: list[Document], now: datetime
    ) -> UpdateOne | InsertOne[Document]:
        if author not in self._stored:
            return InsertOne({"_id": author, "recent": entries, "updated_at": now})
        push = {"$push": {"recent": {"$each": entries, "$slice": -KEPT}}}
        # The upsert is for an author who expired since the batch was loaded.
        return UpdateOne({"_id": author}, push | {"$set": {"updated_at": now}}, upsert=True)


def _line(subject: Subject) -> PastReview:
    return PastReview(
        review_id=subject.review_id,
        entity_id=subject.review.entity_id,
        day=subject.review.event_day,
        rating=subject.review.rating,
        sketch=subject.sketch if subject.length >= MIN_NEAR else None,
    )


def _entry(line: PastReview) -> Document:
    """Short names: there are 20 of them in a document."""
    entry: Document = {"r": line.review_id, "e": line.entity_id, "d": line.day}
    if line.rating is not None:
        entry["s"] = line.rating
    if line.sketch is not None:
        entry |= {"k": line.sketch.astype("<u2").tobytes(), "a": ALGORITHM}
    return entry


def _from_entry(entry: Document) -> PastReview:
    packed = entry.get("k") if entry.get("a") == ALGORITHM else None
    return PastReview(
        review_id=entry["r"],
        entity_id=entry["e"],
        day=entry["d"],
        rating=entry.get("s"),
        sketch=None if packed is None else np.frombuffer(packed, dtype="<u2").astype(np.uint16),
    )
