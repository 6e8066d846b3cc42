"""What a rule is: a pure judgement of one day of a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np

from consumers.alerting.evaluation import Evaluation, Gate
from consumers.alerting.policy import Policy
from consumers.alerting.series import DaySeries
from consumers.alerting.tails import Floats


class Prepared(Protocol):
    """Whatever a rule computed once for all days of a series; causal, so that day t may be
    judged from it as if the later days were not there."""

    @property
    def notable(self) -> Floats:
        """[day] a number that is 0 where the rule certainly does not alarm."""


class Rule(Protocol):
    """One alarm rule."""

    name: str
    counted: str
    """Which reviews are its evidence: `negative`, `not_negative`, `rated` or `all`."""

    def prepare(self, series: DaySeries, policy: Policy) -> Any:
        """The rule's own `Prepared` for the series."""

    def judge(self, series: DaySeries, prepared: Any, today: date, policy: Policy) -> Evaluation:
        """The verdict for `today`, which lies within the series."""


def evaluate(rule: Rule, series: DaySeries, today: date, policy: Policy) -> Evaluation:
    """Judge one day on its own, as the stage does."""
    return rule.judge(series, rule.prepare(series, policy), today, policy)


def held_back(
    rule: str, series: DaySeries, today: date, policy: Policy, *, more: Sequence[Gate] = ()
) -> tuple[Gate, ...]:
    """The gates that every rule shares, and `more`."""
    covered = series.index(today)
    gates = list(more)
    if covered < policy.min_covered_days:
        gates.insert(0, Gate(
            name="covered_days",
            reason=f"{rule}: {covered} days of history, {policy.min_covered_days} are needed",
        ))  # fmt: skip
    return tuple(gates)


def window_sum(values: Floats, at: int, days: int) -> float:
    """Sum of the `days` ending at position `at`."""
    return float(np.sum(values[max(0, at - days + 1) : at + 1]))
