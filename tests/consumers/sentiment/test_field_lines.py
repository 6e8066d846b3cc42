"""Answers of the fields are known by their marks."""

from __future__ import annotations

import time

from consumers.sentiment.composing import compose
from consumers.sentiment.field_lines import field_lines, side_at
from consumers.sentiment.model import ReviewText


def test_a_place_has_the_side_of_the_field_it_stands_in() -> None:
    text = compose(ReviewText(text="Обычный", pros="тихий", cons="дорогой\nтяжёлый"))
    assert side_at(text, text.index("Обычный")) is None
    assert side_at(text, text.index("тихий")) == "positive"
    assert side_at(text, text.index("дорогой")) == "negative"
    assert side_at(text, text.index("тяжёлый")) == "negative"


def test_a_heading_of_the_authors_own_ends_a_field() -> None:
    text = "cons: heavy\nnoisy\nverdict: buy it"
    assert side_at(text, text.index("noisy")) == "negative"
    assert side_at(text, text.index("buy")) is None


def test_an_answer_that_names_nothing_has_no_side() -> None:
    lines = list(field_lines("недостатки: не обнаружил\nдостоинства: всё отлично"))
    assert [(line.is_field, line.side) for line in lines] == [(True, None), (True, "positive")]
    assert [line.start for line in lines] == [0, 25]


def test_many_questions_about_a_long_text_split_it_once() -> None:
    text = "слово\n" * 20_000 + "Недостатки: шумит"
    begin = time.process_time()
    assert [side_at(text, place) for place in range(0, len(text) - 20, 100)].count("negative") == 0
    assert side_at(text, len(text) - 1) == "negative"
    assert time.process_time() - begin < 1.0
