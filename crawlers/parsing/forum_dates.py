"""Dates as forum engines print them, the same way on the whole page: the page tells the order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.parsing.date_order import in_order, is_month_first
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.text import one_line

_DAY_WORDS = {
    "today": "today", "heute": "today", "aujourd'hui": "today", "aujourd’hui": "today",
    "hoy": "today", "oggi": "today", "hoje": "today", "vandaag": "today", "dziś": "today",
    "dzisiaj": "today", "сегодня": "today", "yesterday": "yesterday", "gestern": "yesterday",
    "hier": "yesterday", "ayer": "yesterday", "ieri": "yesterday", "ontem": "yesterday",
    "gisteren": "yesterday", "wczoraj": "yesterday", "вчера": "yesterday",
}  # fmt: skip
_DAY_WORD = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, _DAY_WORDS))})(?!\w)", re.I)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12}\.?) (\d{1,2}),? (20\d{2})(?!\d)")
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
_OF_MEMBER = re.compile(
    r"joined|join date|registered|registriert|dabei seit|mitglied seit|beigetreten|anmeldedatum|"
    r"inscri|зарегистрирован|регистрация|dołączył|iscritto|geregistreerd", re.I,
)  # fmt: skip
_STAMP = re.compile(
    r"(?:(?<!\d)\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|20\d{2}-\d{2}-\d{2}"
    r"|(?<!\d)\d{1,2}(?:\.|st|nd|rd|th)? (?:de )?[^\W\d_]{3,12}\.?,? (?:de )?20\d{2}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? 20\d{2})"
    rf"(?:[^\d]{{0,12}}{_CLOCK})?|{_DAY_WORD.pattern}[^\d]{{0,12}}{_CLOCK}",
    re.I,
)
_FRENCH_CLOCK = re.compile(r"(?<!\d)(\d{1,2})h(\d{2})(?!\d)")
_HALF_DAY = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?P<rest>(?::\d{2})?)\s?([ap])\.?m\b\.?", re.I)


@dataclass(frozen=True)
class ForumDates:
    """How this page writes its dates."""

    now: datetime
    is_month_first: bool | None
    """Order in 04-09-2005; None when the page has no such date that tells."""

    @classmethod
    def of(cls, printed: list[str], now: datetime) -> ForumDates:
        """The order that every date of a page allows, of those printed on it."""
        return cls(now, is_month_first(printed))

    def read(self, printed: str) -> ParsedDate:
        """The first moment named in a post's heading."""
        line = one_line(printed[:1_000])
        found = _STAMP.search(line)
        shown = found.group().strip() if found else line[:200]
        if not shown:
            return ParsedDate()
        parsed = parse_date(self._in_order(shown), self.now)
        if parsed.value is None:  # "Okt 13, 2011": other languages, English order
            turned = _MONTH_FIRST.sub(r"\2 \1 \3", shown)
            parsed = parse_date(turned, self.now) if turned != shown else parsed
        return replace(parsed, raw=shown)

    def heading(self, printed: str) -> ParsedDate:
        """The same, nothing for text that tells since when the author is a member."""
        return ParsedDate() if _OF_MEMBER.search(printed[:2_000]) else self.read(printed)

    def _in_order(self, shown: str) -> str:
        text = _DAY_WORD.sub(lambda word: _DAY_WORDS[word.group(1).casefold()], shown)
        text = _HALF_DAY.sub(_whole_day, _FRENCH_CLOCK.sub(r"\1:\2", text))
        if self.is_month_first is None:
            return text
        return in_order(text, month_first=self.is_month_first)


def _whole_day(clock: re.Match[str]) -> str:
    hour = int(clock[1]) % 12 + (12 if clock[4] in "pP" else 0)
    return f"{hour:02d}:{clock[2]}{clock['rest']}"
