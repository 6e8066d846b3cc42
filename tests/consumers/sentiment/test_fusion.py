"""The final label listens to text and star, and keeps the text's own verdict apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consumers.sentiment.fusion import probabilities_of, star_evidence, understanding_of
from consumers.sentiment.model import TextOpinion, most_probable
from pipeline.identity import make_review
from pipeline.records import Probabilities, Review, SentimentLabel

PRAISE = Probabilities(negative=0.01, neutral=0.02, positive=0.97)
COMPLAINT = Probabilities(negative=0.97, neutral=0.02, positive=0.01)
UNCLEAR = Probabilities(negative=0.36, neutral=0.3, positive=0.34)


def review(rating: float | None, recommends: bool | None = None) -> Review:
    """A review with that star."""
    return make_review(
        review_id="t:1", source="t", entity_id="e", rating=rating, recommends=recommends,
        crawled_at=datetime(2025, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def opinion(probabilities: Probabilities) -> TextOpinion:
    """An opinion with that distribution."""
    return TextOpinion(probabilities=probabilities, expected_star=3.0, language="ru")


@pytest.mark.parametrize(
    ("text", "star", "label"),
    [
        (PRAISE, 1.0, "negative"),
        (COMPLAINT, 5.0, "positive"),
        (COMPLAINT, 3.0, "negative"),
        (PRAISE, 3.0, "positive"),
        (UNCLEAR, 3.0, "neutral"),
        (UNCLEAR, 1.0, "negative"),
        (UNCLEAR, 5.0, "positive"),
        (PRAISE, 5.0, "positive"),
        (COMPLAINT, None, "negative"),
        (None, 1.0, "negative"),
        (None, 2.0, "negative"),
        (None, 3.0, "neutral"),
        (None, 4.0, "positive"),
        (None, 5.0, "positive"),
        (None, None, "neutral"),
    ],
)
def test_final_label(text: Probabilities | None, star: float | None, label: SentimentLabel) -> None:
    assert most_probable(probabilities_of(text, star)) == label


def test_conflict_of_star_and_text_stays_visible() -> None:
    found = understanding_of(review(1.0), opinion(PRAISE), "m@1")
    assert (found.label, found.text_label) == ("negative", "positive")
    assert found.text_probabilities == PRAISE
    assert found.model == "m@1"


def test_agreement_is_surer_than_the_star_alone() -> None:
    alone = probabilities_of(None, 1.0)
    agreed = probabilities_of(COMPLAINT, 1.0)
    doubted = probabilities_of(PRAISE, 1.0)
    assert agreed.negative > alone.negative > doubted.negative


def test_text_alone_keeps_its_distribution() -> None:
    assert probabilities_of(UNCLEAR, None) == UNCLEAR


def test_nothing_said_is_neutral_and_even() -> None:
    found = understanding_of(review(None), None, "m@1")
    assert found.label == "neutral"
    assert found.score == 0.0
    assert found.text_label is None
    assert found.expected_star is None
    assert found.probabilities.neutral == pytest.approx(1 / 3)


@pytest.mark.parametrize(("recommends", "label"), [(True, "positive"), (False, "negative")])
def test_recommendation_stands_in_for_a_missing_star(
    recommends: bool, label: SentimentLabel
) -> None:
    assert understanding_of(review(None, recommends), None, "m@1").label == label
    assert understanding_of(review(3.0, recommends), None, "m@1").label == "neutral"


def test_evidence_of_stars_runs_smoothly_from_negative_to_positive() -> None:
    stars = [1 + step / 4 for step in range(17)]
    rows = [star_evidence(star) for star in stars]
    negatives = [row[0] for row in rows]
    positives = [row[2] for row in rows]
    assert negatives == sorted(negatives, reverse=True)
    assert positives == sorted(positives)
    assert all(sum(row) == pytest.approx(1.0, abs=0.02) for row in rows)


@pytest.mark.parametrize("star", [1.0, 1.5, 2.0, 2.7, 3.0, 4.5, 5.0])
@pytest.mark.parametrize("text", [PRAISE, COMPLAINT, UNCLEAR, None])
def test_final_distribution_sums_to_one(text: Probabilities | None, star: float) -> None:
    found = probabilities_of(text, star)
    assert found.negative + found.neutral + found.positive == pytest.approx(1.0)
