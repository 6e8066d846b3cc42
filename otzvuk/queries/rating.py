"""The reputation rating: believable and recent reviews count more, and no week counts too much.

R = (m·C + Σ w·r) / (m + Σ w) with w = authenticity · 2^(−age / 365 d); C is the mean of all
rated reviews in the store and m = 7 reviews' worth of it. Weights of any 7 days are scaled
down to at most max(1, 2 · expected), where expected is what 7 days held outside of them:
without that cap a burst of false reviews moves the figure almost twice as far.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

PRIOR_WEIGHT = 7.0
HALF_LIFE_DAYS = 365.0
WINDOW_DAYS = 7
LEAST_EFFECTIVE = 3.0
"""Below so many effective reviews a figure says nothing and is not shown."""
Z_95 = 1.959964


class Opinion(NamedTuple):
    """What the rating needs of a review."""

    day: date
    rating: float | None
    is_positive: bool
    authenticity: float


@dataclass(frozen=True, kw_only=True)
class Reputation:
    """The figures, and how much stands behind them."""

    raw_mean: float | None
    """Of the stars as they were given."""
    rated: int
    weighted: float | None
    """R; None below LEAST_EFFECTIVE effective reviews."""
    prior_mean: float
    """C."""
    effective_rated: float
    """(Σw)² / Σw² of the rated reviews: how many equal ones they are worth."""
    positive_share: float | None
    """Weighted share of positives; None below LEAST_EFFECTIVE."""
    positive_low: float | None
    """Wilson interval at 95 % on the effective number."""
    positive_high: float | None
    capped_days: int
    """Days whose weight the cap reduced."""


def reputation(opinions: Sequence[Opinion], *, today: date, prior_mean: float) -> Reputation:
    """The figures as of `today`."""
    caps = _caps(opinions)
    weights = [
        one.authenticity * 0.5 ** (max(0, (today - one.day).days) / HALF_LIFE_DAYS) * caps[one.day]
        for one in opinions
    ]
    rated = [(one.rating, w) for one, w in zip(opinions, weights, strict=True) if one.rating]
    effective_rated = _effective([weight for _, weight in rated])
    share, low, high = _positives(opinions, weights)
    return Reputation(
        raw_mean=sum(stars for stars, _ in rated) / len(rated) if rated else None,
        rated=len(rated),
        weighted=_shrunk_mean(rated, prior_mean) if effective_rated >= LEAST_EFFECTIVE else None,
        prior_mean=prior_mean,
        effective_rated=effective_rated,
        positive_share=share,
        positive_low=low,
        positive_high=high,
        capped_days=sum(cap < 1.0 for cap in caps.values()),
    )


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson score interval at 95 % (Wilson 1927)."""
    z2 = Z_95 * Z_95
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z_95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _shrunk_mean(rated: list[tuple[float, float]], prior_mean: float) -> float:
    total = sum(weight for _, weight in rated)
    weighted = sum(stars * weight for stars, weight in rated)
    return (PRIOR_WEIGHT * prior_mean + weighted) / (PRIOR_WEIGHT + total)


def _positives(
    opinions: Sequence[Opinion], weights: list[float]
) -> tuple[float | None, float | None, float | None]:
    effective = _effective(weights)
    if effective < LEAST_EFFECTIVE:
        return None, None, None
    positive = sum(w for one, w in zip(opinions, weights, strict=True) if one.is_positive)
    share = positive / sum(weights)
    return share, *wilson(share, effective)


def _effective(weights: list[float]) -> float:
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def _caps(opinions: Sequence[Opinion]) -> dict[date, float]:
    """Day → factor: the smallest that any 7 days around it demand."""
    by_day: dict[date, float] = defaultdict(float)
    for one in opinions:
        by_day[one.day] += one.authenticity
    if not by_day:
        return {}
    total = sum(by_day.values())
    other_days = (max(by_day) - min(by_day)).days + 1 - WINDOW_DAYS
    factors = dict.fromkeys(by_day, 1.0)
    if other_days < WINDOW_DAYS:
        return factors  # too short a history to know what is usual
    for start in {day - timedelta(days=back) for day in by_day for back in range(WINDOW_DAYS)}:
        days = [start + timedelta(days=ahead) for ahead in range(WINDOW_DAYS)]
        held = sum(by_day.get(day, 0.0) for day in days)
        allowed = max(1.0, 2.0 * (total - held) / other_days * WINDOW_DAYS)
        for day in days:
            if day in factors and held > allowed:
                factors[day] = min(factors[day], allowed / held)
    return factors
