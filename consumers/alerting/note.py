"""What alerting reads of a stored review to say why it alarmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consumers.storing.stems import stems
from pipeline.identity import normalised_text
from pipeline.mongo import Document

LOW_AUTHENTICITY = 0.5

PROJECTION = {
    "source": 1, "label": 1, "sentiment": 1, "authenticity": 1, "event_day": 1, "rating": 1,
    "is_backfill": 1, "gone": 1, "text_hash": 1, "review.title": 1, "review.text": 1,
    "review.pros": 1, "review.cons": 1, "review.product": 1, "review.author": 1,
    "understanding.aspects": 1, "understanding_model": 1,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReviewNote:
    """One review, as far as an alert needs it."""

    review_id: str
    source: str
    day: date
    label: str
    sentiment: float
    authenticity: float
    rating: float | None
    is_backfill: bool
    text: str
    text_hash: str
    product: str | None = None
    aspects: tuple[tuple[str, str], ...] = ()
    """(aspect, polarity)"""
    reader: str = ""
    """Name of the model that read it, whatever its revision."""
    author_reviews: int | None = None
    """Reviews that the profile claims; None when it says nothing."""

    @property
    def stems(self) -> frozenset[str]:
        """Stems of its words, as a search sees them."""
        return frozenset(stems(normalised_text(self.text)))

    @property
    def is_negative(self) -> bool:
        """Whether the review's final label is negative."""
        return self.label == "negative"

    @property
    def is_unlikely(self) -> bool:
        """Whether it is probably not by a real customer."""
        return self.authenticity < LOW_AUTHENTICITY


def note_of(document: Document) -> ReviewNote:
    """Read a document of the `reviews` collection."""
    review = document.get("review") or {}
    understanding = document.get("understanding") or {}
    parts = (review.get(name) for name in ("title", "text", "pros", "cons"))
    authenticity = document.get("authenticity")
    return ReviewNote(
        review_id=document["_id"],
        source=document["source"],
        day=date.fromisoformat(document["event_day"]),
        label=document["label"],
        sentiment=float(document.get("sentiment") or 0.0),
        authenticity=1.0 if authenticity is None else float(authenticity),
        rating=document.get("rating"),
        is_backfill=bool(document.get("is_backfill")),
        text="\n".join(part for part in parts if part),
        text_hash=document.get("text_hash") or document["_id"],
        product=review.get("product"),
        aspects=tuple(
            (opinion["aspect"], opinion["polarity"])
            for opinion in understanding.get("aspects") or ()
        ),
        reader=(document.get("understanding_model") or "").partition("@")[0],
        author_reviews=(review.get("author") or {}).get("reviews_count"),
    )
