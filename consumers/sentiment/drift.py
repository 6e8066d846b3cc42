"""Counts what a model says, so that a model or a source that changes its ways is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from consumers.sentiment.fusion import star_of
from consumers.sentiment.reference import Reference, contradicts
from pipeline import metrics
from pipeline.records import Probabilities, Review, SentimentLabel, Understanding

MOST_SOURCES = 100
OTHER = "other"
LABELS = get_args(SentimentLabel)
LANGUAGES = frozenset(
    {"ru", "en", "kk", "uk", "be", "uz", "tg", "ky", "az", "hy", "ka", "tt", "ba", "de", "fr",
     "es", "it", "pt", "pl", "tr", "zh", "ja", "ko", "ar"}
)  # fmt: skip
"""Those with a series of their own in each source; the rest share one."""


class Drift:
    """The counters of one process; it gives series of their own to so many sources."""

    def __init__(self) -> None:
        self._sources: set[str] = set()

    def count(self, reviews: Sequence[Review], understandings: Sequence[Understanding]) -> None:
        """Count those with words."""
        for review, understanding in zip(reviews, understandings, strict=True):
            if understanding.text_probabilities is not None:
                source = self._source(review.source)
                _count_text(source, understanding, understanding.text_probabilities)
                _count_star(source, star_of(review), understanding)

    def _source(self, name: str) -> str:
        if name in self._sources:
            return name
        found = name if len(self._sources) < MOST_SOURCES else OTHER
        if found is not OTHER:
            self._sources.add(name)
        # Prometheus compares shares label by label: one that is not there would be left out.
        for label in LABELS:
            metrics.SENTIMENT_LABELS.labels(found, label)
        for agree in ("yes", "no"):
            metrics.SENTIMENT_STARRED.labels(found, agree)
        return found


def _count_text(source: str, said: Understanding, probabilities: Probabilities) -> None:
    surest = max(probabilities.negative, probabilities.neutral, probabilities.positive)
    metrics.SENTIMENT_LABELS.labels(source, said.text_label).inc()
    metrics.SENTIMENT_CONFIDENCE.labels(source).inc(surest)
    if said.unknown_pieces is not None:
        metrics.SENTIMENT_UNKNOWN.labels(source).inc(said.unknown_pieces)
    language = said.language or "none"
    shown = language if language in LANGUAGES or language == "none" else OTHER
    metrics.SENTIMENT_LANGUAGES.labels(source, shown).inc()
    # Without the digest: a new revision goes on where the last one ended.
    metrics.SENTIMENT_TIERS.labels((said.read_by or said.model).partition("@")[0]).inc()


def _count_star(source: str, star: float | None, said: Understanding) -> None:
    if star is None or said.expected_star is None:
        return
    agree = "no" if contradicts(said.expected_star, star) else "yes"
    metrics.SENTIMENT_STARRED.labels(source, agree).inc()


def show_reference(reference: Reference | None) -> None:
    """What the counters are compared with; None where nothing was kept with the model."""
    metrics.SENTIMENT_REFERENCE.clear()
    for measure, name, value in reference.measures() if reference else ():
        metrics.SENTIMENT_REFERENCE.labels(measure, name).set(value)


count_understood = Drift().count
"""Into the process's counters."""
