"""What a scored review looks like in the store: the whole document, and its small facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from consumers.storing.stems import stems
from pipeline.identity import author_key, normalised_text, text_hash
from pipeline.log.protocol import Message
from pipeline.mongo import Document
from pipeline.records import ScoredReview, StoredReview
from pipeline.stage import Delivery

MOST_AGE_DAYS = 60
SHORTEST_COPY = 25
"""Characters from which equal texts are copies, not coincidence."""

Bucket = tuple[str, str, str]
"""Entity, event day, source."""


def store_time(moment: datetime) -> datetime:
    """To the millisecond, as the store keeps times: what was read back compares equal."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1_000 * 1_000)


def delivery_mark(message: Message) -> Document:
    """Names the message that wrote a document; offsets alone begin anew with a new log."""
    return {
        "partition": message.partition,
        "offset": message.offset,
        "written_at": store_time(message.written_at),
    }


def review_document(delivery: Delivery, now: datetime) -> Document:
    """The document of a review that is seen for the first time."""
    scored: ScoredReview = delivery.record
    review, understanding, authenticity = scored.review, scored.understanding, scored.authenticity
    return {
        "_id": review.review_id,
        "entity_id": review.entity_id,
        "source": review.source,
        "kind": review.kind,
        "rating": review.rating,
        "event_at": store_time(review.event_time),
        "event_day": review.event_day,
        "published_at": review.published_at,
        "first_seen_at": store_time(review.crawled_at),
        "crawled_at": store_time(review.crawled_at),
        "language": review.language or understanding.language,
        "label": understanding.label,
        "text_label": understanding.text_label,
        "sentiment": understanding.score,
        "authenticity": authenticity.score,
        "verdict": authenticity.verdict,
        "author_key": author_key(review),
        "is_mention": review.is_mention,
        "is_backfill": review.is_backfill,
        "listing": review.listing,
        "gone": False,
        "gone_at": None,
        "content_hash": review.content_hash,
        "text_hash": text_hash(review.full_text),
        "revision": 1,
        "understanding_model": understanding.model,
        "authenticity_model": authenticity.model,
        "outcome": "new",
        "stored_at": store_time(now),
        "delivery": delivery_mark(delivery.message),
        "moved_from": [],
        "review": _builtins(review),
        "understanding": _builtins(understanding),
        "authenticity_detail": _builtins(authenticity),
    }


def facts_document(document: Document) -> Document:
    """What counting and searching need of a review document, a tenth of its size."""
    words = normalised_text(_full_text(document["review"]))
    return {
        "_id": document["_id"],
        "entity_id": document["entity_id"],
        "source": document["source"],
        "kind": document["kind"],
        "event_at": document["event_at"],
        "event_day": document["event_day"],
        "rating": document["rating"],
        "label": document["label"],
        "language": document["language"],
        "authenticity": document["authenticity"],
        "verdict": document["verdict"],
        "author_key": document["author_key"],
        # None for a text so short that two people write it by chance.
        "text_hash": document["text_hash"] if len(words) >= SHORTEST_COPY else None,
        "age": None if document["is_backfill"] else _age_at_first_sight(document),
        "terms": f" {' '.join(stems(words))} ",
        "aspects": _aspects(document["understanding"]),
    }


def _aspects(understanding: Document) -> list[str]:
    """Each judged aspect once a polarity, as `delivery:negative`."""
    opinions = understanding.get("aspects") or ()
    return sorted({f"{opinion['aspect']}:{opinion['polarity']}" for opinion in opinions})


def bucket_of(document: Document) -> Bucket:
    """The day bucket that counts the document."""
    return (document["entity_id"], document["event_day"], document["source"])


def stored_notice(document: Document) -> StoredReview:
    """Says that the document is in the store."""
    return StoredReview(
        review_id=document["_id"],
        entity_id=document["entity_id"],
        source=document["source"],
        event_day=document["event_day"],
        outcome=document["outcome"],
        label=document["label"],
        is_backfill=document["is_backfill"],
        stored_at=document["stored_at"],
        crawled_at=document["crawled_at"],
    )


def _builtins(record: msgspec.Struct) -> Any:
    return msgspec.to_builtins(record, builtin_types=(datetime,))


def _full_text(review: Document) -> str:
    return "\n".join(review.get(part, "") for part in ("title", "text", "pros", "cons"))


def _age_at_first_sight(document: Document) -> int:
    seen = document["first_seen_at"].astimezone(UTC).date()
    age = (seen - document["event_at"].astimezone(UTC).date()).days
    return int(min(MOST_AGE_DAYS, max(0, age)))
