"""What the store already knows, asked before and while crawling."""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.outcomes import Outcome
from crawlers.publishing import Known
from pipeline.mongo import Store, find_by_ids, translated_errors


def known_in(store: Store) -> Known:
    """Lookup of review ids → content hash in the `reviews` collection."""

    def known(review_ids: Sequence[str]) -> dict[str, str]:
        found = find_by_ids(store["reviews"], review_ids, {"content_hash": 1})
        return {document["_id"]: document["content_hash"] for document in found}

    return known


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
