"""What one batch will write: decided in memory, in order, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from consumers.storing.decision import Decision, decide, is_still_gone
from consumers.storing.documents import Bucket, bucket_of
from pipeline.mongo import Document

OUTCOMES = ("new", "changed", "rescored")
"""Strongest first: several versions of one review in one batch have one outcome."""
_OUTCOME_OF = {
    Decision.CHANGED: "changed", Decision.RESCORED: "rescored", Decision.RETURNED: "changed",
}  # fmt: skip


@dataclass
class Change:
    """What a batch does to one review."""

    before: Document | None
    """The known fields of the stored document; None when there is none."""
    document: Document | None = None
    """The document to write; None when nothing is to be written."""
    is_repeated: bool = False
    """The stored document was written by a message of this batch, whose commit was lost."""
    archives_before: bool = False
    """The stored document goes to the revisions."""
    earlier: list[Document] = field(default_factory=list)
    """Versions of this batch that a later message of it replaced."""
    late: list[Document] = field(default_factory=list)
    """Versions older than the stored one."""

    @property
    def current(self) -> Document | None:
        """As the next message of the batch finds it."""
        return self.document or self.before

    def take(self, delivered: Document) -> Decision:
        """Let one message change the plan."""
        current = self.current
        decision = decide(current, delivered)
        if decision is Decision.NEW:
            self.document = delivered
        elif decision in _OUTCOME_OF:
            assert current is not None
            self._replace(current, delivered, decision)
        elif decision is Decision.LATE:
            self.late.append(delivered)
        elif decision is Decision.REPEATED:
            self.is_repeated = True
        return decision

    def noticed(self) -> Document | None:
        """The document whose storing is to be announced; None when nothing happened."""
        if self.document is not None:
            return self.document
        return self.before if self.is_repeated else None

    def touched(self) -> set[Bucket]:
        """Day buckets that count this review, or counted it before."""
        noticed = self.noticed()
        if noticed is None:
            return set()
        moved = {(entity, day, source) for entity, day, source in noticed["moved_from"]}
        return {bucket_of(noticed), *moved}

    def _replace(self, current: Document, delivered: Document, decision: Decision) -> None:
        is_changed = decision is Decision.CHANGED
        if is_changed and self.document is not None:
            self.earlier.append(self.document)
        elif is_changed:
            self.archives_before = True
        stays_gone = bool(current.get("gone")) and is_still_gone(current, delivered)
        self.document = {
            **delivered,
            "gone": stays_gone,
            "gone_at": current["gone_at"] if stays_gone else None,
            "first_seen_at": current["first_seen_at"],
            "is_backfill": current["is_backfill"],
            "crawled_at": max(current["crawled_at"], delivered["crawled_at"]),
            "revision": current["revision"] + int(is_changed),
            "outcome": self._outcome(current, _OUTCOME_OF[decision]),
            "moved_from": self._moved_from(current, delivered),
        }

    def _outcome(self, current: Document, outcome: str) -> str:
        is_unannounced = self.document is not None or self.is_repeated
        candidates = [outcome, current["outcome"]] if is_unannounced else [outcome]
        return min(candidates, key=OUTCOMES.index)

    def _moved_from(self, current: Document, delivered: Document) -> list[Bucket]:
        is_unannounced = self.document is not None or self.is_repeated
        left = {bucket_of(current)}
        if is_unannounced:
            left |= {(entity, day, source) for entity, day, source in current["moved_from"]}
        return sorted(left - {bucket_of(delivered)})


class Plan:
    """The changes of one batch, by review."""

    def __init__(self, known: Mapping[str, Document]) -> None:
        self._known = known
        self.changes: dict[str, Change] = {}

    def take(self, delivered: Document) -> Decision:
        """Let one message, as a review document, change the plan."""
        review_id = delivered["_id"]
        if review_id not in self.changes:
            self.changes[review_id] = Change(before=self._known.get(review_id))
        return self.changes[review_id].take(delivered)

    def noticed(self) -> list[Document]:
        """Documents to announce, in the order of their first message."""
        found = (change.noticed() for change in self.changes.values())
        return [document for document in found if document is not None]

    def touched(self) -> set[Bucket]:
        """All day buckets to be counted again."""
        return set().union(*(change.touched() for change in self.changes.values()))
