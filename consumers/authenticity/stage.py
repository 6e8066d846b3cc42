"""The stage that says how far each review can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from consumers.authenticity.context import Context, Copy, EntityFacts
from consumers.authenticity.copies import CAPACITY, CopyIndex
from consumers.authenticity.copy_log import CopyLog
from consumers.authenticity.entities import EntityReader
from consumers.authenticity.fusion import fuse
from consumers.authenticity.histories import Histories
from consumers.authenticity.portion import Portion, portion_of
from consumers.authenticity.signals import SIGNALS
from consumers.authenticity.subject import Subject, prepare
from consumers.authenticity.weights import WeightsModel, load_weights
from pipeline.clock import Clock
from pipeline.mongo import Store
from pipeline.records import Authenticity, Record, ScoredReview
from pipeline.stage import BatchResult, Delivery

PRUNE_EVERY = timedelta(hours=1)
"""How often the copies beyond the capacity are deleted."""


class AuthenticityStage:
    """Scores batches; the reviews of one batch see those before them.

    State goes to the store before the runner commits: a redelivered batch finds its own
    traces, recognises them by review id, and leaves them as they are.
    """

    name = "authenticity"
    topic = "reviews.understood"

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        model: WeightsModel | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        self._store = store
        self._clock = clock
        self._model = model or load_weights()
        self._index = CopyIndex(capacity)
        self._copy_log = CopyLog(store, self._index, capacity)
        self._entities = EntityReader(store, clock)
        self._pruned_at = clock.now()

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Score a batch: a handful of reads, two writes, whatever its size."""
        now = self._clock.now()
        subjects = prepare([delivery.record for delivery in batch])
        portion = portion_of(subjects)
        self._copy_log.catch_up(now)
        copies = self._copies(portion)
        facts = self._entities.facts(subjects)
        histories = Histories(
            self._store, (subject.author_key for subject in subjects if subject.author_key)
        )
        outputs = [
            self._scored(subject, histories, copies, facts[subject.review_id])
            for subject in subjects
        ]
        histories.save(now)
        self._copy_log.write(portion, now)
        return BatchResult(outputs=outputs)

    def tick(self, now: datetime) -> Sequence[Record]:
        """Once an hour, delete copies that no worker would load any more."""
        if now - self._pruned_at >= PRUNE_EVERY:
            self._copy_log.prune()
            self._pruned_at = now
        return ()

    def close(self) -> None:
        """Nothing is held."""

    def _copies(self, portion: Portion) -> dict[str, tuple[Copy, ...]]:
        """Copies by review id; of two versions in one batch the later one's."""
        self._index.extend(portion)
        return dict(zip(portion.review_ids, self._index.copies(portion), strict=True))

    def _scored(
        self,
        subject: Subject,
        histories: Histories,
        copies: dict[str, tuple[Copy, ...]],
        facts: EntityFacts,
    ) -> ScoredReview:
        context = Context(
            copies=copies.get(subject.review_id, ()),
            history=histories.others(subject),
            entity=facts,
        )
        histories.remember(subject)
        return ScoredReview(
            review=subject.review,
            understanding=subject.understanding,
            authenticity=judge(subject, context, self._model),
        )


def judge(subject: Subject, context: Context, model: WeightsModel) -> Authenticity:
    """Read every signal and weigh what they saw."""
    observed = [
        (signal, observation)
        for signal in SIGNALS
        if (observation := signal.read(subject, context)) is not None
    ]
    return fuse(observed, subject.review.kind, model)
