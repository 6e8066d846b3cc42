"""Whether a source that says nothing new is quiet, as it often is, or broken.

Reviews come in bursts, so the days that brought any are counted, not the reviews. Their rate has
a gamma distribution after the history (a conjugate prior of a Poisson process), so the time to the
next such day has a Lomax distribution, and the number of reviews in a span a negative binomial
one (Gelman et al., Bayesian Data Analysis, section 2.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

PRIOR_EVENTS = 0.5
PRIOR_DAYS = 15.0
"""Before any history: half an event in half a month, which is soon outweighed."""
HALF_LIFE_DAYS = 90.0
MEMORY_DAYS = 365
STALE_BELOW = 0.001
"""Silence less probable than this is not believed."""
LEAST_EVENTS = 5
"""Days with reviews, without which no silence is surprising."""


class Freshness(Struct, frozen=True, kw_only=True):
    """What the history of one source of one entity lets expect."""

    reviews_per_day: float
    """Recent reviews a day, those of bursts included."""
    expected_days: float
    """Expected days from one day with reviews to the next."""
    silent_days: float
    """From the last review to the last successful look."""
    probability: float
    """Of so long a silence, were all as before."""

    @property
    def is_stale(self) -> bool:
        """Whether the silence is not believed."""
        return self.probability < STALE_BELOW


def freshness(reviews: Mapping[date, int], looked_on: date) -> Freshness | None:
    """Judge the silence on the day of the last successful look.

    `reviews` counts reviews by event day; None when there are none. The silence itself is no part
    of the history that it is judged by.
    """
    days = {day: count for day, count in reviews.items() if count > 0 and day <= looked_on}
    if not days:
        return None
    last = max(days)
    first = max(min(days), date.fromordinal(last.toordinal() - MEMORY_DAYS))
    recent = {day: count for day, count in days.items() if day >= first}
    silent = (looked_on - last).days
    events = sum(_weight(last, day) for day in recent)
    shape = PRIOR_EVENTS + events
    rate = PRIOR_DAYS + _exposure((last - first).days + 1)
    is_known = len(recent) >= LEAST_EVENTS
    total = sum(count * _weight(looked_on, day) for day, count in recent.items())
    seen_for = PRIOR_DAYS + _exposure((looked_on - first).days + 1)
    return Freshness(
        reviews_per_day=(PRIOR_EVENTS + total) / seen_for,
        expected_days=rate / (shape - 1) if shape > 1 else rate / shape,
        silent_days=float(silent),
        probability=(rate / (rate + silent)) ** shape if is_known else 1.0,
    )


def _weight(now: date, day: date) -> float:
    """An event's weight halves with every HALF_LIFE_DAYS."""
    return float(0.5 ** ((now - day).days / HALF_LIFE_DAYS))


def _exposure(days: int) -> float:
    """Sum of the weights of so many days, the last one counting one."""
    ratio = 0.5 ** (1 / HALF_LIFE_DAYS)
    return float((1 - ratio**days) / (1 - ratio))
