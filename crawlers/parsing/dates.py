"""Dates as sites write them — stamps, ISO, words, "3 дня назад" — to UTC with their precision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from crawlers.parsing.date_words import MONTH, month_of
from crawlers.parsing.foreign_dates import parse_foreign
from crawlers.parsing.foreign_relative import parse_foreign_relative
from crawlers.parsing.relative_dates import parse_relative
from pipeline.records import DatePrecision

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Older reviews are taken for misread dates."""
FUTURE_ALLOWED = timedelta(hours=24)
"""Clocks and zones differ by less than a day."""
MAX_LENGTH = 200
"""No date is longer; a page may give a megabyte."""

Found = tuple[datetime, DatePrecision]

_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?:(?P=s)(?P<d>\d{1,2}))?(?!\d)")
_BASIC = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<clock>\d{6}))?(?P<z>Z?)")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?!\d)"
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|-?го)?\.?(?:\s+of)?[\s\-/]*{MONTH}"
    r"(?:[\s,\-/.]*(?P<y>\d{4})(?![\d:]))?",
    re.I,
)
_SHORT_YEAR = re.compile(r"[-/](?P<y>\d{2})(?![\d:])")
"""Of 12-Jun-18, where the month ends."""
_MONTH_DAY = re.compile(
    rf"(?<![a-zа-яё]){MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:[\s,]+(?P<y>\d{{4}})(?![\d:]))?",
    re.I,
)
_MONTH_YEAR = re.compile(rf"(?<![a-zа-яё]){MONTH}[\s,\-/]*(?P<y>\d{{4}})(?!\d)", re.I)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\b)?",
    re.I,
)
_ZONE = re.compile(
    r"(?:(?P<utc>Z|UTC|GMT)|(?P<msk>MSK|мск))?\s*(?:(?P<sign>[+\-−])(?P<h>\d{2}):?(?P<m>\d{2})?)?",
    re.I,
)
_RFC = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{2,4} \d{1,2}:\d{2}")
_NAMED_ZONE = re.compile(r"\s(?:[A-Z]{3,4}|[+-]\d\d:\d\d)$", re.I)
_ZONES = {"MSK": 3, "MSD": 4, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}
"""Hours of zones that mail does not name, and feeds do (RFC 822 knows those of America alone)."""
_MOSCOW = timezone(timedelta(hours=3))


@dataclass(frozen=True)
class ParsedDate:
    """A moment in UTC, how exact it is, and the text it came from."""

    value: datetime | None = None
    precision: DatePrecision | None = None
    raw: str | None = None
    problem: str | None = None
    """Why there is no value though something was written."""


def parse_date(raw: object, now: datetime, *, language: str = "") -> ParsedDate:
    """Read a date; `now` (aware UTC) anchors relative ones and bounds the rest.

    A time without a zone is taken for UTC. "03/04/2021" is 3 April, save where `language` is
    English without a word that it is British (`en`, `en-us`: 4 March).
    """
    if raw is None or raw == "" or isinstance(raw, bool):
        return ParsedDate()
    text = " ".join(str(raw)[: MAX_LENGTH + 1].split())
    if not text:
        return ParsedDate()
    kept = text[:MAX_LENGTH]
    found = _read(raw, _with_our_digits(kept), now, language)
    if found is None:
        return ParsedDate(raw=kept, problem=f"date {kept[:60]!r} is not understood")
    value, precision = found
    if not EARLIEST <= value <= now + FUTURE_ALLOWED:
        return ParsedDate(raw=kept, problem=f"date {kept[:60]!r} is before 2000 or in the future")
    return ParsedDate(value=value, precision=precision, raw=kept)


def _with_our_digits(text: str) -> str:
    """Arabic, Persian and Indian digits as 0–9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def parse_epoch(value: object) -> datetime | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their magnitude."""
    try:
        number = float(value) if isinstance(value, int | float) else float(str(value))
    except (ValueError, OverflowError):
        return None
    for factor, low, high in (
        (1, 9e8, 1e11),
        (1e3, 9e11, 1e14),
        (1e6, 9e14, 1e17),
        (1e9, 9e17, 1e20),
    ):
        if low <= number < high:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / factor)
    return None


def _read(raw: object, text: str, now: datetime, language: str) -> Found | None:
    is_written_out = re.fullmatch(r"20\d{12}", text)  # 14 digits: not milliseconds
    is_number = isinstance(raw, int | float) or re.fullmatch(r"\d{9,19}(?:\.\d{1,9})?", text)
    if is_number and not is_written_out and (stamp := parse_epoch(text)):
        return stamp, "second"
    return _first_of(text, now, language)


def _first_of(text: str, now: datetime, language: str) -> Found | None:
    readers: tuple[Callable[[], Found | None], ...] = (
        lambda: _iso(text),
        lambda: _rfc(text),
        lambda: parse_relative(text, now),
        lambda: _words(text, now),
        lambda: _numeric(text, language),
        lambda: _bare(text),
        lambda: _foreign(text),
        lambda: parse_foreign_relative(text, now),
    )
    for reader in readers:
        try:
            found = reader()
        except (ValueError, OverflowError):  # 30 February, year 0, hour 25
            continue
        if found is not None:
            return found
    return None


def _iso(text: str) -> Found | None:
    found = _ISO.search(text)
    if found is None:
        return None
    year, month = int(found["y"]), int(found["m"])
    if found["d"] is None:
        return (_utc(year, month, 1), "month") if found["s"] == "-" else None
    return _with_clock(_utc(year, month, int(found["d"])), text[found.end() :])


def _rfc(text: str) -> Found | None:
    if not _RFC.match(text):
        return None
    zone = _NAMED_ZONE.search(text)
    if zone and ":" in zone.group():
        return None
    value = parsedate_to_datetime(text)
    hours = _ZONES.get(zone.group().strip().upper(), 0) if zone else 0
    aware = value if value.tzinfo else value.replace(tzinfo=timezone(timedelta(hours=hours)))
    return aware.astimezone(UTC), "second" if text.count(":") > 1 else "minute"


def _words(text: str, now: datetime) -> Found | None:
    found = _DAY_MONTH.search(text) or _MONTH_DAY.search(text)
    if found is None:
        month_year = _MONTH_YEAR.search(text)
        if month_year is None:
            return None
        return _utc(int(month_year["y"]), month_of(month_year), 1), "month"
    year = int(found["y"]) if found["y"] else _year_later_on(text, found.end())
    month, day = month_of(found), int(found["d"])
    rest = text[: found.start()] + " " + text[found.end() :]
    if year is not None:
        return _with_clock(_utc(year, month, day), rest)
    return _with_clock(_latest_before(now, month, day), rest)


def _year_later_on(text: str, end: int) -> int | None:
    """The year of "12-Jun-18", "Sat Jun 29 23:13:20 2024" and "29 июня в 14:02, 2024 г."."""
    if short := _SHORT_YEAR.match(text, end):
        return 2000 + int(short["y"])
    found = re.search(r"(?<![\d:+\-])(20\d{2})(?![\d:])", text[end:])
    return int(found.group(1)) if found else None


def _latest_before(now: datetime, month: int, day: int) -> datetime:
    """The last such day that is not in the future: reviews without a year are recent."""
    for year in range(now.year, now.year - 5, -1):
        try:
            value = _utc(year, month, day)
        except ValueError:  # 29 February
            continue
        if value <= now + FUTURE_ALLOWED:
            return value
    raise ValueError(f"no day {day}.{month} within five years")


def _foreign(text: str) -> Found | None:
    found = parse_foreign(text)
    return None if found is None else _with_clock(found, text)


def _numeric(text: str, language: str) -> Found | None:
    found = _NUMERIC.search(text)
    if found is None:
        return None
    first, second, year = int(found["a"]), int(found["b"]), int(found["y"])
    year += 2000 if year < 100 else 0
    is_month_first = found["s"] == "/" and language.casefold() in ("en", "en-us")
    if second > 12 or (is_month_first and first <= 12):
        first, second = second, first
    return _with_clock(_utc(year, second, first), text[found.end() :])


def _bare(text: str) -> Found | None:
    """20150428, 20150428T101500Z, 2015."""
    if re.fullmatch(r"(?:19|20)\d{2}(?: ?г\.?| год)?", text):
        return _utc(int(text[:4]), 1, 1), "year"
    found = _BASIC.fullmatch(text)
    if found is None:
        return None
    day = _utc(int(found["y"]), int(found["m"]), int(found["d"]))
    if found["clock"] is None:
        return day, "day"
    hours, minutes, seconds = (int(found["clock"][i : i + 2]) for i in (0, 2, 4))
    return day.replace(hour=hours, minute=minutes, second=seconds), "second"


def _with_clock(day: datetime, rest: str) -> Found:
    """The day with the time that stands beside it, in the zone that follows, as UTC."""
    clock = _CLOCK.search(rest)
    if clock is None:
        return day, "day"
    hour = int(clock["h"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    is_midnight_after = hour == 24 and clock["m"] == "00"
    local = day.replace(
        hour=0 if is_midnight_after else hour,
        minute=int(clock["m"]),
        second=min(59, int(clock["s"] or 0)),
        tzinfo=_zone(rest[clock.end() :]),
    )
    value = local.astimezone(UTC) + timedelta(days=int(is_midnight_after))
    return value, "second" if clock["s"] else "minute"


def _zone(text: str) -> timezone:
    found = _ZONE.match(text.strip())
    if found is None or not any(found.groups()):
        return UTC
    if found["msk"]:
        return _MOSCOW
    if not found["sign"]:
        return UTC
    minutes = int(found["h"]) * 60 + int(found["m"] or 0)
    if minutes > 14 * 60:
        return UTC
    return timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))


def _utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
