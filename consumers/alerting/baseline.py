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
    level = _levels(counts, weekdays, policy)
    prior = policy.weekday_prior
    profile = (level.weekday + prior) / (level.weekday.mean(axis=1, keepdims=True) + prior)
    dispersion = _dispersion(level, profile, weekdays, policy)
    return level.rate, profile, 1.0 / level.count, dispersion


@dataclass(frozen=True, kw_only=True)
class _Levels:
    rate: Floats
    """A / B."""
    count: Floats
    """A."""
    capped: Floats
    """Days as the baseline counted them, waves cut off."""
    weekday: Floats
    """[day, weekday, entity]: ageing sums."""


def _levels(counts: Floats, weekdays: npt.NDArray[np.int64], policy: BaselinePolicy) -> _Levels:
    """The ageing sums; each day learns of the one `skipped_days` before."""
    days, entities = counts.shape
    keep_weekday = 2.0 ** (-1.0 / policy.half_life_days)
    keep_long = 2.0 ** (-1.0 / policy.prior_half_life_days)
    sums, weight = np.zeros(entities), np.zeros(entities)
    long_sum, long_weight = np.zeros(entities), 0.0
    weekday_sums = np.zeros((7, entities))
    rate, count = _level(sums, weight, long_sum, policy)
    rates, total, capped = np.zeros_like(counts), np.zeros_like(counts), np.zeros_like(counts)
    by_weekday = np.zeros((days, 7, entities))
    for today in range(days):
        past = today - policy.skipped_days
        if past >= 0:
            taken = np.minimum(counts[past], policy.cap_factor * rate + policy.cap_constant)
            keep = _level_keep(rate, policy)
            sums, weight = sums * keep + taken, weight * keep + 1.0
            long_sum, long_weight = long_sum * keep_long + taken, long_weight * keep_long + 1.0
            weekday_sums *= keep_weekday
            weekday_sums[weekdays[past]] += taken
            capped[past] = taken
            rate, count = _level(sums, weight, long_sum / long_weight, policy)
        rates[today], total[today], by_weekday[today] = rate, count, weekday_sums
    return _Levels(rate=rates, count=total, capped=capped, weekday=by_weekday)


def _level(
    sums: Floats, weight: Floats, long_run: Floats, policy: BaselinePolicy
) -> tuple[Floats, Floats]:
    """A / B and A; the prior is the long-run rate, worth a few days of it."""
    prior_days = np.minimum(policy.prior_days, policy.prior_reviews / np.maximum(long_run, 1e-9))
    count = np.maximum(prior_days * long_run, policy.prior_floor) + sums
    return count / (prior_days + weight), count


def _level_keep(rate: Floats, policy: BaselinePolicy) -> Floats:
    """What a day leaves of the level: busy entities need less history, so they follow their
    trend faster."""
    enough = policy.enough_reviews / np.maximum(rate, 1e-9)
    half_life = np.clip(enough, policy.shortest_half_life_days, policy.half_life_days)
    return np.asarray(2.0 ** (-1.0 / half_life))


def _dispersion(
    level: _Levels, profile: Floats, weekdays: npt.NDArray[np.int64], policy: BaselinePolicy
) -> Floats:
    """1 / r per window, day, entity: the start, moved by past forecast errors as far as they
    inform. A forecast of mean m is off by m + m² / r in the square, so r is the ratio of sums;
    such a ratio from N forecasts has a variance of about 2 (1 / m + 1 / r)² / N."""
    windows = np.array(policy.windows, dtype=np.float64)[:, None, None]
    start = policy.dispersion_per_window / windows + policy.dispersion_constant
    if math.isinf(policy.dispersion_prior):
        return np.broadcast_to(start, (len(windows), *level.rate.shape))
    error, square, forecasts = _forecast_errors(level, profile, weekdays, policy)
    known = square > 0
    measured = np.where(known, error / np.where(known, square, 1.0), start)
    measured = np.clip(
        policy.dispersion_margin * measured, policy.dispersion_floor * start, 3.0 * start
    )
    mean = np.sqrt(square / np.maximum(forecasts, 1e-12))
    information = forecasts / windows * (mean / (1.0 + measured * mean)) ** 2
    worth = policy.dispersion_prior / start**2
    return np.asarray((worth * start + information * measured) / (worth + information))


def _forecast_errors(
    level: _Levels, profile: Floats, weekdays: npt.NDArray[np.int64], policy: BaselinePolicy
) -> Floats:
    """Ageing sums of (n − m)² − m, of m², and of 1; [3, window, day, entity]."""
    days, entities = level.rate.shape
    new = np.zeros((days, 3, len(policy.windows), entities))
    everything = np.ones(max(policy.windows))
    seen_by_age = _lagged(level.capped, max(policy.windows))
    meant, seen = _windows(level.rate, profile, weekdays, everything, seen_by_age, policy)
    for at, window in enumerate(policy.windows):
        first = window + policy.settling_days
        last = max(first, days - policy.skipped_days)
        m, n = meant[at, first:last], seen[at, first:last]
        later = slice(first + policy.skipped_days, last + policy.skipped_days)
        new[later, :, at] = np.stack([(n - m) ** 2 - m, m**2, np.ones_like(m)], axis=1)
    keep = _level_keep(level.rate, policy)
    sums = np.zeros_like(new)
    running = np.zeros(new.shape[1:])
    for today in range(days):
        running = running * keep[today] + new[today]
        sums[today] = running
    return np.moveaxis(sums, 0, 2)
