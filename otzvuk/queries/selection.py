"""Which reviews somebody wants to see, and that wish as a query on the facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from consumers.storing.stems import stems
from otzvuk.queries.aspect_wish import AspectWish
from pipeline.errors import UsageError
from pipeline.identity import normalised_text
from pipeline.mongo import Document

_PLAIN = {
    "source": "source",
    "kind": "kind",
    "sentiment": "label",
    "verdict": "verdict",
    "language": "language",
    "author_key": "author_key",
}


@dataclass(frozen=True, kw_only=True)
class ReviewSelection:
    """Everything that can be asked for; None selects all."""

    entity: str | None = None
    source: str | None = None
    kind: str | None = None
    sentiment: str | None = None
    """negative, neutral or positive."""
    verdict: str | None = None
    language: str | None = None
    author_key: str | None = None
    rating_min: float | None = None
    rating_max: float | None = None
    authenticity_min: float | None = None
    authenticity_max: float | None = None
    since: date | None = None
    """First event day."""
    until: date | None = None
    """Last event day, inclusive."""
    text: str | None = None
    """Words that must all occur, in any form, in any order; Russian or English."""
    aspects: tuple[AspectWish, ...] = ()
    """All of them must be judged."""

    def conditions(self) -> Document:
        """The filter, without entity and days: those choose what is read at all."""
        found: Document = {
            field: getattr(self, name)
            for name, field in _PLAIN.items()
            if getattr(self, name) is not None
        }
        found.update(_range("rating", self.rating_min, self.rating_max))
        found.update(_range("authenticity", self.authenticity_min, self.authenticity_max))
        if together := [*self._words(), *(wish.condition() for wish in self.aspects)]:
            found["$and"] = together
        return found

    def _words(self) -> list[Document]:
        if self.text is None:
            return []
        return [{"terms": {"$regex": f" {term} "}} for term in self._terms()]

    def _terms(self) -> list[str]:
        terms = stems(normalised_text(self.text or ""))
        if not terms:
            raise UsageError(f"text {self.text!r} has no word to search for")
        return [re.escape(term) for term in terms]


def _range(field: str, lowest: float | None, highest: float | None) -> Document:
    bounds: Document = {}
    if lowest is not None:
        bounds["$gte"] = lowest
    if highest is not None:
        bounds["$lte"] = highest
    return {field: bounds} if bounds else {}
