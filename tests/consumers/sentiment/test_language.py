"""The language is right where the text tells, and sensible where it cannot."""

from __future__ import annotations

import pytest

from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.model import ReviewText


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    """One loaded model."""
    return LanguageIdentifier()


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Очень быстрая доставка, спасибо продавцу", None, "ru"),
        ("The delivery was quick and the staff were friendly", None, "en"),
        ("Өте жақсы қосымша, маған ұнайды", None, "kk"),
        ("Дуже гарний магазин, швидка доставка, дякую", None, "uk"),
        ("Sehr gute Qualität und schnelle Lieferung", None, "de"),
        ("Супер", None, "ru"),
        ("Керемет", "kk", "kk"),
        ("Nice", None, "en"),
        ("OK", "de", "de"),
        ("ok", "ru", "en"),
        ("ОТЛИЧНЫЙ МАГАЗИН", None, "ru"),
        ("Ок https://example.com/very/long/english/path", None, "ru"),
        ("👍 10/10 !!!", "ru", None),
        ("", "ru", None),
    ],
)
def test_language(
    identifier: LanguageIdentifier, text: str, hint: str | None, language: str | None
) -> None:
    assert identifier.identify([ReviewText(text=text, language_hint=hint)]) == [language]


def test_title_counts_where_the_text_is_empty(identifier: LanguageIdentifier) -> None:
    assert identifier.identify([ReviewText(title="Прекрасный отель у моря")]) == ["ru"]
