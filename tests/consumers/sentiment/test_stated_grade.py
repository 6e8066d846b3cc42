"""A grade in the words counts where it is one, given, and of the whole."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.model import ReviewText
from consumers.sentiment.stated_grade import (
    READ_CHARACTERS,
    stated_star,
    with_stated_star,
)
from pipeline.records import Probabilities

EVEN = Probabilities(negative=1 / 3, neutral=1 / 3, positive=1 / 3)


def star_in(text: str) -> float | None:
    stated = stated_star(ReviewText(text=text))
    return stated[0] if stated else None


@pytest.mark.parametrize(
    ("text", "star"),
    [
        ("1 из 5", 1.0),
        ("0/10", 1.0),
        ("9 из 10, придраться не к чему", 4.5),
        ("Rated 1 out of 5", 1.0),
        ("Overall two out of five.", 2.0),
        ("Твёрдая двойка", 2.0),
        ("Ставлю единицу", 1.0),
        ("Оценка: 7/10", 3.5),
        ("Оценка 4,5 из 5", 4.5),
        ("Долго ждали, поэтому поставлю две звезды.", 2.0),
        ("Ставлю 1 звезду, меньше нельзя.", 1.0),
        ("I gave it four stars because of the print", 4.0),
        ("Три звезды за доставку", 3.0),
        ("5 stars!", 5.0),
        ("ноль звёзд", 1.0),
    ],
)
def test_grades_in_words_and_figures(text: str, star: float) -> None:
    assert star_in(text) == star


@pytest.mark.parametrize(
    "text",
    [
        "Отель 5 звёзд, а завтрак никакой",
        "5 звёзд отель, а завтрак никакой",
        "Поставила бы 5 звёзд, если бы не доставка",
        "Не поставлю 5 звёзд",
        "Fix it and I would give it 5 stars",
        "The people who gave this movie 5 stars were paid",
        "I rated it 5 stars in 2019",
        "Five star app until they changed the plans",
        "Заказывали 2 из 5 раз",
        "Пришли 3/5 человек",
        "Сначала ставил 5, теперь 1 из 5, было 4 из 5",
        "Адрес: дом 1/10",
        "Салон на ул. Ленина 3/5 закрыт",
        "Отзыв от 4/10/2024",
        "Size 8/10 fits",
        "Это 2/5 в цикле",
        "Скидка 10/10%",
        "Даже одной звезды мало",
        "",
    ],
)
def test_what_only_looks_like_a_grade(text: str) -> None:
    assert star_in(text) is None


def test_a_low_grade_moves_a_long_text_and_a_high_one_does_not() -> None:
    words = "Заказ привезли в среду вечером, в коробке лежал чайник с подставкой. "
    low, low_star = with_stated_star(EVEN, 3.0, ReviewText(text=words + "Оценка: 1 из 5"))
    high, high_star = with_stated_star(EVEN, 3.0, ReviewText(text=words + "Оценка: 5 из 5"))
    assert low.negative > 0.6
    assert high == EVEN
    assert (low_star, high_star) == (2.0, 4.0)


@pytest.mark.parametrize(("text", "label"), [("5/5", "positive"), ("1/5", "negative")])
def test_a_bare_grade_is_what_the_text_says(text: str, label: str) -> None:
    found, _ = with_stated_star(EVEN, 3.0, ReviewText(text=text))
    shares = {name: getattr(found, name) for name in ("negative", "neutral", "positive")}
    assert max(shares, key=shares.__getitem__) == label
    assert sum(shares.values()) == pytest.approx(1.0)


def test_strengths_and_faults_are_no_place_for_a_grade() -> None:
    assert stated_star(ReviewText(text="1 из 5", pros="Быстро")) is None


@given(st.text(alphabet="0123456789/,. изof\nставлюзвезд", max_size=200))
def test_any_star_lies_on_the_scale(text: str) -> None:
    star = star_in(text)
    assert star is None or 1.0 <= star <= 5.0


@pytest.mark.parametrize("unit", ["1/", "ставлю ", "5 ", "а а а ", "оценка: ", "не бы "])
def test_no_text_is_a_trap(unit: str) -> None:
    text = (unit * READ_CHARACTERS)[: READ_CHARACTERS * 2]
    started = time.process_time()
    star_in(text)
    assert time.process_time() - started < 2.0


def test_the_shipped_model_reads_grades() -> None:
    texts = ["Rated 1 out of 5", "0/10", "Твёрдая двойка.", "Оценка: 1 из 10.", "5 из 5"]
    opinions = load_accurate_model().predict([ReviewText(text=text) for text in texts])
    assert [opinion.label for opinion in opinions] == ["negative"] * 4 + ["positive"]
    assert [opinion.expected_star < 3 for opinion in opinions] == [True] * 4 + [False]
