"""Ratings as sites write them ("4,5", "4/5", "80%", "★★★★☆") mapped to 1…5 stars."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from pipeline.records import Scale

_NUMBER = r"\d{1,9}(?:[.,]\d{1,12})?"
_OF = re.compile(rf"({_NUMBER})\s*(?:/|из|out of|of|von|sur|de|su|van)\s*({_NUMBER})", re.I)
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_PLAIN = re.compile(rf"-?{_NUMBER}")
_FULL_STARS = "★⭐🌟"
_EMPTY_STARS = "☆✩"
WIDTH_OF_ONE_STAR = 20.0
FIVE_STARS = (1.0, 5.0)
"""Worst and best where nothing is said (schema.org/Rating)."""


@dataclass(frozen=True)
class ParsedRating:
    """Stars on 1…5, the original, or why there are none."""

    stars: float | None = None
    original: Scale | None = None
    problem: str | None = None


def parse_rating(value: object, best: object = None, worst: object = None) -> ParsedRating:
    """Map a rating to 1…5, linearly from its own worst…best.

    A five-star scale is kept as it is even where a site says that its worst is 0: there 0 means
    "not rated". A percentage on a scale from 1 to 100 is the width of five stars (Magento writes
    it so): 20 % is one of them. An impossible value gives no stars and a problem.
    """
    if value is None or value == "" or isinstance(value, bool):
        return ParsedRating()
    found, said_best, said_worst = _read(value)
    if found is None:
        return ParsedRating(problem=f"rating {str(value)[:60]!r} is no number")
    top = said_best if said_best is not None else number(best)
    bottom = said_worst if said_worst is not None else number(worst)
    if said_worst is not None and (number(worst), number(best)) == (1.0, 100.0):
        bottom = WIDTH_OF_ONE_STAR
    low, high = _scale(bottom, top)
    return _on_scale(found, low, high)


def number(value: object) -> float | None:
    """A finite number out of a number or a text such as "4,5" or "5 stars"; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e12 and math.isfinite(value) else None
    found = _PLAIN.search(str(value)[:100])
    return float(found.group().replace(",", ".")) if found else None


def count(value: object) -> int | None:
    """A count out of 1234, "1,234", "1 234" or "(1.234)"; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 0 <= value < 1e9 else None
    digits = re.search(r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d)|\d{1,9}", str(value)[:60])
    return int(re.sub(r"\D", "", digits.group())) if digits and value is not None else None


def _read(value: object) -> tuple[float | None, float | None, float | None]:
    """Value, best, worst as far as the text itself tells."""
    if isinstance(value, int | float):
        return number(value), None, None
    text = str(value)[:100].strip()
    if (found := _OF.search(text)) and (scale := _of_scale(found)):
        return *scale, None
    if found := _PERCENT.search(text):
        return number(found.group(1)), 100.0, 0.0
    plain = number(text)
    if plain is None and (full := sum(text.count(star) for star in _FULL_STARS)):
        empty = sum(text.count(star) for star in _EMPTY_STARS)
        return float(full), float(full + empty) if empty else None, None
    return plain, None, None


def _of_scale(found: re.Match[str]) -> tuple[float, float] | None:
    """Value and best of "4 of 5"; None for "5 out of 3 reviews"."""
    value, best = number(found.group(1)), number(found.group(2))
    return (value, best) if value is not None and best is not None and value <= best else None


def _scale(bottom: float | None, top: float | None) -> tuple[float, float]:
    """A scale that makes sense: sites write worst = best, or swap them; -2…2 is one of doctors."""
    high = FIVE_STARS[1] if top is None or top <= 0 else top
    if bottom is None or bottom >= high or (bottom < 0 and bottom != -high):
        bottom = 0.0 if high > 10 or high <= FIVE_STARS[0] else FIVE_STARS[0]
    return bottom, high


def _on_scale(value: float, low: float, high: float) -> ParsedRating:
    is_five_star = high == FIVE_STARS[1] and 0 <= low <= FIVE_STARS[0]
    if value == 0 and (is_five_star or low > 0):
        return ParsedRating(problem="rating 0 is taken as not rated")
    floor = 0.0 if is_five_star and low == 0 else low
    if not floor <= value <= high:
        return ParsedRating(problem=f"rating {value:g} is outside of {low:g}…{high:g}")
    original = Scale(value=value, worst=low, best=high)
    if is_five_star:
        return ParsedRating(stars=max(1.0, value), original=original)
    stars = 1.0 + 4.0 * (value - low) / (high - low)
    return ParsedRating(stars=round(min(5.0, max(1.0, stars)), 4), original=original)
