"""Dates told from the moment of reading in other languages: "vor 2 Monaten", "il y a un an", "dün".

By dateparser's tables of phrases, and the plurals that they lack.
"""

from __future__ import annotations

import re
from datetime import datetime

from dateparser.data.date_translation_data import ja, ko, vi, zh

from crawlers.parsing.foreign_dates import LANGUAGES
from crawlers.parsing.relative_dates import back
from pipeline.records import DatePrecision

_ALL = (*LANGUAGES, ja, ko, vi, zh)
UNITS = ("minute", "hour", "day", "week", "month", "year")
_ONE = frozenset(
    ("ein", "eine", "einem", "einer", "en", "ett", "et", "een", "één", "egy", "un", "una", "une",
     "uno", "um", "uma", "bir", "yksi", "jeden", "jedną", "jedna", "один", "одну", "един", "една",
     "бір", "ένα", "έναν", "μία", "μια", "một")
)  # fmt: skip
_MORE = {
    "minute": "# minut temu;# хвилини тому;# хвилин тому;# menit yang lalu;# minutter siden"
    ";# minute her;# minuten her",
    "hour": "# godzin temu;# години тому;# годин тому;# jam lalu;# jam yang lalu;# timer siden"
    ";# 小時前;#小時前;לפני שעה;před hodinou;před # hodinami;# stunde her;# stunden her",
    "day": "# dni temu;# дні тому;# днів тому;# hari lalu;# hari yang lalu;# dias atrás"
    ";# dia atrás;# dager siden;לפני יום;# 天前;#天前;# tag her;# tage her",
    "week": "# tygodnie temu;# tygodni temu;# тиждень тому;# тижні тому;# тижнів тому"
    ";před # týdny;před # týdnem;# minggu lalu;# minggu yang lalu;seminggu lalu"
    ";seminggu yang lalu;# semanas atrás;# semana atrás;#주 전;# uker siden;לפני שבוע;# 週前;#週前"
    ";# woche her;# wochen her",
    "month": "# miesiące temu;# miesięcy temu;# місяці тому;# місяців тому;# bulan lalu"
    ";# bulan yang lalu;sebulan lalu;sebulan yang lalu;# meses atrás;# mês atrás"
    ";# måneder siden;לפני חודש;# 個月前;#個月前;# monat her;# monate her",
    "year": "# 年前;#年前;# lata temu;# lat temu;# роки тому;# років тому;před # roky;# tahun lalu"
    ";# tahun yang lalu;setahun lalu;setahun yang lalu;# anos atrás;# ano atrás;לפני שנה"
    ";# jahr her;# jahre her",
}
"""Plurals and turns of phrase; `#` stands for the number."""
_NUMBER = re.compile(r"\d{1,4}(?![\d.,:])")
_GROUP = re.compile(r"\(\\d[^)]*\)")
_WORD = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?!\d)")


def parse_foreign_relative(text: str, now: datetime) -> tuple[datetime, DatePrecision] | None:
    """The moment meant, or None where no language of the tables says so."""
    phrase = " ".join(text.casefold().replace("\u200f", "").split()).strip(" .,·")
    for word, days in _DAYS.items():
        if phrase == word or phrase.startswith(f"{word} ") or phrase.startswith(f"{word},"):
            return _named_day(phrase, days, now)
    amount = 1
    if number := _NUMBER.search(phrase):
        amount, phrase = int(number.group()), _NUMBER.sub("#", phrase, count=1)
    else:
        phrase = _WORD.sub(lambda word: "#" if word.group() in _ONE else word.group(), phrase, 20)
    found = _SPANS.search(phrase)
    if found is None:
        return None
    fixed, unit = _PHRASES[found.group()]
    return back(now, fixed or amount, unit), "relative"


def _named_day(phrase: str, days: int, now: datetime) -> tuple[datetime, DatePrecision]:
    day = back(now, days, "day")
    clock = _CLOCK.search(phrase)
    if clock is None:
        return day, "day"
    return day.replace(hour=int(clock.group(1)), minute=int(clock.group(2))), "minute"


def _phrases() -> dict[str, tuple[int, str]]:
    """Phrase with `#` for the number → the number, 0 where the text has it, and the unit."""
    counted: dict[str, str] = {}
    phrases: dict[str, tuple[int, str]] = {}
    for language in _ALL:
        patterns = language.info.get("relative-type-regex") or {}
        told = language.info.get("relative-type") or {}
        for unit in UNITS:
            for pattern in patterns.get(f"\\1 {unit} ago", ()):
                phrase = re.sub(r"\\s\*", "", _GROUP.sub("#", pattern)).casefold()
                counted.setdefault(phrase, unit)
            for number in (1, 2):
                for phrase in told.get(f"{number} {unit} ago", ()):
                    phrases.setdefault(phrase.casefold(), (number, unit))
    for unit, written in _MORE.items():
        counted |= dict.fromkeys(written.split(";"), unit)
    for phrase, unit in counted.items():
        phrases[phrase] = (0, unit)
        alone = phrase.replace(" # ", " ").removeprefix("# ")
        if " " in alone and min(map(len, alone.split())) > 2:  # "rok temu", "před rokem"
            phrases.setdefault(alone, (1, unit))
    return {phrase: meant for phrase, meant in phrases.items() if _is_clear(phrase)}


def _is_clear(phrase: str) -> bool:
    """Plain words, no pattern, none that could stand in any text."""
    is_plain = not set(phrase) & set("()[]+*?\\−–")
    return (
        is_plain and ("#" in phrase or " " in phrase) and (len(phrase) > 6 or not phrase.isascii())
    )


def _days() -> dict[str, int]:
    days: dict[str, int] = {}
    for language in _ALL:
        for ago in (0, 1, 2):
            for word in (language.info.get("relative-type") or {}).get(f"{ago} day ago", ()):
                days.setdefault(word.casefold(), ago)
    return days


_PHRASES = _phrases()
_DAYS = _days()
_SPANS = re.compile(
    r"(?<![^\W\d_])(?:"
    + "|".join(re.escape(phrase) for phrase in sorted(_PHRASES, key=len, reverse=True))
    + r")(?![^\W\d_])"
)
