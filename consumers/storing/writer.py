"""Writes a batch's plan so that a crash between any two writes is repaired by redelivery.

Order: the replaced versions go to the history first, then the facts, then the reviews. A
review is only replaced if it is still the one that was read, so that a worker that lost its
partition cannot overwrite its successor.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from consumers.storing.decision import KNOWN_FIELDS
from consumers.storing.documents import facts_document
from consumers.storing.plan import Change, Plan
from pipeline.errors import StoreConflict
from pipeline.mongo import (
    Document,
    InsertOne,
    ReplaceOne,
    Store,
    find_by_ids,
    translated_errors,
)


def read_known(store: Store, review_ids: Iterable[str]) -> dict[str, Document]:
    """The stored documents' fields that decisions need."""
    projection = dict.fromkeys(KNOWN_FIELDS, 1)
    return {
        document["_id"]: document
        for document in find_by_ids(store["reviews"], review_ids, projection)
    }


def write_plan(store: Store, plan: Plan, now: datetime) -> None:
    """Write everything the plan holds.

    Raises StoreConflict when another worker wrote one of the reviews meanwhile.
    """
    changes = plan.changes.values()
    _write_revisions(store, [*_archived(store, changes, now), *_late(store, changes, now)])
    written = [change for change in changes if change.document is not None]
    if written:
        _write_facts(store, written)
        _write_reviews(store, written)


def _write_revisions(store: Store, revisions: list[Document]) -> None:
    if not revisions:
        return
    with translated_errors():
        store["revisions"].bulk_write(
            [ReplaceOne({"_id": revision["_id"]}, revision, upsert=True) for revision in revisions],
            ordered=False,
        )


def _archived(store: Store, changes: Iterable[Change], now: datetime) -> list[Document]:
    replaced = [document for change in changes for document in change.earlier]
    ids = [
        change.before["_id"]
        for change in changes
        if change.archives_before and change.before is not None
    ]
    replaced.extend(find_by_ids(store["reviews"], ids))
    return [
        _revision(f"{document['_id']}#{document['revision']}", document, now)
        for document in replaced
    ]


def _late(store: Store, changes: Iterable[Change], now: datetime) -> list[Document]:
    """Late versions that the history does not have yet."""
    late = [document for change in changes for document in change.late]
    if not late:
        return []
    with translated_errors():
        found = store["revisions"].find(
            {"review_id": {"$in": sorted({document["_id"] for document in late})}},
            {"review_id": 1, "content_hash": 1},
        )
        known = {(revision["review_id"], revision["content_hash"]) for revision in found}
    return [
        _revision(f"{document['_id']}#late-{document['content_hash']}", document, now)
        for document in late
        if (document["_id"], document["content_hash"]) not in known
    ]


def _revision(revision_id: str, document: Document, now: datetime) -> Document:
    return {
        "_id": revision_id,
        "review_id": document["_id"],
        "revision": document["revision"],
        "content_hash": document["content_hash"],
        "replaced_at": now,
        "document": document,
    }


def _write_facts(store: Store, changes: list[Change]) -> None:
    facts = [facts_document(change.document) for change in changes if change.document is not None]
    inserts = [
        InsertOne(fact) for fact, change in zip(facts, changes, strict=True) if not change.before
    ]
    replaces = [
        ReplaceOne({"_id": fact["_id"]}, fact, upsert=True)
        for fact, change in zip(facts, changes, strict=True)
        if change.before
    ]
    try:
        with translated_errors():
            store["facts"].bulk_write([*inserts, *replaces], ordered=False)
    except StoreConflict:
        # Left by a crash before the reviews were written: replace all of them.
        everything = [ReplaceOne({"_id": fact["_id"]}, fact, upsert=True) for fact in facts]
        with translated_errors():
            store["facts"].bulk_write(everything, ordered=False)


def _write_reviews(store: Store, changes: list[Change]) -> None:
    inserts: list[InsertOne[Document]] = []
    replaces: list[ReplaceOne[Document]] = []
    for change in changes:
        assert change.document is not None
        if change.before is None:
            inserts.append(InsertOne(change.document))
        else:
            # A crawl may find it gone meanwhile, which must not be overwritten unseen.
            names = ("_id", "delivery", "gone")
            as_read = {name: change.before[name] for name in names if name in change.before}
            replaces.append(ReplaceOne(as_read, change.document))
    with translated_errors():
        result = store["reviews"].bulk_write([*inserts, *replaces], ordered=False)
    if result.matched_count != len(replaces):
        raise StoreConflict(
            f"{len(replaces) - result.matched_count} reviews were written by another worker "
            "meanwhile"
        )
