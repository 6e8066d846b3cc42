"""What words name in a text that only the fast tier read."""

from __future__ import annotations

from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.word_aspects import with_named_aspects
from pipeline.records import Probabilities

GOOD = Probabilities(negative=0.02, neutral=0.03, positive=0.95)


def named(text: str, language: str | None = "ru") -> list[tuple[str, str]]:
    opinion = TextOpinion(probabilities=GOOD, expected_star=4.8, language=language)
    found = with_named_aspects(ReviewText(text=text), opinion)
    assert found.probabilities == GOOD
    return [(one.aspect, str(one.polarity)) for one in found.aspects]


def test_a_named_aspect_is_judged_by_its_words_or_else_by_the_label() -> None:
    assert named("Быстрая доставка") == [("delivery", "positive")]
    assert named("Ужасная доставка") == [("delivery", "negative")]
    assert named("Доставка!") == [("delivery", "positive")]


def test_a_bare_verdict_names_nothing() -> None:
    assert named("Отлично") == []


def test_a_language_without_word_lists_names_nothing() -> None:
    assert named("Доставка", "kk") == []
    assert named("…", None) == []
