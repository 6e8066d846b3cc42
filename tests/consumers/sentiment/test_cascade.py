"""The fast tier decides what it is sure of and has no aspects; everything else is read well."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from consumers.sentiment.artefact import CascadeRule
from consumers.sentiment.cascade import CascadeModel, is_short
from consumers.sentiment.model import ReviewText, TextOpinion
from pipeline.records import Probabilities

RULE = CascadeRule(confidence=0.9, words=3)


class NotingModel:
    """A model that notes what it was asked, and is as sure as the text has exclamation marks."""

    def __init__(self, revision: str, language: str = "ru") -> None:
        self.revision = revision
        self.asked: list[str] = []
        self._language = language

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        self.asked += [text.text for text in texts]
        return [self._opinion(text) for text in texts]

    def _opinion(self, text: ReviewText) -> TextOpinion:
        positive = 0.95 if "!" in text.text else 0.6
        return TextOpinion(
            probabilities=Probabilities(negative=1 - positive, neutral=0.0, positive=positive),
            expected_star=4.0,
            language=self._language,
        )


def cascade(language: str = "ru") -> tuple[CascadeModel, NotingModel, NotingModel]:
    fast, accurate = NotingModel("fast@1", language), NotingModel("accurate@1", language)
    return CascadeModel(fast, accurate, RULE, ("ru", "en")), fast, accurate


def test_sure_and_short_is_decided_fast_and_order_is_kept() -> None:
    model, fast, accurate = cascade()
    texts = ["Супер!", "Ну так себе", "Хорошо!", "Очень долгая история о доставке!", "Плохо"]
    found = model.predict([ReviewText(text=text) for text in texts])
    assert [one.read_by for one in found] == [
        "fast@1", "accurate@1", "fast@1", "accurate@1", "accurate@1",
    ]  # fmt: skip
    assert accurate.asked == ["Ну так себе", "Очень долгая история о доставке!", "Плохо"]
    assert "Очень долгая история о доставке!" not in fast.asked


def test_what_is_decided_fast_says_what_its_words_complain_of() -> None:
    model, _, accurate = cascade()
    (found,) = model.predict([ReviewText(text="Верните деньги!")])
    assert accurate.asked == []
    assert [aspect.aspect for aspect in found.aspects] == ["refund"]
    assert found.complaint is not None
    assert found.complaint.request == ("Верните деньги",)
    assert found.constructiveness is not None


def test_a_grade_is_read_well() -> None:
    model, _, accurate = cascade()
    model.predict([ReviewText(text="1/5!")])
    assert accurate.asked == ["1/5!"]


def test_a_language_not_measured_is_read_well() -> None:
    model, _, accurate = cascade(language="de")
    model.predict([ReviewText(text="Super!")])
    assert accurate.asked == ["Super!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ReviewText(text="Очень хорошо, спасибо!"), True),
        (ReviewText(title="Очень", text="хорошо"), True),
        (ReviewText(text="Всё было очень хорошо"), False),
        (ReviewText(title="Всё было", text="очень хорошо"), False),
        (ReviewText(text="Хорошо", pros="цена"), False),
        (ReviewText(text="Хорошо", cons="цена"), False),
        (ReviewText(text="х" * 10_000), False),
        (ReviewText(text="👍👍"), True),
    ],
)
def test_what_counts_as_short(text: ReviewText, expected: bool) -> None:
    assert is_short(text, 3) is expected


def test_the_revision_follows_both_tiers_and_the_rule() -> None:
    fast, accurate = NotingModel("fast@1"), NotingModel("accurate@1")
    revisions = {
        CascadeModel(*tiers, rule, languages).revision
        for tiers, rule, languages in (
            ((fast, accurate), RULE, ("ru",)),
            ((NotingModel("fast@2"), accurate), RULE, ("ru",)),
            ((fast, NotingModel("accurate@2")), RULE, ("ru",)),
            ((fast, accurate), CascadeRule(confidence=0.91, words=3), ("ru",)),
            ((fast, accurate), CascadeRule(confidence=0.9, words=4), ("ru",)),
            ((fast, accurate), RULE, ("ru", "en")),
        )
    }
    assert len(revisions) == 6


def test_no_texts_give_no_opinions() -> None:
    model, _, _ = cascade()
    assert model.predict([]) == []
