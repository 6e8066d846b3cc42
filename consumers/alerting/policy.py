"""How easily people are woken: every number a rule decides by, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.settings import AlertSettings

Preset = Literal["quiet", "balanced", "sensitive"]


@dataclass(frozen=True, kw_only=True)
class BaselinePolicy:
    """What is usual."""

    windows: tuple[int, ...] = (1, 3, 7)
    """Days; the surprise is the largest over them."""
    skipped_days: int = 7
    """The last days are left out of the baseline: a wave must not hide itself."""
    half_life_days: float = 60.0
    shortest_half_life_days: float = 10.0
    enough_reviews: float = 200.0
    """The half-life shrinks until it holds about so many reviews: a busy entity's level is
    known from its last weeks, and older ones only bring its trend in."""
    cap_factor: float = 4.0
    cap_constant: float = 2.0
    """A day counts at most cap_factor · rate + cap_constant: an old wave is not the usual."""
    prior_days: float = 14.0
    """The long-run rate is worth so many days of it."""
    prior_reviews: float = 20.0
    """… but never more than so many reviews, or a busy entity could not change."""
    prior_half_life_days: float = 365.0
    prior_floor: float = 0.25
    """Least reviews the prior stands for, so that a silent entity has a rate at all."""
    weekday_prior: float = 5.0
    """Reviews that each weekday's even share is worth."""
    dispersion_per_window: float = 0.3
    dispersion_constant: float = 0.15
    """1/r starts from per_window / w + constant before forecast errors were seen."""
    settling_days: int = 14
    """Forecasts made earlier say nothing about how far forecasts are off."""
    dispersion_margin: float = 1.25
    """What was measured is taken so much larger: it is itself uncertain."""
    dispersion_floor: float = 0.1
    """Never below so much of the start."""
    dispersion_prior: float = 8.0
    """Worth of that start, in units of 1 / start²; infinite keeps the start for ever."""


@dataclass(frozen=True, kw_only=True)
class SpikePolicy:
    """When a wave of negatives is one."""

    threshold: float = 3.0
    threshold_few: float = 2.7
    """Where fewer than `few_a_week` negatives are usual."""
    threshold_rare: float = 1.6
    """Where fewer than `rare_a_week` are."""
    few_a_week: float = 2.0
    rare_a_week: float = 0.6
    min_count: int = 3
    min_ratio: float = 1.5
    share_precision: float = 30.0
    share_probability: float = 0.03
    """Below it the share is raised for certain: critical."""
    share_hint: float = 0.1
    """Above it the share is the usual one, and more of everything is no crisis."""
    share_saturated: float = 0.6
    """Where so much is negative anyway, the share says nothing."""
    share_alone: float = 0.0005
    """So improbable a share alarms with a weaker count."""
    share_alone_surprise: float = 1.8
    """The count's surprise that it still needs."""
    bombing_share: float = 0.6
    """So many unlikely negatives make it an attack rather than a complaint."""


@dataclass(frozen=True, kw_only=True)
class DropPolicy:
    """When stars fell."""

    windows: tuple[int, ...] = (7, 28)
    skipped_days: int = 28
    half_life_days: float = 180.0
    threshold: float = 2.3
    min_count: int = 8
    min_drop: float = 0.3
    """Stars."""
    min_baseline: float = 10.0
    """Ratings (after ageing) without which there is nothing to compare with."""
    precision: float = 100.0
    """Of the beta-binomial: how far the level drifts by itself."""


@dataclass(frozen=True, kw_only=True)
class BurstPolicy:
    """When there are more reviews at once than people write by themselves."""

    threshold: float = 4.0
    min_count: int = 8
    min_ratio: float = 3.0
    negative_excess: float = 0.5
    negative_margin: float = 0.2
    """When negatives make a larger part of the excess than this, and than usual plus the
    margin, the negative spike is the alarm."""
    loud_factor: float = 2.5
    """So many thresholds make even an unexplained burst a warning."""
    sign_share: float = 0.4
    """Share of the evidence that a sign of solicitation must reach."""
    sign_lift: float = 1.5
    """… and how far above its usual share."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything the rules and episodes decide by."""

    min_covered_days: int = 28
    cooldown_days: int = 7
    renotify_step: float = 2.0
    baseline: BaselinePolicy = field(default_factory=BaselinePolicy)
    spike: SpikePolicy = field(default_factory=SpikePolicy)
    drop: DropPolicy = field(default_factory=DropPolicy)
    burst: BurstPolicy = field(default_factory=BurstPolicy)


_BALANCED = Policy()

PRESETS: dict[str, Policy] = {
    "quiet": replace(
        _BALANCED,
        spike=SpikePolicy(
            threshold=4.0, threshold_few=4.0, threshold_rare=4.0,
            share_alone=0.0001, share_alone_surprise=2.3,
        ),
        drop=DropPolicy(threshold=3.0, min_count=12, min_drop=0.5),
        burst=BurstPolicy(threshold=6.0),
    ),
    "balanced": _BALANCED,
    "sensitive": replace(
        _BALANCED,
        spike=SpikePolicy(
            threshold=2.3, threshold_few=2.0, threshold_rare=1.3,
            share_alone=0.003, share_alone_surprise=1.5,
        ),
        drop=DropPolicy(threshold=1.7, min_count=6, min_drop=0.3),
        burst=BurstPolicy(threshold=3.0, min_count=6, min_ratio=2.0),
    ),
}  # fmt: skip
"""Name in the settings → policy; the figures behind them are in docs/alerting.md."""


def policy_for(settings: AlertSettings) -> Policy:
    """The preset with what the settings say on top."""
    return replace(
        PRESETS[settings.preset],
        min_covered_days=settings.min_covered_days,
        cooldown_days=settings.cooldown_days,
        renotify_step=settings.renotify_step,
    )
