"""Which way words judge what they name."""

from __future__ import annotations

import pytest

from consumers.sentiment.aspect_lexicon import evidence_of
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


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Обмана нет, всё честно", "ru", {"safety": "positive"}),
        ("Очереди нет", "ru", {"waiting": "positive"}),
        ("Никакого хамства", "ru", {"staff": "positive"}),
        ("No scam here", "en", {"safety": "positive"}),
        ("Парковки нет", "ru", {"premises": "negative"}),
        ("Всё понравилось, кроме персонала", "ru", {"staff": "negative"}),
        ("Плохо всё, кроме доставки", "ru", {"delivery": "positive"}),
        ("Кроме того, персонал вежливый", "ru", {"staff": "positive"}),
        ("I loved everything except the staff", "en", {"staff": "negative"}),
        ("Besides, the staff was friendly", "en", {"staff": "positive"}),
        ("Еда вкусная, персонал хамит", "ru", {"quality": "positive", "staff": "negative"}),
        ("В номере тараканы", "ru", {"premises": "negative"}),
        ("The room had roaches, clean rooms they say", "en", {"premises": "positive"}),
        ("Персонал молчал", "ru", {}),
    ],
)
def test_denied_faults_exceptions_and_clauses_on_both_sides(
    text: str, language: str, expected: dict[str, str]
) -> None:
    found = verdicts_by_words(text, language, evidence_of(text, language).named)
    assert {aspect: next(iter(sides)) for aspect, sides in found.items()} == expected


def test_every_line_of_an_answer_is_on_the_side_of_its_field() -> None:
    text = compose(ReviewText(pros="тихий", cons="шнур короткий\nцена"))
    assert list(verdicts_by_words(text, "ru", ["price"])["price"]) == ["negative"]
