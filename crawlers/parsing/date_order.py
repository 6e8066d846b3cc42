"""Order of day and month in 04/09/2005, as all dates of one page or table together tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([/\-])(\d{1,2})\2(\d{4})(?!\d)")
_HALF_DAY = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?\s?[ap]\.?m\b", re.I)
_LOOKED_AT = 500
"""Characters of each text."""


def is_month_first(printed: Iterable[str]) -> bool | None:
    """Whether the month comes first: a figure beyond twelve tells, else a clock of half days;
    None where there is no such date."""
    texts = [text[:_LOOKED_AT] for text in printed]
    pairs = [(int(found[1]), int(found[3])) for text in texts for found in _NUMBERS.finditer(text)]
    if any(second > 12 for _, second in pairs):
        return True
    if any(first > 12 for first, _ in pairs):
        return False
    return any(_HALF_DAY.search(text) for text in texts) if pairs else None


def in_order(text: str, *, month_first: bool) -> str:
    """The text with such dates as ISO 8601 writes them."""
    return _NUMBERS.sub(r"\4-\1-\3" if month_first else r"\4-\3-\1", text)
