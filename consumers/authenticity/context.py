"""What is known around a review when its signals are read; they see this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from consumers.authenticity.sketch import Sketch

MIN_EXACT = 25
"""Normalised characters below which equal texts say nothing."""
MIN_NEAR = 40
"""Normalised characters below which similar texts say nothing: short praise repeats by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """Another review, seen before, whose text is the same or much alike."""

    review_id: str
    entity_id: str
    jaccard: float
    """Similarity, 1 for an equal text."""
    is_exact: bool
    """The normalised texts are equal."""
    same_author: bool | None
    """Whether the authors show the same name; None when one of them shows none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastReview:
    """One line of an author's history."""

    review_id: str
    entity_id: str
    day: str
    """Event day, `YYYY-MM-DD`."""
    rating: float | None
    sketch: Sketch | None
    """None where the text was too short to compare."""

    def is_same(self, other: PastReview) -> bool:
        """Whether nothing changed; sketches are arrays, so `==` cannot say it."""
        plain = (self.review_id, self.entity_id, self.day, self.rating)
        if plain != (other.review_id, other.entity_id, other.day, other.rating):
            return False
        if self.sketch is None or other.sketch is None:
            return self.sketch is other.sketch
        return bool(np.array_equal(self.sketch, other.sketch))


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityFacts:
    """What the store knows of an entity without the review that is being read."""

    rated: int = 0
    """Reviews with a star."""
    rating_sum: float = 0.0
    """Sum of their stars."""
    first_day: date | None = None
    """Day of the earliest stored review; None when nothing is stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The surroundings of one review; what is not known is empty."""

    copies: tuple[Copy, ...] = ()
    """Earlier-seen reviews with equal or similar texts, never the review itself."""
    history: tuple[PastReview, ...] = ()
    """The author's other reviews, as far as we saw them, at most 20."""
    entity: EntityFacts = field(default_factory=EntityFacts)
