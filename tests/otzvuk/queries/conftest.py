"""A store filled through the real stage with constructed reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.storing.stage import StoreStage
from pipeline.clock import FixedClock
from pipeline.codec import encode
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.mongo import Store
from pipeline.records import (
    AspectOpinion,
    Authenticity,
    Author,
    Probabilities,
    ScoredReview,
    Understanding,
)
from pipeline.stage import Delivery

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
Fill = Callable[..., None]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def fill(store: Store, clock: FixedClock) -> Fill:
    """Store reviews given as dictionaries of what differs from the usual one."""
    stage = StoreStage(store, clock)
    offsets = iter(range(1_000_000))

    def put(*reviews: dict[str, Any]) -> None:
        stage.handle([delivery(review, next(offsets)) for review in reviews])
        clock.advance(10)
        stage.tick(clock.now())

    return put


def delivery(given: dict[str, Any], offset: int) -> Delivery:
    """A scored review on its way to the store."""
    fields = {
        "id": str(offset), "entity": "acme", "source": "shop", "kind": "marketplace",
        "text": "Обычный отзыв", "rating": 4.0, "label": "neutral", "language": "ru",
        "authenticity": 0.8, "verdict": "plausible", "author": "Иван", "days_ago": 1,
        "aspects": {}, "model": "m@1",
        **given,
    }  # fmt: skip
    review = make_review(
        review_id=f"{fields['source']}:{fields['id']}", source=fields["source"],
        kind=fields["kind"], entity_id=fields["entity"], text=fields["text"],
        rating=fields["rating"], language=fields["language"],
        author=Author(name=fields["author"]), crawled_at=NOW,
        published_at=NOW - timedelta(days=fields["days_ago"]),
    )  # fmt: skip
    record = ScoredReview(
        review=review,
        understanding=Understanding(
            label=fields["label"], score=0.0, model=fields["model"],
            probabilities=Probabilities(negative=0.3, neutral=0.4, positive=0.3),
            aspects=tuple(
                AspectOpinion(aspect=aspect, polarity=polarity)
                for aspect, polarity in fields["aspects"].items()
            ),
        ),
        authenticity=Authenticity(
            score=fields["authenticity"], verdict=fields["verdict"], coverage=0.5, model="w@1"
        ),
    )  # fmt: skip
    message = encode(record)
    return Delivery(
        record,
        Message(
            topic=message.topic, partition=0, offset=offset, key=message.key,
            value=message.value, headers=message.headers, written_at=NOW,
        ),
    )  # fmt: skip
