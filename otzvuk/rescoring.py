"""Reads stored reviews with another model and sends them down the log, counted like a crawl's.

Each portion is published in one write with a report that counts it: the audit's left side grows by
what its right side will. What is in the store with the wanted revision is passed over, so that a
run which was cut off goes on where it ended; what was on its way then comes twice, is counted
twice on both sides, and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from consumers.sentiment.understanding import Understander
from consumers.storing.reports import RESCORED
from otzvuk.queries.search import find_all
from otzvuk.queries.selection import ReviewSelection
from pipeline.clock import Clock
from pipeline.codec import encode
from pipeline.log.protocol import Producer
from pipeline.mongo import Document, Store, translated_errors
from pipeline.records import CrawlReport, Review, UnderstoodReview

PORTION_REVIEWS = 256


@dataclass(frozen=True, kw_only=True)
class RescoreCount:
    """How far a run has come."""

    looked_at: int = 0
    unread: int = 0
    """Of those, reviews that another model had read."""


class Rescoring:
    """One run over the selected reviews, with one model."""

    def __init__(
        self, store: Store, understander: Understander, producer: Producer, clock: Clock
    ) -> None:
        self._store = store
        self._understander = understander
        self._producer = producer
        self._clock = clock
        self._started_at = clock.now()
        self._sequence = 0

    def run(
        self, selection: ReviewSelection, progress: Callable[[RescoreCount], None]
    ) -> RescoreCount:
        """Publish all that another model read; raises LogUnavailable, and can be run again."""
        count = RescoreCount()
        for documents in portions(self._store, selection):
            others = other_models(documents, self._understander.revision)
            if others:
                self._publish([review_of(document) for document in others])
            count = _added(count, documents, others)
            progress(count)
        return count

    def _publish(self, reviews: Sequence[Review]) -> None:
        understandings = self._understander.understand(reviews)
        understood = [
            UnderstoodReview(review=review, understanding=understanding)
            for review, understanding in zip(reviews, understandings, strict=True)
        ]
        report = self._report(reviews)
        self._producer.publish([*map(encode, understood), encode(report)])
        self._sequence += 1

    def _report(self, reviews: Sequence[Review]) -> CrawlReport:
        published: dict[str, dict[str, int]] = {}
        for (source, day), count in Counter((r.source, r.crawl_day) for r in reviews).items():
            published.setdefault(source, {})[day] = count
        return CrawlReport(
            crawl_id=f"rescore:{self._understander.revision}:{self._started_at:%Y%m%dT%H%M%S.%f}",
            sequence=self._sequence,
            entity_id=reviews[0].entity_id,
            source="rescore",
            published=published,
            outcome=RESCORED,
            is_backfill=True,
            started_at=self._started_at,
            reported_at=self._clock.now(),
        )


def count_unread(
    store: Store,
    selection: ReviewSelection,
    revision: str,
    progress: Callable[[RescoreCount], None],
) -> RescoreCount:
    """What a run would do."""
    count = RescoreCount()
    for documents in portions(store, selection):
        count = _added(count, documents, other_models(documents, revision))
        progress(count)
    return count


def count_selected(store: Store, selection: ReviewSelection) -> int:
    """How many reviews a run looks at, as long as nothing is added."""
    wanted = selection.conditions()
    if selection.entity:
        wanted["entity_id"] = selection.entity
    days = {"$gte": selection.since, "$lte": selection.until}
    named = {name: day.isoformat() for name, day in days.items() if day is not None}
    if named:
        wanted["event_day"] = named
    with translated_errors():
        return store["facts"].count_documents(wanted)


def portions(store: Store, selection: ReviewSelection) -> Iterator[list[Document]]:
    """The selected reviews, newest first, so many as are understood at once."""
    found = find_all(store, selection)
    while portion := list(islice(found, PORTION_REVIEWS)):
        yield portion


def other_models(documents: Sequence[Document], revision: str) -> list[Document]:
    """Those that another revision has read."""
    return [document for document in documents if document["understanding_model"] != revision]


def review_of(document: Document) -> Review:
    """The review as it was crawled; to the store it is the same content."""
    return msgspec.convert(document["review"], Review)


def _added(
    count: RescoreCount, documents: Sequence[Document], others: Sequence[Document]
) -> RescoreCount:
    return RescoreCount(
        looked_at=count.looked_at + len(documents), unread=count.unread + len(others)
    )
