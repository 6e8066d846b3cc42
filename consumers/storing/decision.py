"""What a delivered review means for the document that the store already has."""

from __future__ import annotations

from enum import Enum, auto

from pipeline.mongo import Document


class Decision(Enum):
    """The eight things that can be true of a delivery."""

    NEW = auto()
    """No document yet."""
    CHANGED = auto()
    """A later look found other content."""
    RESCORED = auto()
    """Same content, judged by another model."""
    RETURNED = auto()
    """Same content, seen again after it was gone."""
    UNCHANGED = auto()
    """Nothing to write."""
    LATE = auto()
    """An earlier look that arrived after a later one, with other content: only history."""
    REPEATED = auto()
    """This very message wrote the document: the commit was lost, not the write."""
    SUPERSEDED = auto()
    """A message before the one that wrote the document, delivered once more."""


def decide(stored: Document | None, delivered: Document) -> Decision:
    """Compare two review documents; both need the fields of `KNOWN_FIELDS`."""
    if stored is None:
        return Decision.NEW
    if stored["delivery"] == delivered["delivery"]:
        return Decision.REPEATED
    if _precedes(delivered["delivery"], stored["delivery"]):
        return Decision.SUPERSEDED
    if stored["content_hash"] != delivered["content_hash"]:
        is_late = delivered["crawled_at"] < stored["crawled_at"]
        return Decision.LATE if is_late else Decision.CHANGED
    if stored.get("gone") and not is_still_gone(stored, delivered):
        return Decision.RETURNED
    return Decision.UNCHANGED if _models(stored) == _models(delivered) else Decision.RESCORED


KNOWN_FIELDS = (
    "entity_id", "source", "event_day", "event_at", "content_hash", "understanding_model",
    "authenticity_model", "crawled_at", "first_seen_at", "revision", "is_backfill", "delivery",
    "outcome", "label", "stored_at", "moved_from", "gone", "gone_at",
)  # fmt: skip
"""What is read of a stored document to decide."""


def is_still_gone(stored: Document, delivered: Document) -> bool:
    """Whether the delivery was read before the review was found to be gone, such as a replay."""
    gone_at = stored.get("gone_at")
    return bool(gone_at is not None and delivered["crawled_at"] <= gone_at)


def _precedes(one: Document, other: Document) -> bool:
    return bool(
        one["partition"] == other["partition"]
        and one["offset"] < other["offset"]
        and one["written_at"] <= other["written_at"]
    )


def _models(document: Document) -> tuple[str, str]:
    return document["understanding_model"], document["authenticity_model"]
