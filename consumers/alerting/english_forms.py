"""Numbers and dates in English sentences."""

from __future__ import annotations

from datetime import date

from consumers.alerting.rounding import RARE, days_in_words, rounded

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def counted(number: int, noun: str) -> str:
    """1 review, 2 reviews."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def decimal(number: float) -> str:
    """One decimal; whole numbers without."""
    return f"{number:.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{share * 100:.0f}%"


def odds(surprise: float) -> str:
    """How often chance alone does it, from −log10 of the probability."""
    if surprise >= RARE:
        return "less often than once in a million"
    return f"about once in {rounded(10.0**surprise)}"


def span(first: date, last: date) -> str:
    """26 September 2023, 26–27 September 2023, 30 September – 2 October 2023."""
    return days_in_words(first, last, MONTHS)
