"""Dates told from the moment of reading: "вчера в 12:30", "3 недели назад", "a year ago"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from crawlers.parsing.date_words import AMOUNTS, DAYS_BACK, NOW_WORDS, UNIT, UNITS
from pipeline.records import DatePrecision

_DAY_WORD = re.compile(rf"(?<![a-zа-яё])({'|'.join(DAYS_BACK)})(?![a-zа-яё])", re.I)
_AMOUNT = rf"(?P<amount>\d{{1,4}}|(?:{'|'.join(map(re.escape, AMOUNTS))})(?![a-zа-яё]))\+?"
_SPAN = re.compile(
    rf"(?<![\d\wа-яё])(?:(?:a\s+)?{_AMOUNT}\s*(?:of\s+)?)?(?P<half>пол)?{UNIT}", re.I
)
_AGO = re.compile(r"(?<![a-zа-яё])(?:назад|ago)(?![a-zа-яё])", re.I)
_LAST = re.compile(rf"(?<![a-zа-яё])(?:last|прошл[а-я]+|past)\s+{UNIT}", re.I)
_BARE_SHORT = re.compile(r"(?P<amount>\d{1,3})\s?(?P<unit>min|h|d|w|mo|y|ч|дн|нед|мес)\.?", re.I)
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")
_SHORT_UNITS = {
    "min": "minute", "h": "hour", "ч": "hour", "d": "day", "дн": "day", "w": "week",
    "нед": "week", "mo": "month", "мес": "month", "y": "year",
}  # fmt: skip


def parse_relative(text: str, now: datetime) -> tuple[datetime, DatePrecision] | None:
    """The moment meant, or None when the text is not relative to `now`.

    Days and longer are cut to midnight UTC, so that a second reading on the same day agrees.
    """
    lowered = text.casefold()
    if any(words in lowered for words in NOW_WORDS):
        return now.astimezone(UTC).replace(second=0, microsecond=0), "relative"
    if word := _DAY_WORD.search(lowered):
        return _named_day(lowered, DAYS_BACK[word.group(1)], now)
    if (ago := _AGO.search(lowered)) and (spans := list(_SPAN.finditer(lowered[: ago.start()]))):
        moment = now
        for span in spans[-3:]:  # "1 year, 3 months ago"
            moment = back(moment, _amount(span), _unit(span))
        return moment, "relative"
    if last := _LAST.search(lowered):
        return back(now, 1.0, _unit(last)), "relative"
    if short := _BARE_SHORT.fullmatch(lowered):
        return back(now, float(short["amount"]), _SHORT_UNITS[short["unit"]]), "relative"
    return None


def _named_day(text: str, days: int, now: datetime) -> tuple[datetime, DatePrecision]:
    day = _midnight(now) - timedelta(days=days)
    if clock := _TIME.search(text):
        return day.replace(hour=int(clock.group(1)), minute=int(clock.group(2))), "minute"
    return day, "day"


def _amount(found: re.Match[str]) -> float:
    written = found["amount"]
    amount = 1.0 if written is None else float(AMOUNTS.get(written) or written)
    return amount / 2 if found["half"] else amount


def _unit(found: re.Match[str]) -> str:
    return next(name for name, _ in UNITS if found.group(name))


def back(now: datetime, amount: float, unit: str) -> datetime:
    """The moment so many units before `now`; days and longer are cut to midnight UTC."""
    now = now.astimezone(UTC)
    match unit:
        case "second" | "minute" | "hour":
            seconds = {"second": 1, "minute": 60, "hour": 3600}[unit] * amount
            return (now - timedelta(seconds=seconds)).replace(second=0, microsecond=0)
        case "day" | "week":
            return _midnight(now - timedelta(days=amount * (1 if unit == "day" else 7)))
        case _:
            return _months_back(now, round(amount * (1 if unit == "month" else 12)))


def _months_back(now: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last day."""
    year, month0 = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in range(now.day, 27, -1):
        try:
            return datetime(year, month0 + 1, day, tzinfo=UTC)
        except ValueError:
            continue
    return datetime(year, month0 + 1, min(now.day, 28), tzinfo=UTC)


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
