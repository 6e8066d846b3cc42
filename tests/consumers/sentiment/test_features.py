"""N-grams are the same alone and in a batch, and noise of the keyboard does not change them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.sentiment.features import NOTHING, disliked, extract, liked
from consumers.sentiment.model import ReviewText

BITS = 20


def ngrams(text: str) -> tuple[Counter[int], Counter[int]]:
    """Word and character rows of one text."""
    words, characters = extract([ReviewText(text=text)], BITS)
    return Counter(words.rows.tolist()), Counter(characters.rows.tolist())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Спасибо", "спасибо"),
        ("Спасииииибо", "спасиибо"),
        ("всё", "все"),
        ("don't", "don’t"),
        ("хо\u200bро\u00adшо", "хорошо"),
        ("й", "и\u0306"),
        ("👍🏽", "👍"),
        ("ｇｏｏｄ", "good"),
        ("супер!!!!!!", "супер!!"),
    ],
)
def test_noise_is_removed(first: str, second: str) -> None:
    assert ngrams(first) == ngrams(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("хорошо", "плохо"),
        ("хорошо!", "хорошо"),
        ("хорошо 👍", "хорошо 👎"),
        ("не очень хорошо", "очень хорошо не"),
        ("а б", "б а"),
    ],
)
def test_meaning_is_kept(first: str, second: str) -> None:
    assert ngrams(first) != ngrams(second)


def test_negation_reaches_over_words_but_not_over_a_sign() -> None:
    reached, _ = ngrams("не очень то хорошо")
    stopped, _ = ngrams("не. очень то хорошо")
    negated = set(reached) - set(stopped)
    assert len(negated) >= 3


def test_fields_are_told_apart() -> None:
    as_pros, _ = extract([ReviewText(pros="сервис")], BITS)
    as_cons, _ = extract([ReviewText(cons="сервис")], BITS)
    shared = set(as_pros.rows.tolist()) & set(as_cons.rows.tolist())
    assert shared
    assert set(as_pros.rows.tolist()) != set(as_cons.rows.tolist())


def test_character_windows_stay_within_a_word() -> None:
    _, apart = ngrams("аб вг")
    _, first = ngrams("аб")
    _, second = ngrams("вг")
    assert apart == first + second


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=6))
def test_a_batch_is_the_sum_of_its_texts(texts: list[str]) -> None:
    blocks = extract([ReviewText(text=text) for text in texts], BITS)
    for position, text in enumerate(texts):
        for block, alone in zip(blocks, ngrams(text), strict=True):
            mine = block.rows[block.owners == position]
            assert Counter(mine.tolist()) == alone


def test_an_answer_of_none_is_a_sign_and_not_its_words() -> None:
    """Told apart by field: nothing liked is blame, nothing disliked is praise."""
    (as_cons, _), (as_pros, _) = (
        extract([ReviewText(cons="Не обнаружила")], BITS),
        extract([ReviewText(pros="нет")], BITS),
    )
    (dash, _) = extract([ReviewText(cons="-")], BITS)
    assert as_cons.rows.tolist() == dash.rows.tolist()
    assert as_cons.rows.tolist() != as_pros.rows.tolist()


def test_that_all_is_well_names_no_fault_but_is_praise_among_the_pros() -> None:
    assert disliked("Всё отлично") == NOTHING
    assert liked("Всё отлично") == "Всё отлично"
    assert (liked(""), disliked("")) == ("", "")
    assert disliked("нет парковки") == "нет парковки"
