"""Constructed histories for the alerting tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from consumers.alerting.series import DaySeries
from consumers.alerting.tails import Floats
from pipeline.mongo import Document

FIRST_DAY = date(2024, 1, 1)
TODAY = date(2024, 7, 1)
DAYS = (TODAY - FIRST_DAY).days + 1
ENTITY = "cafe-lira"


def series(**changes: Any) -> DaySeries:
    """A calm half-year: two reviews a day, a negative every fifth day, 4.4 stars."""
    total = np.full(DAYS, 2.0)
    negative = np.zeros(DAYS)
    negative[::5] = 1.0
    fields: dict[str, Any] = {
        "entity_id": ENTITY, "first_day": FIRST_DAY, "total": total, "negative": negative,
        "positive": total - negative, "unlikely": np.zeros(DAYS), "rated": np.full(DAYS, 2.0),
        "rating_sum": np.full(DAYS, 8.8), "live": total, "arrival": np.ones(7),
    }  # fmt: skip
    return DaySeries(**{**fields, **changes})


def plus(values: Floats, last_days: dict[int, float]) -> Floats:
    """`values` with so many added to the day `age` days before the end."""
    changed = values.copy()
    for age, count in last_days.items():
        changed[len(values) - 1 - age] += count
    return changed


def wave(negatives: dict[int, float], others: dict[int, float] | None = None) -> DaySeries:
    """The calm half-year with more reviews in its last days."""
    calm = series()
    negative = plus(calm.negative, negatives)
    total = plus(plus(calm.total, negatives), others or {})
    return series(negative=negative, total=total, positive=total - negative)


def bucket(day: date, **fields: Any) -> Document:
    """A day bucket as storing writes it."""
    source = fields.pop("source", "maps")
    return {
        "_id": f"{ENTITY}|{day}|{source}", "entity_id": ENTITY, "day": day.isoformat(),
        "source": source, "total": 0, "negative": 0, "neutral": 0, "positive": 0, "rated": 0,
        "rating_sum": 0.0, "negative_unlikely": 0, "negative_distinct": 0, "arrivals": {}, **fields,
    }  # fmt: skip


def calm_buckets(until: date = TODAY) -> list[Document]:
    """Buckets of the calm half-year."""
    calm = series()
    return [
        bucket(
            calm.day(at), total=int(calm.total[at]), negative=int(calm.negative[at]),
            negative_distinct=int(calm.negative[at]), positive=int(calm.positive[at]),
        )
        for at in range(DAYS)
        if calm.day(at) <= until
    ]  # fmt: skip


def review(number: int, day: date, label: str = "negative", **fields: Any) -> Document:
    """A stored review as storing writes it, as far as alerting reads it."""
    text = fields.pop("text", f"Заказ номер {number} привезли холодным, курьер опоздал")
    inner = {"title": "", "text": text, "pros": "", "cons": "", "author": {}}
    return {
        "_id": f"maps:{number}", "entity_id": ENTITY, "source": "maps", "label": label,
        "sentiment": -0.8 if label == "negative" else 0.8, "authenticity": 0.9,
        "event_day": day.isoformat(), "event_at": datetime.combine(day, datetime.min.time(), UTC),
        "rating": None, "is_backfill": False, "gone": False, "text_hash": f"hash{number}",
        "review": {**inner, **fields.pop("review", {})},
        "understanding": {"aspects": fields.pop("aspects", [])}, **fields,
    }  # fmt: skip


def days_ago(days: int) -> date:
    """A day counted back from TODAY."""
    return TODAY - timedelta(days=days)
