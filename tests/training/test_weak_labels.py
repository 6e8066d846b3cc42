"""Lexicons say what a review judges where words tell, and keep silent where they do not."""

from __future__ import annotations

import pytest

from training.weak_labels import weak_aspects, weak_mixed, weak_polarity


@pytest.mark.parametrize(
    ("text", "language", "aspect"),
    [
        ("Курьер приехал пьяный", "ru", "delivery"),
        ("Пришло быстро, спасибо", "ru", "delivery"),
        ("Отказали в возврате, деньги так и не вернули", "ru", "refund"),
        ("После обновления всё время вылетает", "ru", "app"),
        ("Стояли в очереди полтора часа", "ru", "waiting"),
        ("Ждали час, никто не подошёл", "ru", "waiting"),
        ("Чистый развод, не ведитесь", "ru", "safety"),
        ("Маленький выбор", "ru", "assortment"),
        ("Цены завышены", "ru", "price"),
        ("Хамят прямо с порога", "ru", "staff"),
        ("В номере было очень грязно, тараканы", "ru", "premises"),
        ("Порвались на второй день", "ru", "quality"),
        ("We waited almost an hour", "en", "waiting"),
        ("They refused to refund me", "en", "refund"),
        ("App keeps crashing", "en", "app"),
        ("Total scam", "en", "safety"),
        ("Poor selection", "en", "assortment"),
    ],
)
def test_what_is_said_plainly_is_heard(text: str, language: str, aspect: str) -> None:
    assert weak_aspects(text, language)[aspect] is True


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("В первую очередь спасибо автору", "waiting"),
        ("Доставляет массу удовольствия", "delivery"),
        ("Будем возвращаться обратно сюда каждый год", "refund"),
        ("Брала в качестве подарка", "quality"),
        ("Чисто случайно увидела", "premises"),
    ],
)
def test_the_same_stem_in_another_sense_is_not_taken_for_it(text: str, aspect: str) -> None:
    assert weak_aspects(text, "ru")[aspect] is not True


def test_silence_is_absence_only_where_a_wide_lexicon_is_silent_too() -> None:
    said = weak_aspects("Заказала вчера", "ru")
    assert said["delivery"] is None
    assert said["refund"] is False
    assert said["quality"] is None


def test_other_languages_are_left_alone() -> None:
    assert weak_aspects("Жақсы", "kk") == {}
    assert weak_polarity("Жақсы", "kk", 5.0) == {}


def test_a_short_review_judges_what_it_names_as_its_star_says() -> None:
    assert weak_polarity("Доставка!", "ru", 5.0) == {"delivery": "positive"}
    assert weak_polarity("Доставка!", "ru", 1.0) == {"delivery": "negative"}
    assert weak_polarity("Доставка!", "ru", None) == {}


def test_clauses_judge_apart() -> None:
    said = weak_polarity("Вежливый персонал, но ужасная доставка.", "ru", 3.0)
    assert said == {"staff": "positive", "delivery": "negative"}


def test_an_aspect_praised_and_blamed_has_no_one_polarity() -> None:
    text = "Персонал отличный. " + "Очень милое место у моря. " * 5 + "Но персонал хамит."
    assert "staff" not in weak_polarity(text, "ru", 3.0)


def test_the_fields_of_a_review_say_which_way() -> None:
    text = "Недостатки: доставка\n" + "Достоинства: персонал, ассортимент и расположение у метро"
    said = weak_polarity(text.ljust(200, "."), "ru", 3.0)
    assert (said["delivery"], said["staff"]) == ("negative", "positive")


def test_both_fields_filled_in_are_both_at_once() -> None:
    assert weak_mixed("", 4.0, "быстро работает", "плохо моет полы") is True
    assert weak_mixed("Супер", 5.0, "всё отлично", "нет, всё хорошо") is not True


def test_praise_and_blame_in_different_clauses_are_mixed() -> None:
    assert weak_mixed("Красивый номер. Но грязно в туалете.", 3.0, "", "") is True


def test_a_short_extreme_review_is_not_mixed() -> None:
    assert weak_mixed("Отлично", 5.0, "", "") is False


def test_mixed_is_unknown_where_words_do_not_tell() -> None:
    assert weak_mixed("Взяла на пробу.", 3.0, "", "") is None
