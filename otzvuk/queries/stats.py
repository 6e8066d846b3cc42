"""What an entity's reviews add up to, in one pass over the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from otzvuk.queries.known import known_entities
from otzvuk.queries.rating import Opinion, Reputation, reputation
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store, translated_errors

FACTS = dict.fromkeys(
    ("source", "label", "rating", "verdict", "language", "event_day", "authenticity"), 1
)
NEUTRAL_RATING = 3.0


@dataclass
class Month:
    """One month's reviews."""

    total: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0


@dataclass(kw_only=True)
class EntityStats:
    """Everything `otzvuk stats` shows."""

    entity_id: str
    total: int
    first_day: str
    last_day: str
    sources: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    stars: Counter[str] = field(default_factory=Counter)
    """Rounded to whole stars; `none` where none was given."""
    verdicts: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    months: dict[str, Month] = field(default_factory=dict)
    reputation: Reputation


def entity_stats(
    store: Store, entity: str, today: date, since: date | None = None, until: date | None = None
) -> EntityStats:
    """Raises UsageError when the store holds nothing of the entity in that time."""
    facts = list(_facts(store, entity, since, until))
    if not facts:
        raise UsageError(
            f"no reviews of {entity!r} in the store for that time; it has "
            f"{', '.join(known_entities(store)) or 'none at all'}"
        )
    days = [fact["event_day"] for fact in facts]
    found = EntityStats(
        entity_id=entity,
        total=len(facts),
        first_day=min(days),
        last_day=max(days),
        reputation=reputation(_opinions(facts), today=today, prior_mean=_prior_mean(store)),
    )
    for fact in facts:
        _add(found, fact)
    found.months = dict(sorted(found.months.items()))
    return found


def _add(found: EntityStats, fact: Document) -> None:
    found.sources[fact["source"]] += 1
    found.labels[fact["label"]] += 1
    found.stars["none" if fact["rating"] is None else str(round(fact["rating"]))] += 1
    found.verdicts[fact["verdict"]] += 1
    found.languages[fact["language"] or "unknown"] += 1
    month = found.months.setdefault(fact["event_day"][:7], Month())
    month.total += 1
    setattr(month, fact["label"], getattr(month, fact["label"]) + 1)


def _facts(store: Store, entity: str, since: date | None, until: date | None) -> Iterator[Document]:
    days = {
        "$gte": since.isoformat() if since else "0000",
        "$lte": until.isoformat() if until else "9999-99",
    }
    with translated_errors():
        yield from store["facts"].find({"entity_id": entity, "event_day": days}, FACTS)


def _opinions(facts: Iterable[Document]) -> list[Opinion]:
    return [
        Opinion(
            day=date.fromisoformat(fact["event_day"]),
            rating=fact["rating"],
            is_positive=fact["label"] == "positive",
            authenticity=fact["authenticity"],
        )
        for fact in facts
    ]


def _prior_mean(store: Store) -> float:
    group: Document = {
        "_id": None, "stars": {"$sum": "$rating_sum"}, "rated": {"$sum": "$rated"},
    }  # fmt: skip
    with translated_errors():
        lines = list(store["day_buckets"].aggregate([{"$group": group}]))
    if not lines or not lines[0]["rated"]:
        return NEUTRAL_RATING
    return float(lines[0]["stars"] / lines[0]["rated"])
