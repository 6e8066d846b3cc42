"""The stars of the last days are lower than this entity's stars usually are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from consumers.alerting.evaluation import Evaluation, Gate
from consumers.alerting.policy import DropPolicy, Policy
from consumers.alerting.rule import held_back, window_sum
from consumers.alerting.series import DaySeries
from consumers.alerting.shares import usual_shares
from consumers.alerting.tails import Floats, beta_binomial_tail, surprise

USUAL_LOSS = 0.2
"""Mean of (5 − star) / 4 before an entity showed its own: 4.2 stars."""


@dataclass(frozen=True, kw_only=True)
class PreparedDrop:
    """The usual loss of stars, and how many ratings say so, for every day."""

    loss: Floats
    weight: Floats
    notable: Floats


@dataclass(frozen=True, kw_only=True)
class _Reading:
    days: int
    rated: float
    mean: float
    surprise: float


class RatingDrop:
    """Beta-binomial tail of the lost stars.

    A star s loses x = (5 − s) / 4 of what it could give. Among variables on 0…1 with one mean
    the all-or-nothing one has the heaviest tails (Hoeffding 1963, theorem 1 and section 2), so
    the tail of a binomial, here one whose level drifts, is a cautious probability for Σ x.
    """

    name = "rating_drop"
    counted = "rated"

    def prepare(self, series: DaySeries, policy: Policy) -> PreparedDrop:
        """Track the loss of stars."""
        drop = policy.drop
        loss = (5.0 * series.rated - series.rating_sum) / 4.0
        usual, weight = usual_shares(
            loss,
            series.rated,
            half_life_days=drop.half_life_days,
            skipped_days=drop.skipped_days,
            prior=USUAL_LOSS,
        )
        return PreparedDrop(
            loss=usual, weight=weight, notable=_notable(series, loss, usual, weight, drop)
        )

    def judge(
        self, series: DaySeries, prepared: PreparedDrop, today: date, policy: Policy
    ) -> Evaluation:
        """Alarm when a window's mean star fell, surely and by enough."""
        at, drop = series.index(today), policy.drop
        usual = 5.0 - 4.0 * float(prepared.loss[at])
        best = max(
            (_read(series, at, days, prepared, drop) for days in drop.windows),
            key=lambda reading: reading.surprise,
        )
        fallen = usual - best.mean
        return Evaluation(
            rule=self.name,
            entity_id=series.entity_id,
            today=today,
            window_days=best.days,
            observed=best.mean,
            expected=usual,
            surprise=best.surprise,
            threshold=drop.threshold,
            kind="rating_drop",
            severity="critical" if fallen >= 1.0 else "warning",
            gates=held_back(
                self.name, series, today, policy, more=_gates(best, fallen, prepared, at, drop)
            ),
            details={
                "rated": best.rated,
                "usual_weight": float(prepared.weight[at]),
                "drop": fallen,
                "precision": drop.precision,
            },
        )


def _notable(
    series: DaySeries, loss: Floats, usual: Floats, weight: Floats, policy: DropPolicy
) -> Floats:
    """How many stars the worst window lies below the usual ones, where that could alarm."""
    worst = np.zeros(series.days)
    for days in policy.windows:
        kernel = np.ones(days)
        rated = np.convolve(series.rated, kernel)[: series.days]
        fallen = 4.0 * (np.convolve(loss, kernel)[: series.days] / np.maximum(rated, 1.0) - usual)
        worst = np.maximum(worst, np.where(rated >= policy.min_count, fallen, 0.0))
    possible = (worst >= policy.min_drop) & (weight >= policy.min_baseline)
    return np.where(possible, worst, 0.0)


def _read(
    series: DaySeries, at: int, days: int, prepared: PreparedDrop, policy: DropPolicy
) -> _Reading:
    rated = window_sum(series.rated, at, days)
    if rated < policy.min_count:
        usual = 5.0 - 4.0 * float(prepared.loss[at])
        return _Reading(days=days, rated=rated, mean=usual, surprise=0.0)
    mean = window_sum(series.rating_sum, at, days) / rated
    lost = math.floor(rated * (5.0 - mean) / 4.0 + 1e-9)
    # The baseline is itself known only from so many ratings: it drifts at least that much.
    precision = min(policy.precision, max(1.0, float(prepared.weight[at])))
    tail = beta_binomial_tail(lost, round(rated), float(prepared.loss[at]), precision)
    return _Reading(days=days, rated=rated, mean=mean, surprise=surprise(tail))


def _gates(
    best: _Reading, fallen: float, prepared: PreparedDrop, at: int, policy: DropPolicy
) -> list[Gate]:
    weight = float(prepared.weight[at])
    if best.rated < policy.min_count or weight < policy.min_baseline:
        return [Gate(
            name="few_ratings",
            reason=f"{best.rated:.0f} ratings against {weight:.1f}: at least {policy.min_count} "
            f"and {policy.min_baseline:.0f} are needed",
        )]  # fmt: skip
    gates = []
    if best.surprise < policy.threshold:
        gates.append(Gate(
            name="below_threshold", reason=f"surprise {best.surprise:.2f} < {policy.threshold:.2f}"
        ))  # fmt: skip
    if fallen < policy.min_drop:
        gates.append(Gate(name="small_drop", reason=f"{fallen:.2f} < {policy.min_drop} stars"))
    return gates
