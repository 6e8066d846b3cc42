"""Builders of reviews, subjects and deliveries for the authenticity tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.authenticity.subject import Subject, prepare
from pipeline.codec import encode
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.records import Author, Probabilities, Understanding, UnderstoodReview
from pipeline.stage import Delivery

CRAWLED = datetime(2024, 5, 20, 12, tzinfo=UTC)
LONG = (
    "Заказывала диван в начале марта, привезли через девять дней, сборщики приехали вовремя, "
    "но одна ножка оказалась с трещиной. Замену пообещали за неделю и привезли за четыре дня."
)
TONES = {"positive": (0.05, 0.1, 0.85), "neutral": (0.2, 0.6, 0.2), "negative": (0.85, 0.1, 0.05)}

Understood = Callable[..., UnderstoodReview]
Prepared = Callable[..., Subject]


def build_understood(tone: str = "positive", **fields: Any) -> UnderstoodReview:
    """A review of an invented shop, understood with the given tone."""
    defaults: dict[str, Any] = {
        "review_id": "shop:1",
        "source": "shop",
        "kind": "marketplace",
        "entity_id": "sofa-store",
        "text": LONG,
        "published_at": datetime(2024, 5, 10, 9, tzinfo=UTC),
        "crawled_at": CRAWLED,
    }
    review = make_review(**(defaults | fields))
    negative, neutral, positive = TONES[tone]
    probabilities = Probabilities(negative=negative, neutral=neutral, positive=positive)
    has_text = bool(review.full_text)
    understanding = Understanding(
        label=tone,  # type: ignore[arg-type]  # one of the three keys of TONES
        score=positive - negative,
        probabilities=probabilities,
        text_label=tone if has_text else None,  # type: ignore[arg-type]  # as above
        text_probabilities=probabilities if has_text else None,
        model="test@0",
    )
    return UnderstoodReview(review=review, understanding=understanding)


@pytest.fixture
def understood() -> Understood:
    return build_understood


@pytest.fixture
def subject() -> Prepared:
    """One prepared review."""

    def build(tone: str = "positive", **fields: Any) -> Subject:
        return prepare([build_understood(tone, **fields)])[0]

    return build


@pytest.fixture
def named() -> Callable[..., Author]:
    """An author with a name and what else is given."""

    def build(name: str = "Мария К.", **fields: Any) -> Author:
        return Author(name=name, **fields)

    return build


@pytest.fixture
def deliveries() -> Callable[..., list[Delivery]]:
    """Deliveries as the runner hands them over."""

    def build(*records: UnderstoodReview) -> list[Delivery]:
        return [
            Delivery(record=record, message=_message(record, offset))
            for offset, record in enumerate(records)
        ]

    return build


def _message(record: UnderstoodReview, offset: int) -> Message:
    outgoing = encode(record)
    return Message(
        topic=outgoing.topic,
        partition=0,
        offset=offset,
        key=outgoing.key,
        value=outgoing.value,
        headers=outgoing.headers,
        written_at=CRAWLED,
    )
