"""Absolute dates in other languages, by dateparser's tables of month names.

Its parser itself tries every language on every text, some milliseconds each: a page with
thousands of strange dates would stop a worker.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import ModuleType

from dateparser.data.date_translation_data import (
    ar,
    az,
    be,
    bg,
    bn,
    ca,
    cs,
    da,
    de,
    el,
    es,
    et,
    fi,
    fr,
    he,
    hi,
    hr,
    hu,
    hy,
    it,
    ka,
    kk,
    lt,
    lv,
    ms,
    nb,
    nl,
    pl,
    pt,
    ro,
    sk,
    sl,
    sr,
    sv,
    th,
    tr,
    uk,
    uz,
)  # fmt: skip
from dateparser.data.date_translation_data import id as indonesian

LANGUAGES: tuple[ModuleType, ...] = (
    de, fr, es, it, pt, nl, pl, uk, be, tr, cs, sv, da, fi, ro, hu, bg, kk, indonesian, el, nb, sk,
    sl, hr, sr, lt, lv, et, ca, ms, az, uz, hy, ka, ar, he, hi, bn, th,
)  # fmt: skip
"""In order of precedence, where two languages use one name for different months."""
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_EASTERN = re.compile(r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]")
_NAME = r"(?P<name>[^\W\d_][^\s\d.,:;/()]{1,13})"
"""A word; those of India and Thailand have marks inside that are no letters."""
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:\.|º|er|e)?\s+(?:de\s+|di\s+)?{_NAME}\.?,?"
    r"\s+(?:de[l]?\s+)?(?P<y>20\d{2})(?!\d)",
    re.I,
)
_YEAR_FIRST = re.compile(
    rf"(?P<y>20\d{{2}})(?:\.| m\.)?\s+{_NAME}\.?\s+(?P<d>\d{{1,2}})(?!\d)", re.I
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_NAME}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?,?\s+(?P<y>20\d{{2}})(?!\d)", re.I
)
"""As WordPress writes it where nobody has set another form: "Juli 9, 2016"."""
_YEAR_DAY = re.compile(rf"(?P<y>20\d{{2}})(?: ж\.|\. gada)\s+(?P<d>\d{{1,2}})\.?\s+{_NAME}", re.I)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}),?(?: năm)? (?P<y>20\d{2})(?!\d)", re.I
)


def parse_foreign(text: str) -> datetime | None:
    """The day named in `text`; None when there is none in these languages.

    Raises ValueError for a day that no month has.
    """
    if eastern := _EASTERN.search(text) or _VIETNAMESE.search(text):
        year, month, day = (int(eastern[name]) for name in "ymd")
        return datetime(year, month, day, tzinfo=UTC)
    for pattern in (_DAY_FIRST, _YEAR_FIRST, _YEAR_DAY, _MONTH_FIRST):
        for found in pattern.finditer(text):
            named = _MONTHS.get(found["name"].casefold())
            if named is not None:
                return datetime(int(found["y"]), named, int(found["d"]), tzinfo=UTC)
    return None


def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for number, english in enumerate(_ENGLISH, start=1):
            for name in language.info[english]:
                names.setdefault(name.casefold().rstrip("."), number)
    return names


_MONTHS = _month_names()
