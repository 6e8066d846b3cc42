"""What the alarm rules would have said about a stored entity, with the reviews that say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from consumers.alerting import reading
from consumers.alerting.backtest import backtest
from consumers.alerting.episodes import Episode
from consumers.alerting.evaluation import Gate
from consumers.alerting.evidence import Evidence
from consumers.alerting.policy import Policy
from consumers.alerting.rule import Rule
from consumers.alerting.series import DaySeries
from consumers.alerting.solicitation import weigh_signs
from consumers.alerting.source_health import resting_on, unhealthy_sources
from consumers.alerting.stage import collect_evidence
from consumers.alerting.tails import Floats
from consumers.alerting.wording import alert_of
from otzvuk.queries.known import known_entities
from pipeline.errors import UsageError
from pipeline.mongo import Store
from pipeline.records import Alert

MOST_DAYS = 10
BUSY_FACTOR = 2.0

_COUNTS: dict[str, Callable[[DaySeries], Floats]] = {
    "negative_spike": lambda series: series.negative,
    "review_burst": lambda series: series.total,
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One episode that would have been."""

    episode: Episode
    alert: Alert
    """As people would have got it at the episode's peak."""
    evidence: Evidence
    held_back_by: Gate | None
    """What would hold it back now: only said of an episode that still lasts."""
    busiest_days: tuple[tuple[date, int], ...]
    """Days of the episode (its first window included) with at least `BUSY_FACTOR` times the
    usual reviews that the rule counts, oldest first; at most ten."""


def load(store: Store, entity_id: str) -> DaySeries:
    """The entity's whole history.

    Raises UsageError when nothing is stored of it.
    """
    series = reading.load_history(store, entity_id)
    if series is not None:
        return series
    stored = (
        ", ".join(known_entities(store)) or "nothing yet: `otzvuk import` or `otzvuk crawl` first"
    )
    raise UsageError(f"nothing is stored of entity {entity_id!r}; stored are: {stored}")


def find(
    store: Store,
    series: DaySeries,
    rules: Sequence[Rule],
    policy: Policy,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Finding]:
    """Episodes that overlap the days, oldest first within each rule; what was before `since`
    still feeds the baseline."""
    for rule in rules:
        for episode in backtest(series, rule, policy):
            end = episode.end or series.last_day
            if (since is None or end >= since) and (until is None or episode.start <= until):
                yield _finding(store, series, rule, episode, policy)


def _finding(
    store: Store, series: DaySeries, rule: Rule, episode: Episode, policy: Policy
) -> Finding:
    evidence = collect_evidence(store, rule, episode.peak)
    peak = weigh_signs(episode.peak, evidence.drivers, policy.burst)
    episode = replace(episode, peak=peak)
    alert = alert_of(
        replace(episode, state="open"),
        [note.review_id for note in evidence.reviews],
        evidence.drivers,
        started_at=datetime.combine(episode.start, time(), UTC),
        now=datetime.combine(episode.peak.today, time(), UTC),
    )
    return Finding(
        episode=episode,
        alert=alert,
        evidence=evidence,
        held_back_by=_present_doubt(store, episode, evidence),
        busiest_days=tuple(_busiest_days(series, episode)),
    )


def _present_doubt(store: Store, episode: Episode, evidence: Evidence) -> Gate | None:
    if episode.end is not None:
        return None
    entity_id = episode.peak.entity_id
    unhealthy = unhealthy_sources(store, [entity_id]).get(entity_id, {})
    return resting_on(evidence.reviews, unhealthy)


def _busiest_days(series: DaySeries, episode: Episode) -> list[tuple[date, int]]:
    counts = _COUNTS.get(episode.rule)
    if counts is None:
        return []
    counted = counts(series)
    peak = episode.peak
    first = max(0, min(series.index(peak.window_start), series.index(episode.start)))
    last = series.index(episode.end or series.last_day)
    usual = max(1.0, peak.expected / peak.window_days)
    busy = [at for at in range(first, last + 1) if counted[at] >= BUSY_FACTOR * usual]
    largest = sorted(busy, key=lambda at: -counted[at])[:MOST_DAYS]
    return [(series.day(at), round(float(counted[at]))) for at in sorted(largest)]
