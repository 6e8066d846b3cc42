"""What words say of aspects, and where they keep silent."""

from __future__ import annotations

import pytest

from consumers.sentiment.aspect_lexicon import NARROW, NO_EVIDENCE, WIDE, evidence_of


@pytest.mark.parametrize(
    ("text", "language", "aspect"),
    [
        ("Курьер опоздал на два часа", "ru", "delivery"),
        ("ОЧЕРЕДЬ на весь зал", "ru", "waiting"),
        ("they refused a refund", "en", "refund"),
        ("Приложение вылетает", "ru", "app"),
        ("Таракан в номере", "ru", "premises"),
    ],
)
def test_an_aspect_is_named_by_its_words(text: str, language: str, aspect: str) -> None:
    evidence = evidence_of(text, language)
    assert aspect in evidence.named
    assert aspect not in evidence.excluded


def test_the_place_of_the_words_is_given() -> None:
    text = "Всё хорошо, но доставка подвела"
    start, end = evidence_of(text, "ru").named["delivery"]
    assert text[start:end] == "доставк"


def test_a_letter_that_grows_when_small_moves_nothing() -> None:
    text = "İİİ доставка"
    start, end = evidence_of(text, "ru").named["delivery"]
    assert text[start:end] == "доставк"


def test_silence_excludes_all_but_quality() -> None:
    evidence = evidence_of("ну да", "ru")
    assert evidence.excluded == set(WIDE["ru"]) - {"quality"}
    assert not evidence.named


@pytest.mark.parametrize("language", [None, "de", "kk"])
def test_a_language_without_patterns_has_no_evidence(language: str | None) -> None:
    assert evidence_of("доставка", language) == NO_EVIDENCE


def test_both_patterns_know_the_same_aspects() -> None:
    assert {tuple(sorted(of[language])) for of in (NARROW, WIDE) for language in ("ru", "en")} == {
        tuple(sorted(NARROW["ru"]))
    }


def test_long_nonsense_is_searched_quickly() -> None:
    """Patterns repeat nothing without bounds: 100,000 characters take no second."""
    assert evidence_of("не " * 25_000 + "много " * 5_000, "ru").named == {}


@pytest.mark.parametrize(
    ("text", "language", "aspect"),
    [
        ("Не пришёл заказ", "ru", "delivery"),
        ("не получил товар", "ru", "delivery"),
        ("Товар так и не приехал", "ru", "delivery"),
        ("The item never came", "en", "delivery"),
        ("my order has not arrived", "en", "delivery"),
        ("never received my package", "en", "delivery"),
        ("дорогой, тяжёлый", "ru", "price"),
    ],
)
def test_what_did_not_come_is_delivery_and_a_dear_thing_is_price(
    text: str, language: str, aspect: str
) -> None:
    assert aspect in evidence_of(text, language).named


def test_a_dear_person_is_no_price() -> None:
    assert "price" not in evidence_of("это дорогой мне человек", "ru").named
