"""One batch's worth of sketches, as columns: what is stored and what the index takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.authenticity.context import MIN_EXACT, MIN_NEAR
from consumers.authenticity.sketch import ALGORITHM, PERMUTATIONS, Sketches
from consumers.authenticity.subject import Subject
from pipeline.identity import digest
from pipeline.mongo import Document

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Portion:
    """Rows of reviews whose texts are long enough to compare."""

    portion_id: str
    """Digest of the reviews and their content: a redelivered batch is the same portion."""
    review_ids: list[str]
    entity_ids: list[str]
    author_marks: Hashes
    """0 for an anonymous review."""
    digests: Hashes
    """Of the normalised texts."""
    comparable: NDArray[np.bool_]
    """Whether the text is long enough for similarity, not only for equality."""
    sketches: Sketches

    def __len__(self) -> int:
        return len(self.review_ids)

    def to_document(self) -> Document:
        """As stored: columns in binary, little-endian."""
        return {
            "algorithm": ALGORITHM,
            "n": len(self),
            "review_ids": self.review_ids,
            "entity_ids": self.entity_ids,
            "author_marks": self.author_marks.astype("<u8").tobytes(),
            "digests": self.digests.astype("<u8").tobytes(),
            "comparable": self.comparable.tobytes(),
            "sketches": self.sketches.astype("<u2").tobytes(),
        }


def portion_of(subjects: Sequence[Subject]) -> Portion:
    """The portion of a batch; rows are in the batch's order."""
    rows = [subject for subject in subjects if subject.length >= MIN_EXACT]
    sketches = (
        np.stack([row.sketch for row in rows])
        if rows
        else np.zeros((0, PERMUTATIONS), dtype=np.uint16)
    )
    return Portion(
        portion_id=digest(*((row.review_id, row.review.content_hash) for row in subjects)),
        review_ids=[row.review_id for row in rows],
        entity_ids=[row.review.entity_id for row in rows],
        author_marks=np.array([row.author_mark for row in rows], dtype=np.uint64),
        digests=np.array([row.digest for row in rows], dtype=np.uint64),
        comparable=np.array([row.length >= MIN_NEAR for row in rows], dtype=np.bool_),
        sketches=sketches,
    )


def portion_from(document: Document) -> Portion:
    """The inverse of `to_document`."""
    return Portion(
        portion_id=document["_id"],
        review_ids=document["review_ids"],
        entity_ids=document["entity_ids"],
        author_marks=np.frombuffer(document["author_marks"], dtype="<u8").astype(np.uint64),
        digests=np.frombuffer(document["digests"], dtype="<u8").astype(np.uint64),
        comparable=np.frombuffer(document["comparable"], dtype=np.bool_),
        sketches=np.frombuffer(document["sketches"], dtype="<u2")
        .astype(np.uint16)
        .reshape(-1, PERMUTATIONS),
    )
