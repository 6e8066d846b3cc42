"""Numbers and spans of days as people say them: no more digits than they mean, no month twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

RARE = 6.0
"""A surprise beyond which the odds are no longer spelt out."""


def rounded(number: float) -> int:
    """To one significant digit, two below a hundred: 37, 400, 20000."""
    if number < 100:
        return max(1, round(number))
    step = 10 ** math.floor(math.log10(number))
    return int(round(number / step) * step)


def days_in_words(first: date, last: date, months: Sequence[str]) -> str:
    """26 September 2023, 26–27 September 2023, 30 September – 2 October 2023."""
    end = f"{last.day} {months[last.month - 1]} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {months[first.month - 1]}{year} – {end}"
