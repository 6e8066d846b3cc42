"""Absolute dates in other languages, through dateparser: slow, so tried last and bounded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

import dateparser

from pipeline.records import DatePrecision

LANGUAGES = [
    "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "be", "tr", "cs", "sv", "da", "fi", "ro",
    "hu", "bg", "kk", "ja", "zh", "ko",
]  # fmt: skip
MAX_LENGTH = 60

_HAS_DATE = re.compile(r"\d.*[^\W\d_]|[^\W\d_].*\d")
_PREFACE = re.compile(r"^.*?\b(?:el|le|am|il|em|op|den|dne)\s+(?=\S*\d)", re.I)
"""What stands before the date in "Revisado en España el 3 de mayo de 2021"."""
_SETTINGS = {
    "PARSERS": ["absolute-time"],
    "REQUIRE_PARTS": ["day", "month", "year"],
    "TIMEZONE": "UTC",
    "RETURN_AS_TIMEZONE_AWARE": True,
}


@lru_cache(maxsize=4_096)
def parse_foreign(text: str) -> tuple[datetime, DatePrecision] | None:
    """A full date in one of LANGUAGES; None otherwise."""
    text = _PREFACE.sub("", text)
    if len(text) > MAX_LENGTH or not _HAS_DATE.search(text):
        return None
    try:
        found = dateparser.parse(text, languages=LANGUAGES, settings=_SETTINGS)
    except (ValueError, OverflowError, TypeError, RecursionError):
        # the library raises them for strange numbers; such a text is no date
        return None
    if found is None:
        return None
    return found.astimezone(UTC), "minute" if ":" in text else "day"
