"""What a model says is counted by source, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from consumers.sentiment.drift import MOST_SOURCES, Drift
from pipeline.identity import make_review
from pipeline.metrics import REGISTRY
from pipeline.records import Probabilities, Review, Understanding

NOW = datetime(2025, 3, 1, tzinfo=UTC)
NEGATIVE = Probabilities(negative=0.75, neutral=0.25, positive=0.0)


def review(source: str, **fields: Any) -> Review:
    return make_review(
        review_id=f"{source}:1", source=source, entity_id="shop", crawled_at=NOW, **fields
    )


def said(**fields: Any) -> Understanding:
    usual: dict[str, Any] = {
        "label": "negative", "score": -0.5, "probabilities": NEGATIVE, "text_label": "negative",
        "text_probabilities": NEGATIVE, "language": "ru", "model": "cascade@1",
        "read_by": "drifting@2", "unknown_pieces": 0.5,
    }  # fmt: skip
    return Understanding(**(usual | fields))


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"otzvuk_sentiment_{name}_total", labels) or 0.0


def test_label_confidence_conflict_and_tier_are_counted() -> None:
    source = "drift-a"
    Drift().count([review(source, rating=5.0), review(source)], [said(), said()])
    assert value("labels", source=source, label="negative") == 2
    assert value("confidence", source=source) == 1.5
    assert value("unknown_pieces", source=source) == 1.0
    assert value("starred", source=source, agree="no") == 1
    assert value("starred", source=source, agree="yes") == 0
    assert value("tiers", tier="drifting") == 2
    assert (
        REGISTRY.get_sample_value(
            "otzvuk_sentiment_labels_total", {"source": source, "label": "positive"}
        )
        == 0
    )


def test_a_review_without_words_is_not_counted() -> None:
    star_alone = said(text_label=None, text_probabilities=None, language=None)
    Drift().count([review("drift-b", rating=1.0)], [star_alone])
    assert value("labels", source="drift-b", label="negative") == 0


def test_sources_and_languages_are_bounded() -> None:
    drift = Drift()
    before = value("labels", source="other", label="negative"), value("languages", language="other")
    sources = [f"drift-many-{number}" for number in range(MOST_SOURCES + 3)]
    drift.count([review(source) for source in sources], [said(language="xx")] * len(sources))
    assert value("labels", source="other", label="negative") == before[0] + 3
    assert value("languages", language="other") == before[1] + len(sources)
