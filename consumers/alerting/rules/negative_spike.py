"""More negatives than chance allows, and a larger share of them: something went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from consumers.alerting.baseline import Track, track
from consumers.alerting.evaluation import Evaluation, Gate
from consumers.alerting.policy import Policy, SpikePolicy
from consumers.alerting.rule import held_back, window_sum
from consumers.alerting.series import DaySeries
from consumers.alerting.shares import usual_shares
from consumers.alerting.tails import Floats, beta_binomial_tail
from pipeline.records import Severity

ShareVerdict = Literal["raised", "hinted", "usual", "saturated"]
USUAL_NEGATIVE_SHARE = 0.2
"""Before an entity showed its own."""


@dataclass(frozen=True, kw_only=True)
class PreparedSpike:
    """Surprise of the count and the usual share, for every day."""

    count: Track
    share: Floats
    share_weight: Floats

    @property
    def notable(self) -> Floats:
        """Largest surprise of the day's windows."""
        return np.asarray(self.count.surprise[:, :, 0].max(axis=0))


class NegativeSpike:
    """Negative-binomial surprise of the count, beta-binomial test of the share."""

    name = "negative_spike"
    counted = "negative"

    def prepare(self, series: DaySeries, policy: Policy) -> PreparedSpike:
        """Track negatives (near-duplicates once) and their share."""
        shares, weights = usual_shares(
            series.negative,
            series.total,
            half_life_days=policy.baseline.half_life_days,
            skipped_days=policy.baseline.skipped_days,
            prior=USUAL_NEGATIVE_SHARE,
        )
        count = track(
            series.negative,
            series.weekdays,
            series.arrival,
            policy.baseline,
            min_count=policy.spike.min_count,
            min_ratio=policy.spike.min_ratio,
        )
        return PreparedSpike(count=count, share=shares, share_weight=weights)

    def judge(
        self, series: DaySeries, prepared: PreparedSpike, today: date, policy: Policy
    ) -> Evaluation:
        """Alarm when count and share agree, or one of them is beyond doubt."""
        at, spike, count = series.index(today), policy.spike, prepared.count
        best = int(np.argmax(count.surprise[:, at, 0]))
        days = policy.baseline.windows[best]
        surprise = float(count.surprise[best, at, 0])
        observed, total = float(count.observed[best, at, 0]), series.window_total(at, days)
        usual = float(prepared.share[at])
        improbable = beta_binomial_tail(
            round(observed), max(round(total), round(observed)), usual, spike.share_precision
        )
        threshold = threshold_for(7.0 * float(count.rate[at, 0]), spike)
        raised_by = observed / max(total, 1.0) - usual
        share = share_verdict(improbable, usual, raised_by, spike)
        alone = improbable < spike.share_alone and surprise >= spike.share_alone_surprise
        unlikely = window_sum(series.unlikely, at, days) / max(observed, 1.0)
        return Evaluation(
            rule=self.name,
            entity_id=series.entity_id,
            today=today,
            window_days=days,
            observed=observed,
            expected=float(count.expected[best, at, 0]),
            surprise=surprise,
            threshold=spike.share_alone_surprise if alone else threshold,
            kind="review_bombing" if unlikely >= spike.bombing_share else "complaints",
            severity=_severity(share, surprise, threshold),
            gates=held_back(
                self.name, series, today, policy, more=_gates(surprise, threshold, alone, share)
            ),
            details={
                "size": float(count.size[best, at, 0]),
                "rate_a_day": float(count.rate[at, 0]),
                "arrival": [round(float(value), 4) for value in series.arrival],
                "window_total": total,
                "share": observed / max(total, 1.0),
                "usual_share": usual,
                "share_probability": improbable,
                "share_verdict": share,
                "unlikely_share": min(1.0, unlikely),
            },
        )


def threshold_for(usual_a_week: float, policy: SpikePolicy) -> float:
    """Surprise that alarms: lower where negatives are rare, since few can ever come."""
    if usual_a_week < policy.rare_a_week:
        return policy.threshold_rare
    return policy.threshold_few if usual_a_week < policy.few_a_week else policy.threshold


def share_verdict(
    improbable: float, usual: float, raised_by: float, policy: SpikePolicy
) -> ShareVerdict:
    """What the share of negatives says, given its probability, the usual share, and by how
    much it is above that."""
    if improbable < policy.share_probability:
        return "raised"
    if usual >= policy.share_saturated and raised_by >= 0.0:
        return "saturated"
    return "hinted" if improbable < policy.share_hint else "usual"


def _severity(share: ShareVerdict, surprise: float, threshold: float) -> Severity:
    if share == "raised" and surprise >= threshold:
        return "critical"
    return "critical" if share == "saturated" and surprise >= 2 * threshold else "warning"


def _gates(surprise: float, threshold: float, alone: bool, share: ShareVerdict) -> list[Gate]:
    if surprise < threshold and not alone:
        return [Gate(name="below_threshold", reason=f"surprise {surprise:.2f} < {threshold:.2f}")]
    if share == "usual":
        return [Gate(name="same_share", reason="more of everything, the share is the usual one")]
    return []
