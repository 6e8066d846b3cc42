"""Texts of Google's reviews that bring their translation, before the original or after it."""

from __future__ import annotations

import re

from crawlers.parsing.text import clean

_TRANSLATED = re.compile(
    r"\((?:Translated by Google|Перев(?:од|едено) Google|Traduit par Google|Traducido por Google"
    r"|Tradu[zç]ido (?:por|pelo) Google|Übersetzt von Google|Tradotto da Google"
    r"|Vertaald door Google|Przetłumaczone przez Google|Перекладено Google"
    r"|Google tarafından çevrildi)\)\s*"
)
_ORIGINAL = re.compile(
    r"\((?:Original|Исходный текст|Оригинал|Оригінал|Avis d[’']origine|Texto original|Originale"
    r"|Origineel|Oryginał|Orijinal)\)\s*"
)


def original_and_translation(text: str) -> tuple[str, str]:
    """The text as written and its translation; the latter is empty where there is none."""
    parts = _TRANSLATED.split(text, maxsplit=1)
    if len(parts) < 2:
        return clean(text), ""
    before, after = parts
    if before.strip():
        return clean(before), clean(after)
    translated, *original = _ORIGINAL.split(after, maxsplit=1)
    return (clean(original[0]), clean(translated)) if original else (clean(after), "")
