"""Constructed scored reviews and their deliveries, for the storing tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.clock import FixedClock
from pipeline.codec import encode
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.records import Authenticity, Probabilities, ScoredReview, Understanding
from pipeline.stage import Delivery

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SHARES = Probabilities(negative=0.8, neutral=0.1, positive=0.1)

MakeDelivery = Callable[..., Delivery]


@pytest.fixture
def clock() -> FixedClock:
    """Noon of an invented day."""
    return FixedClock(NOW)


@pytest.fixture
def make_delivery() -> MakeDelivery:
    """Deliveries with growing offsets on one partition."""
    return _Deliveries().make


class _Deliveries:
    def __init__(self) -> None:
        self._offset = -1

    def make(
        self,
        native_id: str = "1",
        *,
        label: str = "negative",
        model: str = "model@1",
        authenticity: float = 0.9,
        partition: int = 0,
        written_at: datetime | None = None,
        **fields: Any,
    ) -> Delivery:
        self._offset += 1
        record = _scored(native_id, label, model, authenticity, fields)
        message = encode(record)
        return Delivery(
            record,
            Message(
                topic=message.topic,
                partition=partition,
                offset=self._offset,
                key=message.key,
                value=message.value,
                headers=message.headers,
                written_at=written_at or NOW + timedelta(milliseconds=self._offset),
            ),
        )


def _scored(
    native_id: str, label: str, model: str, authenticity: float, fields: dict[str, Any]
) -> ScoredReview:
    given: dict[str, Any] = {
        "review_id": f"shop:{native_id}",
        "source": "shop",
        "entity_id": "acme",
        "text": f"Доставку ждали долго, номер {native_id}",
        "rating": 1.0,
        "published_at": datetime(2026, 3, 9, 10, tzinfo=UTC),
        "crawled_at": NOW,
    }
    return ScoredReview(
        review=make_review(**{**given, **fields}),
        understanding=Understanding(
            label=label,  # type: ignore[arg-type]  # tests give one of the three
            score=-0.7,
            probabilities=SHARES,
            language="ru",
            model=model,
        ),
        authenticity=Authenticity(
            score=authenticity, verdict="plausible", coverage=0.6, model="weights@1"
        ),
    )
