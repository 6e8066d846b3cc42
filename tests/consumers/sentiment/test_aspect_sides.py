"""A side that the network guessed is looked at again in its clause alone; no other is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from consumers.sentiment.aspect_sides import MOST_ALONE, SURE_TOGETHER, Found, Stretch
from consumers.sentiment.windows import Span, Window

TEXT = "Слово и слово. Длинная доставка! И ещё слово."


def stretch(text: str) -> Stretch:
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    return Stretch(
        window=Window(text=0, ids=[0] * (len(spans) + 2), spans=spans), text=text, language="ru"
    )


def guess(text: str, word: str, *, share: float = 0.7, is_guess: bool = True) -> Found:
    weights = np.asarray([float(word in one) for one in text.split()])
    return Found(
        aspect=0, side="positive", judged=1.0, share=share, weights=weights, is_guess=is_guess
    )


def clause(text: str, word: str) -> Span | None:
    return stretch(text).clause_of(guess(text, word))


def test_the_clause_around_the_heaviest_piece_is_read_again() -> None:
    assert clause(TEXT, "доставка") == (3, 5)
    assert clause(TEXT, "Слово") == (0, 3)
    assert clause(TEXT, "ещё") == (5, 8)
    assert clause("Отличный отель, но слышно соседей", "слышно") == (3, 5)


def test_all_there_is_and_long_clauses_are_not_read_again() -> None:
    assert clause("Длинная доставка.", "доставка") is None
    assert clause("Слово. доставка " + "слово " * MOST_ALONE, "доставка") is None


def test_only_an_unsure_guess_is_read_again() -> None:
    told = guess(TEXT, "доставка", is_guess=False)
    sure = guess(TEXT, "доставка", share=SURE_TOGETHER)
    assert stretch(TEXT).clause_of(told) is None
    assert stretch(TEXT).clause_of(sure) is None


@pytest.mark.parametrize(
    ("alone", "side", "share"),
    [
        ([0.8, 0.1, 0.1], "negative", 0.8),
        ([0.5, 0.1, 0.4], "positive", 0.7),
        ([0.1, 0.8, 0.1], "positive", 0.7),
        ([0.05, 0.05, 0.9], "positive", 0.9),
    ],
)
def test_a_clear_side_of_the_clause_alone_is_taken(
    alone: list[float], side: str, share: float
) -> None:
    found = guess(TEXT, "доставка").read_alone(np.asarray([alone]))
    assert (found.side, found.share) == (side, share)
