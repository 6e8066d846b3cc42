"""What the rules see of an entity: one number per event day and kind, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from consumers.alerting.tails import Floats
from pipeline.mongo import Document

RECENT_DAYS = 7
"""Days for which it matters that part of their reviews was not crawled yet."""
_PROFILE_PRIOR = 5.0
"""Reviews that "everything is crawled on its own day" is worth until arrivals were seen."""
_PROFILE_FLOOR = 0.05


@dataclass(frozen=True, kw_only=True)
class Visible:
    """[day, age]: what was known on `day` of the day `age` days earlier (simulation only)."""

    total: Floats
    negative: Floats


@dataclass(frozen=True, kw_only=True)
class DaySeries:
    """Counts of one entity per event day, all sources together; index 0 is `first_day`."""

    entity_id: str
    first_day: date
    total: Floats
    negative: Floats
    """Near-duplicates counted once."""
    positive: Floats
    unlikely: Floats
    """Negatives that are probably not by real customers."""
    rated: Floats
    rating_sum: Floats
    live: Floats
    """Reviews that arrived as news, not with a backfill."""
    arrival: Floats
    """Probability that a review of age 0 … 6 days has been crawled already."""
    visible: Visible | None = None
    """None where what is known now is all that matters."""

    def window_total(self, at: int, days: int) -> float:
        """Reviews of the `days` ending at position `at`, as known then."""
        if self.visible is not None:
            return float(self.visible.total[at, :days].sum())
        return float(self.total[max(0, at - days + 1) : at + 1].sum())

    @property
    def days(self) -> int:
        """Length of all arrays."""
        return int(self.total.size)

    @property
    def last_day(self) -> date:
        """Day of the last index."""
        return self.first_day + timedelta(days=self.days - 1)

    def index(self, day: date) -> int:
        """Position of `day`; negative or past the end when it is outside."""
        return (day - self.first_day).days

    def day(self, index: int) -> date:
        """Day of a position."""
        return self.first_day + timedelta(days=index)

    @property
    def weekdays(self) -> npt.NDArray[np.int64]:
        """0 (Monday) … 6 of each position."""
        return (np.arange(self.days) + self.first_day.weekday()) % 7

    def as_history(self) -> DaySeries:
        """The same, every review taken as having arrived on its event day."""
        return replace(self, arrival=np.ones(RECENT_DAYS), live=self.total)


def series_from_buckets(
    entity_id: str, buckets: Iterable[Document], until: date
) -> DaySeries | None:
    """Add up the day buckets of all sources, up to `until`; None when there are none."""
    kept = [bucket for bucket in buckets if bucket["day"] <= until.isoformat()]
    if not kept:
        return None
    first_day = date.fromisoformat(min(bucket["day"] for bucket in kept))
    sums = np.zeros((len(_FIELDS), (until - first_day).days + 1))
    arrivals = np.zeros(61)
    for bucket in kept:
        at = (date.fromisoformat(bucket["day"]) - first_day).days
        sums[:, at] += [bucket.get(name) or 0 for name in _FIELDS]
        for age, count in (bucket.get("arrivals") or {}).items():
            arrivals[min(60, int(age))] += count
            sums[-1, at] += count
    total, negative, positive, unlikely, rated, rating_sum, live = sums
    return DaySeries(
        entity_id=entity_id, first_day=first_day, total=total, negative=negative,
        positive=positive, unlikely=unlikely, rated=rated, rating_sum=rating_sum, live=live,
        arrival=arrival_profile(arrivals),
    )  # fmt: skip


_FIELDS = (
    "total", "negative_distinct", "positive", "negative_unlikely", "rated", "rating_sum",
    "_live",
)  # fmt: skip


def arrival_profile(arrivals: Floats) -> Floats:
    """Probability of having been crawled at age 0 … 6 days, from counts by age at first sight.

    Shrunk towards 1, the cautious side: it expects more and so alarms later.
    """
    seen = np.cumsum(arrivals)[:RECENT_DAYS]
    profile = (seen + _PROFILE_PRIOR) / (arrivals.sum() + _PROFILE_PRIOR)
    return np.asarray(np.clip(profile, _PROFILE_FLOOR, 1.0))
