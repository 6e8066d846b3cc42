"""Words that stand for yes, no, or a language."""

from __future__ import annotations

import pytest

from crawlers.importing.meanings import language_code, yes_or_no


@pytest.mark.parametrize(
    ("word", "meaning"),
    [(True, True), ("ДА", True), (1.0, True), (" no ", False), (0, False), ("-", None),
     (None, None)],
)  # fmt: skip
def test_yes_no_and_neither(word: object, meaning: bool | None) -> None:
    assert yes_or_no(word) is meaning


def test_another_word_is_no_answer() -> None:
    with pytest.raises(ValueError, match=r"'perhaps' is neither yes nor no: write yes, no"):
        yes_or_no("perhaps")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("RU", "ru"),
        ("en-US", "en"),
        (" pt_BR ", "pt"),
        ("und", None),
        ("Russian", None),
        ("", None),
    ],
)
def test_codes_of_languages(written: str, code: str | None) -> None:
    assert language_code(written) == code
