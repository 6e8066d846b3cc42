"""Values out of JSON whose shape nobody guarantees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from tests.crawlers.pages import NOW

VALUE = {"a": [{"b": "x"}, 5, {"b": 7}], "yes": True, "one": 1, "stamp": "2024-03-05T09:00:00Z"}


@pytest.mark.parametrize(
    ("path", "found"),
    [(("a", 0, "b"), "x"), (("a", -1, "b"), 7), (("a", 9), None), (("a", -9), None),
     (("a", "b"), None), (("b",), None), ((0,), None), ((), VALUE)],
)  # fmt: skip
def test_what_is_not_there_is_nothing(path: tuple[str | int, ...], found: object) -> None:
    assert at(VALUE, *path) == found


@pytest.mark.parametrize(
    ("path", "text"), [(("a", 0, "b"), "x"), (("a", 2, "b"), "7"), (("yes",), ""), (("a",), "")]
)
def test_texts_and_numbers_are_text_and_nothing_else_is(
    path: tuple[str | int, ...], text: str
) -> None:
    assert text_at(VALUE, *path) == text


def test_flags_are_booleans_or_zero_and_one() -> None:
    assert (flag_at(VALUE, "yes"), flag_at(VALUE, "one")) == (True, True)
    assert flag_at({"a": 0}, "a") is False
    assert (flag_at(VALUE, "stamp"), flag_at(VALUE, "b"), flag_at({"a": []}, "a")) == (
        None, None, None,
    )  # fmt: skip


def test_lists_give_their_objects() -> None:
    assert dicts_at(VALUE, "a") == [{"b": "x"}, {"b": 7}]
    assert dicts_at(VALUE, "yes") == []


def test_moments_that_are_possible() -> None:
    assert time_at(VALUE, NOW, "stamp") == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert time_at({"stamp": "1812-01-01"}, NOW, "stamp") is None
