"""Numbers and dates in Russian sentences."""

from __future__ import annotations

from datetime import date

from consumers.alerting.rounding import RARE, days_in_words, rounded

MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

REVIEWS = ("отзыв", "отзыва", "отзывов")
NEGATIVE = ("негативный", "негативных", "негативных")
DAYS = ("день", "дня", "дней")
STARS = ("оценке", "оценкам", "оценкам")
"""After «по»."""


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """The form that goes with the number: 1 отзыв, 2 отзыва, 5 отзывов."""
    if number % 100 in range(11, 15):
        return forms[2]
    return {1: forms[0], 2: forms[1], 3: forms[1], 4: forms[1]}.get(number % 10, forms[2])


def decimal(number: float) -> str:
    """One decimal, with a comma; whole numbers without."""
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{share * 100:.0f} %"


def odds(surprise: float) -> str:
    """How often chance alone does it, from −log10 of the probability."""
    if surprise >= RARE:
        return "реже, чем раз на миллион"
    return f"примерно раз на {rounded(10.0**surprise)}"


def span(first: date, last: date) -> str:
    """26 сентября 2023, 26–27 сентября 2023, 30 сентября – 2 октября 2023."""
    return days_in_words(first, last, MONTHS)
