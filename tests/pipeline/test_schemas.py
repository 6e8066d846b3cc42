"""The published schemas are those of the code, and real messages obey them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from pipeline import codec
from pipeline.identity import make_review
from pipeline.records import Author, Scale
from pipeline.schemas import rendered_schemas, topic_schema
from pipeline.topics import TOPIC_BY_NAME, TOPICS, Topic

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", sorted(rendered_schemas()))
def test_published_schema_is_current(name: str) -> None:
    published = (PUBLISHED / name).read_text(encoding="utf-8")
    assert published == rendered_schemas()[name], "run `otzvuk schemas docs/schemas`"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_schema_is_valid(topic: Topic) -> None:
    jsonschema.Draft202012Validator.check_schema(topic_schema(topic))


def test_a_message_obeys_its_schema() -> None:
    review = make_review(
        review_id="s:1", source="s", entity_id="e", rating=5.0, text="Да",
        rating_original=Scale(value=10.0, worst=1.0, best=10.0), author=Author(name="Аня"),
        crawled_at=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    schema = topic_schema(TOPIC_BY_NAME["reviews.raw"])
    jsonschema.validate(json.loads(codec.encode(review).value), schema)
