"""What a rule would have said in the past, day by day, knowing only what was before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from consumers.alerting.episodes import Episode, take
from consumers.alerting.policy import Policy
from consumers.alerting.rule import Rule
from consumers.alerting.series import DaySeries


def backtest(series: DaySeries, rule: Rule, policy: Policy) -> list[Episode]:
    """Every episode, oldest first; the last one may still be open.

    Each review counts as having arrived on its event day. Days on which the rule certainly
    stays silent are judged only while an episode is open, which is what makes years cheap.
    """
    history = series.as_history()
    return list(replay(history, rule, rule.prepare(history, policy), policy))


def replay(series: DaySeries, rule: Rule, prepared: Any, policy: Policy) -> Iterator[Episode]:
    """The episodes of a series from what the rule already prepared for it."""
    notable = np.asarray(prepared.notable) > 0
    last: Episode | None = None
    for at in range(policy.min_covered_days, series.days):
        is_open = last is not None and not last.is_over
        if not (is_open or notable[at]):
            continue
        evaluation = rule.judge(series, prepared, series.day(at), policy)
        before, last = last, take(last, evaluation, policy).episode
        if before is not None and last is not None and before.start != last.start:
            yield before
    if last is not None:
        yield last
