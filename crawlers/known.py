"""What the store already knows, asked before and while crawling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from crawlers.gone import Place, Places
from crawlers.outcomes import Outcome
from crawlers.publishing import Known
from pipeline.mongo import Document, Store, find_by_ids, translated_errors

_PLACE_FIELDS = {
    "listing": 1, "gone": 1, "event_at": 1, "crawled_at": 1, "review.published_precision": 1,
}  # fmt: skip


def known_in(store: Store) -> Known:
    """Lookup of review ids → content hash in the `reviews` collection."""

    def known(review_ids: Sequence[str]) -> dict[str, str]:
        found = find_by_ids(store["reviews"], review_ids, {"content_hash": 1})
        return {document["_id"]: document["content_hash"] for document in found}

    return known


Owners = Callable[[Sequence[str]], dict[str, str]]
"""Review ids → entity of those that are stored for another one than the crawl's."""


def owners_in(store: Store, entity_id: str) -> Owners:
    """Lookup of whose the reviews are that another entity than this one has; raises
    StoreUnavailable."""

    def owners(review_ids: Sequence[str]) -> dict[str, str]:
        found = find_by_ids(store["reviews"], review_ids, {"entity_id": 1})
        return {
            document["_id"]: document["entity_id"]
            for document in found
            if document["entity_id"] != entity_id
        }

    return owners


def places_in(store: Store, entity_id: str, listing: str) -> Places:
    """Lookup of what the store has of one listing and believes to be there still."""

    def places(newer_than: datetime | None) -> Iterator[Place]:
        wanted: Document = {"entity_id": entity_id}
        if newer_than is not None:
            wanted["event_at"] = {"$gt": newer_than}
        with translated_errors():
            # Asking the server for `listing` and `gone` would keep it from using its index.
            for document in store["reviews"].find(wanted, _PLACE_FIELDS):
                if document.get("listing") == listing and not document["gone"]:
                    yield Place(
                        review_id=document["_id"],
                        event_at=document["event_at"],
                        precision=document["review"].get("published_precision"),
                        seen_at=document["crawled_at"],
                    )

    return places


def was_read_before(store: Store, entity_id: str, source: str, url: str) -> bool:
    """Whether a crawl of this source address ever ended well: what comes now is news."""
    successes = [str(outcome) for outcome in Outcome if not outcome.is_failure]
    with translated_errors():
        found = store["crawl_reports"].find_one(
            {
                "entity_id": entity_id,
                "source": source,
                "url": url,
                "is_final": True,
                "outcome": {"$in": successes},
            },
            {"_id": 1},
        )
    return found is not None
