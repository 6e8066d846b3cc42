"""What a model says is counted by source, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.sentiment.drift import LABELS, LANGUAGES, MOST_SOURCES, Drift, show_reference
from consumers.sentiment.models import reference_of
from consumers.sentiment.reference import Reference
from consumers.sentiment.stage import SentimentStage
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
        "read_by": "drifting@2", "unknown_pieces": 0.5, "expected_star": 1.5,
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
    assert value("languages", source=source, language="ru") == 2
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
    before = value("labels", source="other", label="negative")
    sources = [f"drift-many-{number}" for number in range(MOST_SOURCES + 3)]
    drift.count([review(source) for source in sources], [said(language="xx")] * len(sources))
    assert value("labels", source="other", label="negative") == before + 3
    assert value("languages", source="drift-many-0", language="other") == 1


@pytest.mark.parametrize(
    ("fields", "agree"),
    [({"rating": 3.0}, "yes"), ({"rating": 3.5}, "no"), ({"recommends": False}, "yes"),
     ({"recommends": True}, "no")],
)  # fmt: skip
def test_a_star_far_from_what_the_words_suggest_is_a_conflict(
    fields: dict[str, Any], agree: str
) -> None:
    source = f"drift-star-{fields}"
    Drift().count([review(source, **fields)], [said()])
    assert value("starred", source=source, agree=agree) == 1


def test_what_was_measured_with_the_model_is_shown_and_nothing_else() -> None:
    show_reference(
        Reference(
            size=2_000, labels={"negative": 0.3}, languages={"ru": 0.5}, mean_confidence=0.8,
            disagreement=0.0,
        )
    )  # fmt: skip
    assert reference() == {
        ("label", "negative"): 0.3, ("language", "ru"): 0.5, ("confidence", ""): 0.8,
        ("disagreement", ""): 0.0,
    }  # fmt: skip
    SentimentStage(None)
    assert reference() == {}


def test_the_shipped_model_has_a_reference_with_every_measure() -> None:
    SentimentStage(None, reference_of("cascade"))
    shown = reference()
    assert {measure for measure, _ in shown} == {
        "label", "language", "confidence", "disagreement", "unknown_pieces",
    }  # fmt: skip
    assert {name for measure, name in shown if measure == "label"} == set(LABELS)
    assert sum(shown["label", name] for name in LABELS) == pytest.approx(1.0)
    assert {name for measure, name in shown if measure == "language"} <= LANGUAGES | {"none"}
    assert reference_of("accurate") == reference_of("cascade")
    assert reference_of("fast") is None
    show_reference(None)


def reference() -> dict[tuple[str, str], float]:
    return {
        (sample.labels["measure"], sample.labels["name"]): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "otzvuk_sentiment_reference"
    }
