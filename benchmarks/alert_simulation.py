"""False alarms per entity-year and power per volume band, for our presets and usual rules.

Entities with a weekly rhythm, overdispersion, slow drift and late arrival; the alarms are
counted by the code that runs in production (`track`, `NegativeSpike.judge`, `replay`).

    python benchmarks/alert_simulation.py --entities 200
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from consumers.alerting.backtest import replay
from consumers.alerting.baseline import Track, track
from consumers.alerting.policy import PRESETS, Policy
from consumers.alerting.rules.negative_spike import (
    USUAL_NEGATIVE_SHARE,
    NegativeSpike,
    PreparedSpike,
)
from consumers.alerting.rules.rating_drop import RatingDrop
from consumers.alerting.series import DaySeries, Visible
from consumers.alerting.shares import usual_shares
from consumers.alerting.tails import Floats

BANDS = (0.25, 1.0, 3.0, 10.0, 40.0)
"""Negatives a week."""
NEGATIVE_SHARE = 0.2
WARM_UP_DAYS = 182
YEAR_DAYS = 365
AFTERMATH_DAYS = 14
FIRST_DAY = date(2024, 1, 1)
WEEKDAYS = np.array([1.3, 1.2, 1.1, 1.0, 0.9, 0.75, 0.75])
ARRIVAL_AT_AGE = np.array([0.35, 0.25, 0.13, 0.09, 0.06, 0.04, 0.03])
"""Share of reviews first crawled at age 0 … 6 days; the rest later."""


@dataclass(frozen=True)
class Noise:
    """Variance of the gamma factors of each day and of each week."""

    day: float
    week: float


NOISES = {"restless": Noise(0.2, 0.1), "calm": Noise(0.05, 0.02)}


Detector = Callable[["World"], list[list[int]]]


@dataclass(frozen=True, kw_only=True)
class World:
    """Entities of one band: [day, entity] counts, and what was known when."""

    negative: Floats
    other: Floats
    negative_seen: Floats
    """[day, age, entity]"""
    other_seen: Floats
    wave_day: int | None
    """First day of the wave; None without."""

    @property
    def days(self) -> int:
        return len(self.negative)


def simulate(
    rng: np.random.Generator,
    a_week: float,
    entities: int,
    wave: float,
    other_wave: float,
    noise: Noise,
) -> World:
    """`entities` of one band; from the wave day on, a week of `wave` times as many negatives
    (and `other_wave` times as many others)."""
    wave_day = None if wave == other_wave == 1.0 else WARM_UP_DAYS + 30
    days = WARM_UP_DAYS + (YEAR_DAYS if wave_day is None else 30 + AFTERMATH_DAYS + 7)
    rhythm = WEEKDAYS[np.arange(days) % 7][:, None]
    weeks = rng.gamma(1 / noise.week, noise.week, (days // 7 + 1, entities))
    common = rhythm * np.repeat(weeks, 7, axis=0)[:days] * a_week / 7.0
    factors = np.ones((2, days, 1))
    if wave_day is not None:
        factors[0, wave_day : wave_day + 7] = wave
        factors[1, wave_day : wave_day + 7] = other_wave
    ratio = (1 - NEGATIVE_SHARE) / NEGATIVE_SHARE
    means = [common * factors[0], common * factors[1] * ratio]
    counts = [rng.poisson(mean * rng.gamma(1 / noise.day, noise.day, mean.shape)) for mean in means]
    negative_seen, other_seen = (_seen(rng, count) for count in counts)
    return World(
        negative=counts[0].astype(np.float64), other=counts[1].astype(np.float64),
        negative_seen=negative_seen, other_seen=other_seen, wave_day=wave_day,
    )  # fmt: skip


def _seen(rng: np.random.Generator, counts: np.ndarray) -> Floats:
    """[day, age, entity]: how much of day − age had arrived by `day`."""
    late = 1.0 - ARRIVAL_AT_AGE.sum()
    by_age = rng.multinomial(counts, [*ARRIVAL_AT_AGE, late])
    known = np.cumsum(by_age, axis=-1)[..., :7]
    seen = np.zeros((len(counts), 7, counts.shape[1]))
    for age in range(7):
        seen[age:, age] = known[: len(counts) - age, :, age]
    return seen


def otzvuk(policy: Policy, world: World) -> list[list[int]]:
    """Days on which each entity's negative spike episodes open."""
    profile = np.cumsum(ARRIVAL_AT_AGE)
    weekdays = (np.arange(world.days) + FIRST_DAY.weekday()) % 7
    spike = policy.spike
    together = track(
        world.negative, weekdays, profile, policy.baseline,
        min_count=spike.min_count, min_ratio=spike.min_ratio, visible=world.negative_seen,
    )  # fmt: skip
    return [
        _openings(_series(world, entity, profile), _one(together, entity), policy)
        for entity in range(world.negative.shape[1])
    ]


def _openings(series: DaySeries, count: Track, policy: Policy) -> list[int]:
    shares, weights = usual_shares(
        series.negative, series.total, half_life_days=policy.baseline.half_life_days,
        skipped_days=policy.baseline.skipped_days, prior=USUAL_NEGATIVE_SHARE,
    )  # fmt: skip
    prepared = PreparedSpike(count=count, share=shares, share_weight=weights)
    return [
        series.index(episode.start) for episode in replay(series, NegativeSpike(), prepared, policy)
    ]


def _one(together: Track, entity: int) -> Track:
    return Track(
        rate=together.rate[:, [entity]], expected=together.expected[:, :, [entity]],
        observed=together.observed[:, :, [entity]], size=together.size[:, :, [entity]],
        surprise=together.surprise[:, :, [entity]],
    )  # fmt: skip


def _series(world: World, entity: int, arrival: Floats) -> DaySeries:
    negative, other = world.negative[:, entity], world.other[:, entity]
    nothing = np.zeros(world.days)
    seen = world.negative_seen[:, :, entity]
    seen_total = seen + world.other_seen[:, :, entity]
    return DaySeries(
        entity_id="simulated", first_day=FIRST_DAY, total=negative + other, negative=negative,
        positive=other, unlikely=nothing, rated=nothing, rating_sum=nothing, live=nothing,
        arrival=arrival, visible=Visible(total=seen_total, negative=seen),
    )  # fmt: skip


def three_in_a_day(world: World) -> list[list[int]]:
    """The usual rule of thumb: at least three negatives in 24 hours."""
    return _runs(world.negative_seen[:, 0] >= 3)


def twice_four_weeks(world: World) -> list[list[int]]:
    """The usual PromQL rule: 7 days > 2 × the mean week of the 4 weeks before, and ≥ 3."""
    week = world.negative_seen.sum(axis=1)
    padded = np.concatenate([np.zeros((28, week.shape[1])), np.cumsum(world.negative, axis=0)])
    before = np.zeros_like(week)
    before[7:] = padded[28 : 28 + len(week) - 7] - padded[: len(week) - 7]
    return _runs((week >= 3) & (week > 2 * before / 4))


def _runs(alarms: np.ndarray) -> list[list[int]]:
    """Openings with the episode's own cooldown, so that all methods are counted alike."""
    openings = []
    for column in alarms.T:
        days, quiet_since, is_open = [], -99, False
        for day in np.flatnonzero(column | np.roll(column, 1)):
            if column[day] and not is_open and day - quiet_since >= 7:
                days.append(int(day))
                is_open = True
            elif not column[day] and is_open:
                is_open, quiet_since = False, int(day)
        openings.append(days)
    return openings


def detectors() -> dict[str, Detector]:
    """Name → method."""
    balanced = PRESETS["balanced"]
    fixed = replace(
        balanced,
        baseline=replace(
            balanced.baseline, dispersion_prior=float("inf"), shortest_half_life_days=60.0,
            prior_reviews=float("inf"),
        ),
    )  # fmt: skip
    ours: dict[str, Detector] = {
        f"otzvuk {name}": partial(otzvuk, policy) for name, policy in PRESETS.items()
    }
    return {
        **ours,
        "otzvuk, fixed r": partial(otzvuk, fixed),
        ">= 3 in 24 h": three_in_a_day,
        "7 d > 2 x 4 weeks": twice_four_weeks,
    }


def false_alarms(openings: Iterable[list[int]]) -> float:
    """Episodes per entity-year after the warm-up."""
    counts = [sum(day >= WARM_UP_DAYS for day in days) for days in openings]
    return float(np.mean(counts)) * 365.0 / YEAR_DAYS


def power(openings: Iterable[list[int]], wave_day: int) -> tuple[float, float]:
    """Share of waves found within a fortnight, and the mean delay in days of those found."""
    delays = []
    count = 0
    for days in openings:
        count += 1
        found = [day - wave_day for day in days if 0 <= day - wave_day < AFTERMATH_DAYS]
        delays.extend(found[:1])
    return len(delays) / count, float(np.mean(delays)) if delays else float("nan")


def rating_false_alarms(rng: np.random.Generator, policy: Policy, a_week: float, n: int) -> float:
    """Rating-drop episodes per entity-year where stars keep their distribution."""
    found = 0
    days = WARM_UP_DAYS + YEAR_DAYS
    for _ in range(n):
        rated = rng.poisson(a_week / 7 * rng.gamma(5.0, 0.2, days))
        stars = [rng.choice(5, count, p=[0.15, 0.03, 0.04, 0.08, 0.7]) + 1 for count in rated]
        found += sum(
            day >= WARM_UP_DAYS
            for day in _drops(rated.astype(float), np.array([s.sum() for s in stars]), policy)
        )
    return found / n


def rating_power(rng: np.random.Generator, policy: Policy, a_week: float, n: int) -> float:
    """Share of entities whose mean star falls from 4.15 to 3 for four weeks that alarm."""
    found = 0
    days, start = WARM_UP_DAYS + 58, WARM_UP_DAYS + 30
    for _ in range(n):
        rated = rng.poisson(a_week / 7 * rng.gamma(5.0, 0.2, days))
        usual, fallen = [0.15, 0.03, 0.04, 0.08, 0.7], [0.42, 0.05, 0.06, 0.05, 0.42]
        sums = np.array([
            (rng.choice(5, count, p=usual if day < start else fallen) + 1).sum()
            for day, count in enumerate(rated)
        ])  # fmt: skip
        found += any(day >= start for day in _drops(rated.astype(float), sums, policy))
    return found / n


def _drops(rated: Floats, rating_sum: np.ndarray, policy: Policy) -> list[int]:
    nothing = np.zeros(len(rated))
    series = DaySeries(
        entity_id="simulated", first_day=FIRST_DAY, total=rated, negative=nothing,
        positive=nothing, unlikely=nothing, rated=rated, rating_sum=rating_sum.astype(float),
        live=nothing, arrival=np.ones(7),
    )  # fmt: skip
    rule = RatingDrop()
    episodes = replay(series, rule, rule.prepare(series, policy), policy)
    return [series.index(episode.start) for episode in episodes]


def main() -> None:
    """Print the tables of docs/alerting.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=200, help="per band")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--noise", choices=NOISES, default="restless")
    arguments = parser.parse_args()
    started = time.perf_counter()
    _spikes(arguments.entities, arguments.seed, NOISES[arguments.noise])
    _drop_table(max(20, arguments.entities // 4), arguments.seed)
    print(f"\n{time.perf_counter() - started:.0f} s")


def _spikes(entities: int, seed: int, noise: Noise) -> None:
    scenarios = {
        "false alarms / year": (1.0, 1.0), "power 3x": (3.0, 1.0), "power 5x": (5.0, 1.0),
        "alarms, 3x of everything": (3.0, 3.0),
    }  # fmt: skip
    for title, (wave, other) in scenarios.items():
        rng = np.random.default_rng(seed)
        worlds = [simulate(rng, band, entities, wave, other, noise) for band in BANDS]
        print(f"\n{title:<26}" + "".join(f"{band:>13g}/wk" for band in BANDS))
        for name, detect in detectors().items():
            print(f"{name:<26}" + "".join(_cell(detect(world), world) for world in worlds))


def _cell(openings: list[list[int]], world: World) -> str:
    if world.wave_day is None:
        return f"{false_alarms(openings):>16.2f}"
    found, delay = power(openings, world.wave_day)
    return f"{found:>9.2f} {delay:>4.1f} d"


def _drop_table(entities: int, seed: int) -> None:
    bands = (3.0, 10.0, 40.0)
    print("\nrating drop: false alarms / year, power 4.15 -> 3 stars for 4 weeks")
    print(f"{'ratings':<26}" + "".join(f"{band:>13g}/wk" for band in bands))
    for name, policy in PRESETS.items():
        rng = np.random.default_rng(seed)
        cells = [
            f"{rating_false_alarms(rng, policy, band, entities):>9.2f} "
            f"{rating_power(rng, policy, band, entities):>6.2f}"
            for band in bands
        ]
        print(f"{name:<26}" + "".join(cells))


if __name__ == "__main__":
    main()
