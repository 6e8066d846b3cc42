"""Which way words judge what they name."""

from __future__ import annotations

import pytest

from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText
from consumers.sentiment.word_polarity import polarity_by_words


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Доставка быстрая, но цена завышена", "ru", {"delivery": "positive", "price": "negative"}),
        ("Простоял час в очереди", "ru", {"waiting": "negative"}),
        (
            "Great staff. Shipping was terrible!",
            "en",
            {"staff": "positive", "delivery": "negative"},
        ),
        ("Доставка хорошая. Доставка ужасная.", "ru", {}),
        ("Доставка хорошая и ужасная", "ru", {}),
        ("Доставка", "ru", {}),
    ],
)
def test_a_clause_judges_what_it_names(text: str, language: str, expected: dict[str, str]) -> None:
    aspects = ("delivery", "price", "staff", "waiting")
    assert polarity_by_words(text, language, aspects) == expected


def test_what_stands_in_a_field_is_what_the_field_says() -> None:
    text = compose(ReviewText(pros="цена", cons="качество, пахнет пластиком"))
    assert polarity_by_words(text, "ru", ("price", "quality")) == {
        "price": "positive",
        "quality": "negative",
    }


def test_without_aspects_nothing_is_read() -> None:
    assert polarity_by_words("Отлично", "de", ()) == {}
