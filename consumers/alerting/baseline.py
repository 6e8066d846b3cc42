"""What an entity's days usually hold, and how surprising each window is against that.

Everything is causal: row t uses nothing that happened after day t. Several entities can be
tracked side by side (columns), which is what makes the simulator and backtests fast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from consumers.alerting.policy import BaselinePolicy
from consumers.alerting.tails import Floats, negative_binomial_surprises


@dataclass(frozen=True, kw_only=True)
class Track:
    """Expectation and surprise for every day; arrays are [day, entity] or
    [window, day, entity]."""

    rate: Floats
    """Expected reviews a day, A / B."""
    expected: Floats
    """Mean of the window, late arrival taken off."""
    observed: Floats
    size: Floats
    """r of the negative binomial."""
    surprise: Floats
    """0 where the count is below `min_count` or `min_ratio` times the expectation."""


def track(
    counts: Floats,
    weekdays: npt.NDArray[np.int64],
    arrival: Floats,
    policy: BaselinePolicy,
    *,
    min_count: int,
    min_ratio: float,
    visible: Floats | None = None,
) -> Track:
    """Follow `counts` ([day] or [day, entity], complete) through time.

    `visible[t, age]` are the counts of day t − age as known on day t, for when late arrival is
    simulated; without it what `counts` says now is what is known.
    """
    counts = counts.reshape(len(counts), -1)
    if visible is None:
        visible = _lagged(counts, max(policy.windows))
    rate, profile, inverse_count, dispersion = _follow(counts, weekdays, policy)
    expected, observed = _windows(rate, profile, weekdays, arrival, visible, policy)
    size = 1.0 / (inverse_count[None] + dispersion)
    surprise = np.zeros_like(expected)
    worth = (observed >= min_count) & (observed >= min_ratio * expected)
    surprise[worth] = negative_binomial_surprises(observed[worth], expected[worth], size[worth])
    return Track(rate=rate, expected=expected, observed=observed, size=size, surprise=surprise)


def _lagged(counts: Floats, ages: int) -> Floats:
    """[day, age, entity]: the counts of day t − age."""
    padded = np.concatenate([np.zeros((ages, counts.shape[1])), counts])
    return np.stack([padded[ages - age : len(padded) - age] for age in range(ages)], axis=1)


def _windows(
    rate: Floats,
    profile: Floats,
    weekdays: npt.NDArray[np.int64],
    arrival: Floats,
    visible: Floats,
    policy: BaselinePolicy,
) -> tuple[Floats, Floats]:
    ages = np.arange(max(policy.windows))
    of_age = (weekdays[:, None] - ages[None, :]) % 7
    known = np.ones(len(ages))
    known[: len(arrival)] = arrival[: len(ages)]
    share = np.take_along_axis(profile, of_age[:, :, None], axis=1) * known[None, :, None]
    expected = [rate * share[:, :window].sum(axis=1) for window in policy.windows]
    observed = [visible[:, :window].sum(axis=1) for window in policy.windows]
    return np.stack(expected), np.stack(observed)


def _follow(
    counts: Floats, weekdays: npt.NDArray[np.int64], policy: BaselinePolicy
) -> tuple[Floats, Floats, Floats, Floats]:
    """Per day: rate, weekday profile [day, weekday, entity], 1 / A, and 1 / r per window."""
    days, entities = counts.shape
    memory = _Memory(entities, policy)
    rate = np.zeros((days, entities))
    profile = np.ones((days, 7, entities))
    inverse_count = np.zeros((days, entities))
    dispersion = np.zeros((len(policy.windows), days, entities))
    capped = np.zeros_like(counts)
    for today in range(days):
        past = today - policy.skipped_days
        if past >= 0:
            capped[past] = memory.learn(counts[past], int(weekdays[past]))
            for at, window in enumerate(policy.windows):
                if past >= window + policy.settling_days:
                    seen = capped[past - window + 1 : past + 1].sum(axis=0)
                    of = [int(weekdays[past - age]) for age in range(window)]
                    meant = rate[past] * profile[past][of].sum(axis=0)
                    memory.learn_error(at, seen, meant)
        rate[today], inverse_count[today] = memory.rate()
        profile[today] = memory.profile()
        dispersion[:, today] = memory.dispersion()
    return rate, profile, inverse_count, dispersion


class _Memory:
    """The exponentially ageing sums behind the baseline."""

    def __init__(self, entities: int, policy: BaselinePolicy) -> None:
        self._policy = policy
        self._keep = 2.0 ** (-1.0 / policy.half_life_days)
        self._keep_long = 2.0 ** (-1.0 / policy.prior_half_life_days)
        self._sum = np.zeros(entities)
        self._weight = np.zeros(entities)
        self._long_sum = np.zeros(entities)
        self._long_weight = 0.0
        self._weekday = np.zeros((7, entities))
        windows = np.array(policy.windows, dtype=np.float64)
        self._start = policy.dispersion_per_window / windows + policy.dispersion_constant
        self._windows = windows
        self._error = np.zeros((len(windows), entities))
        self._square = np.zeros((len(windows), entities))
        self._forecasts = np.zeros((len(windows), entities))

    def learn(self, counts: Floats, weekday: int) -> Floats:
        """Take a complete day in; returns it as it was counted, waves cut off."""
        rate, _ = self.rate()
        capped = np.minimum(counts, self._policy.cap_factor * rate + self._policy.cap_constant)
        keep = self._level_keep(rate)
        self._sum = self._sum * keep + capped
        self._weight = self._weight * keep + 1.0
        self._long_sum = self._long_sum * self._keep_long + capped
        self._long_weight = self._long_weight * self._keep_long + 1.0
        self._weekday *= self._keep
        self._weekday[weekday] += capped
        return capped

    def learn_error(self, at: int, seen: Floats, meant: Floats) -> None:
        """Take in how far a past forecast of window number `at` was off."""
        keep = self._level_keep(self.rate()[0])
        for sums, value in (
            (self._error, (seen - meant) ** 2 - meant),
            (self._square, meant**2),
            (self._forecasts, np.ones_like(meant)),
        ):
            sums[at] = sums[at] * keep + value

    def _level_keep(self, rate: Floats) -> Floats:
        """What a day leaves of the level: busy entities need less history, so they follow
        their trend faster."""
        policy = self._policy
        enough = policy.enough_reviews / np.maximum(rate, 1e-9)
        half_life = np.clip(enough, policy.shortest_half_life_days, policy.half_life_days)
        return np.asarray(2.0 ** (-1.0 / half_life))

    def rate(self) -> tuple[Floats, Floats]:
        """A / B and 1 / A."""
        policy = self._policy
        long_run = self._long_sum / max(self._long_weight, 1.0)
        most_days = policy.prior_reviews / np.maximum(long_run, 1e-9)
        days = np.minimum(policy.prior_days, most_days)
        count = np.maximum(days * long_run, policy.prior_floor) + self._sum
        return count / (days + self._weight), 1.0 / count

    def profile(self) -> Floats:
        """Factor of each weekday, mean 1, shrunk to even days."""
        prior = self._policy.weekday_prior
        return np.asarray(
            (self._weekday + prior) / (self._weekday.mean(axis=0, keepdims=True) + prior)
        )

    def dispersion(self) -> Floats:
        """1 / r per window: the start, moved by forecast errors as far as they inform."""
        start = self._start[:, None]
        if math.isinf(self._policy.dispersion_prior):
            return np.broadcast_to(start, self._error.shape)
        known = self._square > 0
        measured = np.where(known, self._error / np.where(known, self._square, 1.0), start)
        measured = np.clip(measured, self._policy.dispersion_floor * start, 3.0 * start)
        forecasts = self._forecasts / self._windows[:, None]
        mean = np.sqrt(self._square / np.maximum(self._forecasts, 1e-12))
        information = forecasts * (mean / (1.0 + measured * mean)) ** 2
        worth = self._policy.dispersion_prior / start**2
        return np.asarray((worth * start + information * measured) / (worth + information))
