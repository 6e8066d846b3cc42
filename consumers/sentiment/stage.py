"""The sentiment stage: adds to each raw review what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consumers.sentiment.drift import count_understood, show_reference
from consumers.sentiment.model import SentimentModel
from consumers.sentiment.reference import Reference
from consumers.sentiment.understanding import Understander
from pipeline.records import Record, UnderstoodReview
from pipeline.stage import BatchResult, Delivery


class SentimentStage:
    """Review → UnderstoodReview, by any model of the protocol, or by the star alone."""

    name = "sentiment"
    topic = "reviews.raw"

    def __init__(self, model: SentimentModel | None, reference: Reference | None = None) -> None:
        """`reference`: what the model said when it was made, for whoever watches for drift."""
        self._understander = Understander(model)
        show_reference(reference)

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """One UnderstoodReview a delivery, in order; nothing is rejected."""
        reviews = [delivery.record for delivery in batch]
        understandings = self._understander.understand(reviews)
        count_understood(reviews, understandings)
        return BatchResult(
            outputs=[
                UnderstoodReview(review=review, understanding=understanding)
                for review, understanding in zip(reviews, understandings, strict=True)
            ]
        )

    def tick(self, now: datetime) -> Sequence[Record]:  # noqa: ARG002  # the protocol's argument
        """Time alone brings no work here."""
        return ()

    def close(self) -> None:
        """Nothing is held."""
