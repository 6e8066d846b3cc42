"""What one review is to the signals: its words prepared once, its author and day named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consumers.authenticity.author import author_mark, hash64, history_key
from consumers.authenticity.sketch import Sketch, sketches
from pipeline.identity import normalised_text
from pipeline.records import Review, Understanding, UnderstoodReview

MAX_CHARACTERS = 10_000
"""Signals read no further into a text; keeps the time for one review bounded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One review as the signals see it."""

    review: Review
    understanding: Understanding
    words: str
    """Text, pros and cons (the title where there is nothing else), normalised."""
    digest: int
    """64 bits of the normalised words; equal for a retyped copy."""
    sketch: Sketch
    """MinHash of the words' 5-character shingles."""
    author_key: str | None
    """Key of the author's history; None where the author cannot be told from others."""
    author_mark: int
    """64 bits of the author's name or account; 0 where it cannot be told from others."""

    @property
    def review_id(self) -> str:
        """Id of the review."""
        return self.review.review_id

    @property
    def length(self) -> int:
        """Normalised characters."""
        return len(self.words)


def prepare(understood: Sequence[UnderstoodReview]) -> list[Subject]:
    """The subjects of a batch; the sketches are computed together, which is much faster."""
    words = [normalised_text(_body(item.review)[:MAX_CHARACTERS]) for item in understood]
    return [
        Subject(
            review=item.review,
            understanding=item.understanding,
            words=text,
            digest=hash64(text),
            sketch=sketch,
            author_key=history_key(item.review),
            author_mark=author_mark(item.review),
        )
        for item, text, sketch in zip(understood, words, sketches(words), strict=True)
    ]


def _body(review: Review) -> str:
    """What the author wrote freely; titles repeat by themselves ("Review of …")."""
    parts = [part for part in (review.text, review.pros, review.cons) if part]
    return "\n".join(parts) or review.title
