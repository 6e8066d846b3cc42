"""What dashboards see of reputation and of the rules' work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from consumers.alerting.evaluation import Evaluation
from consumers.alerting.rule import window_sum
from consumers.alerting.series import DaySeries
from pipeline import metrics
from pipeline.records import Alert

SHARE_DAYS = 28
RATING_DAYS = 90
LEAST_REVIEWS = 3
"""Fewer give no figure."""


def show_entity(series: DaySeries) -> None:
    """Negative share of the last 28 days, mean star of the last 90."""
    at = series.days - 1
    total = window_sum(series.total, at, SHARE_DAYS)
    if total >= LEAST_REVIEWS:
        share = window_sum(series.negative, at, SHARE_DAYS) / total
        metrics.REPUTATION_NEGATIVE_SHARE.labels(series.entity_id).set(share)
    rated = window_sum(series.rated, at, RATING_DAYS)
    if rated >= LEAST_REVIEWS:
        mean = window_sum(series.rating_sum, at, RATING_DAYS) / rated
        metrics.REPUTATION_RATING.labels(series.entity_id).set(mean)


def show_surprise(evaluation: Evaluation) -> None:
    """The rule's present surprise, and what held the alarm back."""
    labels = (evaluation.entity_id, evaluation.rule)
    metrics.REPUTATION_SURPRISE.labels(*labels).set(evaluation.surprise)
    for gate in evaluation.gates:
        count_held_back(evaluation.rule, gate.name)


def count_held_back(rule: str, gate: str) -> None:
    """One evaluation did not alarm, for this reason."""
    metrics.EVALUATIONS_HELD_BACK.labels(rule, gate).inc()


def count_raised(alerts: Iterable[Alert]) -> None:
    """Alerts that are being published."""
    for alert in alerts:
        metrics.ALERTS_RAISED.labels(alert.rule, alert.severity, alert.state).inc()


def show_open(alerts: Iterable[Alert]) -> None:
    """How many episodes last, by rule and severity."""
    metrics.OPEN_EPISODES.clear()
    for (rule, severity), count in Counter((a.rule, a.severity) for a in alerts).items():
        metrics.OPEN_EPISODES.labels(rule, severity).set(count)
