"""A line's fields are read as an import reads them; what cannot be read costs a note."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crawlers.parsing.text import LONG_LIMIT
from otzvuk.review_fields import UnreadableWords, review_fields


def read(**row: Any) -> tuple[dict[str, Any], list[str]]:
    notes: list[str] = []
    return review_fields(row, notes), notes


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"rating": "5"}, {"rating": 5.0}),
        ({"rating": "4,5"}, {"rating": 4.5}),
        ({"stars": "8/10"}, {"rating": pytest.approx(4.1111)}),
        ({"rating": 2, "stars": 5}, {"rating": 2.0}),
        ({"rating": None, "stars": 5}, {"rating": 5.0}),
        ({"rating": 0}, {}),
        ({"rating": "", "language": "", "recommends": "", "text": ""}, {}),
        ({"language": "RU"}, {"language": "ru"}),
        ({"language": "en-US"}, {"language": "en"}),
        ({"language": "pt_BR"}, {"language": "pt"}),
        ({"language": "und"}, {}),
        ({"recommends": "no"}, {"recommends": False}),
        ({"recommends": "Рекомендую"}, {"recommends": True}),
        ({"recommends": True}, {"recommends": True}),
        ({"recommends": "neutral"}, {}),
        ({"text": 5}, {"text": "5"}),
        ({"text": " два  пробела\u200b ", "title": "в две\nстроки"},
         {"text": "два пробела", "title": "в две строки"}),
        ({"shop": {"id": 7}}, {}),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(**row) == (expected, [])


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ({"rating": 9}, "rating: rating 9 is outside of 1…5: left out; give 1 to 5, or its scale"),
        ({"stars": "отлично"}, "stars: rating 'отлично' is no number: left out"),
        ({"rating": {"value": 5}}, "rating: rating {'value': 5} is no number: left out"),
        ({"rating": True}, "rating: rating True is no number: left out"),
        ({"language": "Russian"}, "language: 'Russian' is no code .*: left out; write ru, en"),
        ({"language": 7}, "language: 7 is no code"),
        ({"recommends": "maybe"}, "recommends: 'maybe' is neither yes nor no: write yes, no"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_note(row: dict[str, Any], remedy: str) -> None:
    fields, notes = read(text="Хорошо", **row)
    assert fields == {"text": "Хорошо"}
    (note,) = notes
    assert re.search(remedy.replace("{", r"\{"), note)


@pytest.mark.parametrize("name", ["text", "pros", "cons"])
def test_a_long_text_is_cut_and_that_is_said(name: str) -> None:
    fields, notes = read(**{name: "слово " * 20_000})
    assert len(fields[name]) <= LONG_LIMIT
    assert notes == [f"{name}: 119999 characters, cut to 100000"]


@pytest.mark.parametrize("value", [["a"], {"ru": "a"}, True])
def test_words_that_are_no_text_are_refused(value: object) -> None:
    with pytest.raises(UnreadableWords, match=r"^text is .*: write it in quotation marks"):
        read(text=value)
