"""What the store already knows of the entities of a batch, without the reviews in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consumers.authenticity.context import EntityFacts
from consumers.authenticity.subject import Subject
from pipeline.clock import Clock
from pipeline.mongo import Document, Store, find_by_ids, translated_errors

FRESH_SECONDS = 10.0
"""Facts are read again after so long: they come from a view that lags by seconds anyway."""
MAX_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class _Cached:
    facts: EntityFacts
    read_at: float


class EntityReader:
    """Reads the storing stage's views (`entities`, `day_buckets`, `facts`); writes nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cache: dict[str, _Cached] = {}

    def facts(self, subjects: Sequence[Subject]) -> dict[str, EntityFacts]:
        """Facts by review id; a review that is stored already is taken out of its entity's."""
        with translated_errors():
            self._refresh({subject.review.entity_id for subject in subjects})
            own = self._own_ratings(subjects)
        return {
            subject.review_id: _without(
                self._cache[subject.review.entity_id].facts,
                own.get((subject.review_id, subject.review.entity_id)),
            )
            for subject in subjects
        }

    def _refresh(self, entity_ids: set[str]) -> None:
        now = self._clock.monotonic()
        stale = [key for key in sorted(entity_ids) if not self._is_fresh(key, now)]
        if not stale:
            return
        if len(self._cache) > MAX_CACHED:
            self._cache = {key: self._cache[key] for key in entity_ids if key in self._cache}
        first_days = self._first_days(stale)
        ratings = self._ratings(key for key in stale if key in first_days)
        for key in stale:
            rated, total = ratings.get(key, (0, 0.0))
            facts = EntityFacts(rated=rated, rating_sum=total, first_day=first_days.get(key))
            self._cache[key] = _Cached(facts, now)

    def _is_fresh(self, key: str, now: float) -> bool:
        cached = self._cache.get(key)
        return cached is not None and now - cached.read_at < FRESH_SECONDS

    def _first_days(self, keys: list[str]) -> dict[str, date]:
        found = find_by_ids(self._store["entities"], keys, {"first_event_day": 1})
        return {
            entity["_id"]: date.fromisoformat(entity["first_event_day"])
            for entity in found
            if entity.get("first_event_day")
        }

    def _ratings(self, keys: Iterable[str]) -> dict[str, tuple[int, float]]:
        wanted = list(keys)
        if not wanted:
            return {}
        stages: list[Document] = [
            {"$match": {"entity_id": {"$in": wanted}}},
            {
                "$group": {
                    "_id": "$entity_id",
                    "rated": {"$sum": "$rated"},
                    "rating_sum": {"$sum": "$rating_sum"},
                }
            },
        ]
        return {
            group["_id"]: (int(group["rated"]), float(group["rating_sum"]))
            for group in self._store["day_buckets"].aggregate(stages)
        }

    def _own_ratings(self, subjects: Sequence[Subject]) -> dict[tuple[str, str], float]:
        """Stars that the store already counts for these very reviews."""
        rated = [
            subject.review_id
            for subject in subjects
            if self._cache[subject.review.entity_id].facts.rated
            and subject.review.rating is not None
        ]
        if not rated:
            return {}
        fields = {"rating": 1, "entity_id": 1}
        return {
            (found["_id"], found["entity_id"]): float(found["rating"])
            for found in find_by_ids(self._store["facts"], rated, fields)
            if found.get("rating") is not None
        }


def _without(facts: EntityFacts, own: float | None) -> EntityFacts:
    if own is None or not facts.rated:
        return facts
    return replace(facts, rated=facts.rated - 1, rating_sum=facts.rating_sum - own)
