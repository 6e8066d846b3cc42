"""Answers with one value a line."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.parsing.json_lines import answer_of
from tests.crawlers.pages import page


@pytest.mark.parametrize(
    ("body", "found", "problems"),
    [
        ('{"a": 1}', {"a": 1}, 0),
        ('{"a": 1}\n{"a": 2}\r\n\n', [{"a": 1}, {"a": 2}], 0),
        ('{"a": 1}\n{"a": 2}\n{"a": ', [{"a": 1}, {"a": 2}], 0),
        ('{"a": 1}\nwords\n{"a": 2}', None, 1),
        ('{"a": 1', None, 1),
        ("<html>", None, 0),
    ],
)
def test_lines_are_read_where_each_is_an_object(body: str, found: Any, problems: int) -> None:
    said: list[str] = []
    assert answer_of(page(body, ""), said) == found
    assert len(said) == problems
