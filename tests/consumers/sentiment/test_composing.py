"""The fields of a review become one text."""

from __future__ import annotations

from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText


def test_fields_stand_behind_marks_in_the_language_of_the_review() -> None:
    text = ReviewText(title="Пылесос", text="Купил в мае.", pros="тихий", cons="дорогой")
    assert compose(text) == "Пылесос. Купил в мае.\nДостоинства: тихий\nНедостатки: дорогой"
    assert compose(ReviewText(pros="quiet", cons="heavy")) == "Pros: quiet\nCons: heavy"


def test_answers_that_name_nothing_are_left_out() -> None:
    assert compose(ReviewText(pros="тихий", cons="Не обнаружила")) == "Достоинства: тихий"
    assert compose(ReviewText(pros="quiet", cons="None so far")) == "Pros: quiet"
    assert compose(ReviewText(pros="Достоинств нет", cons="шумит")) == "Недостатки: шумит"
    assert compose(ReviewText(pros="-", cons="Всё отлично")) == ""
