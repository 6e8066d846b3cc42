"""The stage that puts scored reviews into the store and says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consumers.storing import ledger
from consumers.storing.documents import review_document, stored_notice
from consumers.storing.entities import EntitiesView
from consumers.storing.pending import PendingBuckets
from consumers.storing.plan import Plan
from consumers.storing.writer import read_known, write_plan
from pipeline.clock import Clock
from pipeline.mongo import Store
from pipeline.records import Record
from pipeline.stage import BatchResult, Delivery


class StoreStage:
    """Upserts, revisions, facts, day buckets, ledger: a few round trips a batch."""

    name = "store"
    topic = "reviews.scored"

    def __init__(self, store: Store, clock: Clock) -> None:
        # Every write is journaled, not only the last: a server that is killed and back between
        # two of them has forgotten what was not, and the driver reconnects without a word.
        self._store = store
        self._clock = clock
        self._pending = PendingBuckets(self._store, clock)
        self._entities = EntitiesView(self._store, clock)

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Store the batch; announces what is new, changed or judged anew."""
        now = self._clock.now()
        plan = Plan(read_known(self._store, {one.record.review.review_id for one in batch}))
        decided = [(one, plan.take(review_document(one, now))) for one in batch]
        write_plan(self._store, plan, now)
        noticed = plan.noticed()
        is_news = any(not document["is_backfill"] for document in noticed)
        touched = plan.touched()
        if is_news:
            self._pending.count_now(touched)
        else:
            self._pending.add_durably(touched)
        self._entities.mark(touched)
        ledger.record(self._store, decided)
        return BatchResult(outputs=[stored_notice(document) for document in noticed])

    def tick(self, _now: datetime) -> Sequence[Record]:
        """Count what could wait."""
        self._pending.count_when_rested()
        self._entities.refresh_when_due()
        return ()

    def close(self) -> None:
        """Nothing is held that is not in the store."""
