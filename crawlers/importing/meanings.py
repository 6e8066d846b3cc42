"""Words of a cell that stand for something else: for yes or no, for a language."""

from __future__ import annotations

from functools import lru_cache

from crawlers.importing.cells import short_text

YES = frozenset((
    "yes", "true", "1", "y", "да", "positive", "pos", "recommended", "recommend", "рекомендую",
    "рекомендует", "положительный", "положительная", "позитивный", "хорошо",
))  # fmt: skip
NO = frozenset((
    "no", "false", "0", "n", "нет", "negative", "neg", "not recommended", "not_recommended",
    "не рекомендую", "не рекомендует", "отрицательный", "отрицательная", "негативный", "плохо",
))  # fmt: skip
NEITHER = frozenset((
    "neutral", "нейтральный", "нейтральная", "нейтрально", "mixed", "junk", "none", "null", "-",
    "–", "—",
))  # fmt: skip
UNKNOWN_LANGUAGES = frozenset({"xx", "und", "zxx"})


def yes_or_no(value: object) -> bool | None:
    """What a cell answers; None for a word between the two, and for nothing.

    Raises ValueError for any other word.
    """
    if value is None or isinstance(value, bool):
        return value
    word = short_text(value) or ""
    folded = word.casefold()
    if folded in YES:
        return True
    if folded in NO:
        return False
    if folded in NEITHER:
        return None
    raise ValueError(f"{word[:60]!r} is neither yes nor no: write yes, no or nothing")


@lru_cache(maxsize=1_000)
def language_code(written: str) -> str | None:
    """`ru` of "RU", "ru-RU" or "ru_RU"; None for an unknown language and for what is no code."""
    code = written.strip().casefold().replace("_", "-").partition("-")[0]
    is_code = code.isascii() and code.isalpha() and len(code) in (2, 3)
    return code if is_code and code not in UNKNOWN_LANGUAGES else None
