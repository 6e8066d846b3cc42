"""A complaint is as good as its problem, its specifics, and its wish; each part shows its words."""

from __future__ import annotations

import time

import pytest

from consumers.sentiment.complaints import (
    CONSTRUCTIVE_FROM,
    MOST_CHARACTERS,
    MOST_QUOTES,
    READ_CHARACTERS,
    complaint_of,
    states_fault,
)
from consumers.sentiment.model import ReviewText
from pipeline.records import AspectOpinion, Complaint, SentimentLabel


def _of(words: str, language: str = "ru", *, blamed: bool = False) -> tuple[float, Complaint]:
    found = complaint_of(ReviewText(text=words), language, blamed)
    assert found is not None
    return found


def test_problem_specifics_and_wish_make_a_full_complaint() -> None:
    score, parts = _of("Заказ не привезли 12 мая. Прошу вернуть 1500 рублей.")
    assert score == pytest.approx(1.0)
    assert "не привезли" in parts.problem[0]
    assert any("12 мая" in words for words in parts.specifics)
    assert "Прошу вернуть" in parts.request[0]


def test_a_problem_with_specifics_is_constructive_and_a_bare_one_is_not() -> None:
    assert _of("Экран не работает уже 3 недели")[0] > CONSTRUCTIVE_FROM
    assert _of("Экран не работает")[0] == pytest.approx(1 / 3)


def test_mere_anger_is_no_complaint_that_can_be_acted_on() -> None:
    assert _of("Ужас! Позор!!!") == (0.0, Complaint())


def test_a_date_in_praise_is_no_part_of_a_complaint() -> None:
    assert _of("Отдыхали 12.05.2024, всё понравилось") == (0.0, Complaint())


def test_a_negative_aspect_stands_for_a_problem_without_words() -> None:
    score, parts = _of("Суп был так себе, 12 мая", blamed=True)
    assert score == pytest.approx(2 / 3)
    assert parts.problem == ()


def test_english_is_read_too() -> None:
    score, parts = _of("It broke after two weeks. Please refund me.", "en")
    assert score == pytest.approx(1.0)
    assert "broke" in parts.problem[0]


@pytest.mark.parametrize("language", ["kk", "de", None])
def test_other_languages_have_no_answer(language: str | None) -> None:
    assert complaint_of(ReviewText(text="Не работает"), language, True) is None


def test_what_the_author_liked_is_not_searched() -> None:
    liked = ReviewText(pros="ничего не сломалось за 3 недели")
    assert complaint_of(liked, "ru", False) == (0.0, Complaint())


def test_words_are_whole_few_and_of_one_sentence() -> None:
    text = "Первое предложение. " + "слово " * 30 + "не открывается " + "хвост " * 30 + ". Второе."
    (quote,) = _of(text)[1].problem
    assert "не открывается" in quote
    assert set(quote.split()) <= set(text.split())
    assert len(quote.split()) <= 8


def test_quotes_are_bounded_in_number_and_length() -> None:
    _, parts = _of("Не работает. " * 50 + "не работает" + "ё" * 5_000)
    assert len(parts.problem) <= MOST_QUOTES
    assert all(len(quote) <= MOST_CHARACTERS for quote in parts.problem)


def test_long_numbers_are_masked_and_sums_are_not() -> None:
    _, parts = _of("Не привезли заказ 4815162342. Сняли 67500 руб.")
    everything = " ".join((*parts.problem, *parts.specifics))
    assert "4815162342" not in everything
    assert "42" in everything
    assert "67500 руб" in everything


@pytest.mark.parametrize(
    "unit", ["не ", "не aaaaaaaaaaaa ", "1 ", "12.", "пол ", "бы бы ", "а" * 9]
)
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    text = (unit * READ_CHARACTERS)[: READ_CHARACTERS * 5]
    begin = time.process_time()
    _of(text)
    assert time.process_time() - begin < 2.0


def test_nothing_is_read_past_the_bound() -> None:
    assert _of("а " * READ_CHARACTERS + "Не работает 3 недели")[0] == 0.0


def test_that_no_fault_was_found_is_no_problem() -> None:
    assert complaint_of(ReviewText(cons="Пока не нашла"), "ru", False) == (0.0, Complaint())
    found = complaint_of(ReviewText(cons="Не открывается"), "ru", False)
    assert found is not None
    assert found[1].problem == ("Не открывается",)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Подскажите, пожалуйста, есть ли доставка в Казань и сколько стоит?", "ru"),
        ("Хотелось бы сказать спасибо мастеру Олегу за работу 12 марта.", "ru"),
        ("Пожалуйста, продолжайте в том же духе!", "ru"),
        ("Ничего плохого сказать не могу", "ru"),
        ("Не могу пожаловаться", "ru"),
        ("Без очередей, быстро, без хамства", "ru"),
        ("Обмана нет, не тормозит, никаких задержек", "ru"),
        ("No bugs, no ads, no crashes", "en"),
        ("Please keep up the good work", "en"),
        ("I would like to thank Anna", "en"),
        ("Can you recommend it?", "en"),
    ],
)
def test_questions_thanks_and_denied_faults_are_no_complaint(words: str, language: str) -> None:
    assert _of(words, language) == (0.0, Complaint())


def test_what_stays_a_complaint_beside_them() -> None:
    assert _of("Спасибо. Но приложение тормозит, без остановки вылетает")[1].problem
    assert _of("Хотелось бы побольше размеров")[1].request
    assert _of("Почему не работает приложение?")[1].problem
    assert _of("It crashed twice. Could you fix it?", "en")[1].request
    assert _of("Nobody came to fix it", "en")[1].request == ()
    assert _of("Fix it please", "en")[1].request


def _judged(
    confidence: float | None, *words: str, polarity: SentimentLabel = "negative"
) -> AspectOpinion:
    return AspectOpinion(aspect="price", polarity=polarity, words=words, confidence=confidence)


def test_only_a_sure_fault_that_is_stated_stands_for_a_problem() -> None:
    text = "Сколько стоит доставка? Курьер хамил. Цены!"
    assert states_fault(text, [_judged(0.8, "Курьер хамил")])
    assert not states_fault(text, [_judged(0.23, "Курьер хамил")])
    assert not states_fault(text, [_judged(0.8, "Сколько стоит доставка")])
    assert states_fault(text, [_judged(0.8, "Сколько стоит доставка", "Цены")])
    assert states_fault(text, [_judged(0.8)])
    assert not states_fault(text, [_judged(0.9, "Цены", polarity="positive")])
