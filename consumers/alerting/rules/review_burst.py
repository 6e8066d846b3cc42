"""More reviews at once than people write by themselves: perhaps somebody asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from consumers.alerting.baseline import Track, track
from consumers.alerting.evaluation import Evaluation, Gate
from consumers.alerting.policy import BurstPolicy, Policy
from consumers.alerting.rule import held_back, window_sum
from consumers.alerting.series import DaySeries
from consumers.alerting.shares import usual_shares
from consumers.alerting.tails import Floats


@dataclass(frozen=True, kw_only=True)
class PreparedBurst:
    """Surprise of the reviews that are not negative, and of all."""

    not_negative: Track
    everything: Track
    negative_share: Floats

    @property
    def notable(self) -> Floats:
        """Largest surprise of the day."""
        both = np.maximum(self.not_negative.surprise, self.everything.surprise)
        return np.asarray(both[:, :, 0].max(axis=0))


class ReviewBurst:
    """The negative spike's count test, on the reviews that are not negative and on all."""

    name = "review_burst"
    counted = "all"

    def prepare(self, series: DaySeries, policy: Policy) -> PreparedBurst:
        """Track both counts."""
        burst = policy.burst

        def tracked(counts: Floats) -> Track:
            return track(
                counts,
                series.weekdays,
                series.arrival,
                policy.baseline,
                min_count=burst.min_count,
                min_ratio=burst.min_ratio,
            )

        share, _ = usual_shares(
            series.negative,
            series.total,
            half_life_days=policy.baseline.half_life_days,
            skipped_days=policy.baseline.skipped_days,
            prior=0.2,
        )
        quiet = np.maximum(series.total - series.negative, 0.0)
        return PreparedBurst(
            not_negative=tracked(quiet), everything=tracked(series.total), negative_share=share
        )

    def judge(
        self, series: DaySeries, prepared: PreparedBurst, today: date, policy: Policy
    ) -> Evaluation:
        """Alarm on the more surprising of the two counts."""
        at = series.index(today)
        praise = prepared.not_negative.surprise[:, at, 0]
        everything = prepared.everything.surprise[:, at, 0]
        praised = praise.max() >= everything.max()
        chosen = prepared.not_negative if praised else prepared.everything
        best = int(np.argmax(chosen.surprise[:, at, 0]))
        days = policy.baseline.windows[best]
        surprise = float(chosen.surprise[best, at, 0])
        observed = float(chosen.observed[best, at, 0])
        expected = float(chosen.expected[best, at, 0])
        negatives = window_sum(series.negative, at, days)
        usual = float(prepared.negative_share[at])
        total_expected = float(prepared.everything.expected[best, at, 0])
        total_excess = window_sum(series.total, at, days) - total_expected
        excess = (negatives - usual * total_expected) / max(total_excess, 1.0)
        loud = policy.burst.loud_factor * policy.burst.threshold
        return Evaluation(
            rule=self.name,
            entity_id=series.entity_id,
            today=today,
            window_days=days,
            observed=observed,
            expected=expected,
            surprise=surprise,
            threshold=policy.burst.threshold,
            kind="praise_burst" if praised else "volume_burst",
            severity="warning" if surprise >= loud else "info",
            gates=held_back(
                self.name, series, today, policy, more=_gates(surprise, excess, usual, policy.burst)
            ),
            details={
                "size": float(chosen.size[best, at, 0]),
                "rate_a_day": float(chosen.rate[at, 0]),
                "negatives": negatives,
                "share": negatives / max(window_sum(series.total, at, days), 1.0),
                "usual_share": usual,
                "negative_part_of_excess": excess,
            },
        )


def _gates(surprise: float, excess: float, usual: float, policy: BurstPolicy) -> list[Gate]:
    if surprise < policy.threshold:
        reason = f"surprise {surprise:.2f} < {policy.threshold:.2f}"
        return [Gate(name="below_threshold", reason=reason)]
    if excess > max(policy.negative_excess, usual + policy.negative_margin):
        reason = f"{excess:.0%} of the excess is negative: that is the negative spike's alarm"
        return [Gate(name="mostly_negative", reason=reason)]
    return []
