"""Which way words judge what they name."""

from __future__ import annotations

import pytest

from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText
from consumers.sentiment.word_polarity import verdicts_by_words


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
        ("Доставка хорошая и ужасная", "ru", {}),
        ("Доставка", "ru", {}),
    ],
)
def test_a_clause_judges_what_it_names(text: str, language: str, expected: dict[str, str]) -> None:
    aspects = ("delivery", "price", "staff", "waiting")
    found = verdicts_by_words(text, language, aspects)
    assert {aspect: next(iter(sides)) for aspect, sides in found.items()} == expected
    assert all(len(sides) == 1 for sides in found.values())


def test_what_stands_in_a_field_is_what_the_field_says() -> None:
    text = compose(ReviewText(pros="цена", cons="качество, пахнет пластиком"))
    found = verdicts_by_words(text, "ru", ("price", "quality"))
    assert {aspect: list(sides) for aspect, sides in found.items()} == {
        "price": ["positive"],
        "quality": ["negative"],
    }


def test_praise_here_and_blame_there_are_two_verdicts_each_at_its_place() -> None:
    text = "Было так.\nДоставка хорошая. Потом доставка ужасная."
    sides = verdicts_by_words(text, "ru", ("delivery",))["delivery"]
    assert {side: text[start:end] for side, (start, end) in sides.items()} == {
        "positive": "Доставк",
        "negative": "доставк",
    }


def test_without_aspects_nothing_is_read() -> None:
    assert verdicts_by_words("Отлично", "de", ()) == {}
