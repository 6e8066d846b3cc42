"""Words that dates are written with in Russian and English, all declensions."""

from __future__ import annotations

import re

_MONTH_STEMS = (
    ("jan", "янв"), ("feb", "фев"), ("mar", "мар"), ("apr", "апр"), ("may", "ма[йя]"),
    ("jun", "июн"), ("jul", "июл"), ("aug", "авг"), ("sep", "сен"), ("oct", "окт"),
    ("nov", "ноя"), ("dec", "дек"),
)  # fmt: skip
_ENDINGS = (
    "uary", "ruary", "ch", "il", "", "e", "y", "ust", "t(?:ember)?", "ober", "ember", "ember",
)  # fmt: skip
MONTH = (
    "(?:"
    + "|".join(
        rf"(?P<m{number}>{english}(?:{ending})?|{russian}[а-яё]{{0,6}})"
        for number, ((english, russian), ending) in enumerate(
            zip(_MONTH_STEMS, _ENDINGS, strict=True), start=1
        )
    )
    + r")(?![a-zа-яё])\.?"
)
"""Regular expression with one named group `m1`…`m12` per month."""


def month_of(match: re.Match[str]) -> int:
    """Number of the month that MONTH matched."""
    return next(number for number in range(1, 13) if match.group(f"m{number}"))


UNITS: tuple[tuple[str, str], ...] = (
    ("second", r"секунд[а-я]*|сек|seconds?|secs?"),
    ("minute", r"минут[а-я]*|мин|minutes?|mins?"),
    ("hour", r"час(?:а|ов|ик)?|ч|hours?|hrs?|h"),
    ("day", r"день|дня|дней|дн|сут(?:ки|ок)|days?|d"),
    ("week", r"недел[а-я]*|нед|weeks?|wks?|w"),
    ("month", r"месяц[а-я]*|мес|months?|mos?"),
    ("year", r"год(?:а|ик)?|лет|г|years?|yrs?|y"),
)
UNIT = "(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in UNITS) + r")(?![a-zа-яё])\.?"
"""Regular expression with one named group per unit of time."""

AMOUNTS = {
    "пару": 2, "пара": 2, "couple": 2, "полтора": 1.5, "полторы": 1.5, "два": 2, "две": 2,
    "three": 3, "three-": 3, "два-три": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
    "семь": 7, "восемь": 8, "девять": 9, "десять": 10, "несколько": 3, "few": 3, "several": 3,
    "a": 1, "an": 1, "one": 1, "один": 1, "одну": 1, "two": 2, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
"""Numbers in words; "a few" counts as three."""

DAYS_BACK = {
    "позавчера": 2, "вчера": 1, "сегодня": 0, "today": 0, "yesterday": 1,
}  # fmt: skip
NOW_WORDS = ("только что", "сейчас", "just now", "right now", "moments ago")
