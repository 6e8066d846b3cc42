"""An episode is one trouble from its first alarm to its end; people hear of its turns only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from consumers.alerting.evaluation import Evaluation
from consumers.alerting.policy import Policy
from pipeline.identity import digest
from pipeline.records import AlertState, Severity

_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}
_COUNTS = {"solicited_praise": "praise_burst", "solicited_burst": "volume_burst"}
"""Kinds that evidence gave → the kind whose reviews they count."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    """Where an episode stands."""

    rule: str
    entity_id: str
    start: date
    """Day of the first alarm."""
    state: AlertState = "open"
    sequence: int = 0
    """Turns told so far, less one."""
    peak: Evaluation
    """The most surprising evaluation of it."""
    told_surprise: float
    """Surprise that people were told last."""
    end: date | None = None
    """First day on which it no longer alarmed; None while it lasts."""

    @property
    def fingerprint(self) -> str:
        """One per episode, the same whoever computes it."""
        return fingerprint(self.rule, self.entity_id, self.start)

    @property
    def is_over(self) -> bool:
        """Whether it ended."""
        return self.state == "resolved"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An episode after an evaluation, and whether people are to hear of it."""

    episode: Episode | None
    """None when there is none, and none was before."""
    is_told: bool


def fingerprint(rule: str, entity_id: str, start: date) -> str:
    """Digest of what makes an episode itself."""
    return digest("alert", rule, entity_id, start.isoformat())


def take(last: Episode | None, evaluation: Evaluation, policy: Policy) -> Turn:
    """The turn that an evaluation brings to the entity's last episode of the rule.

    Taking the same evaluation twice tells it once.
    """
    if last is None or last.is_over:
        return _perhaps_open(last, evaluation, policy)
    if not evaluation.sustains:
        return _tell(last, last.peak, state="resolved", end=evaluation.today)
    if not evaluation.alarms:
        return Turn(episode=last, is_told=False)
    worse = evaluation.surprise >= last.told_surprise + policy.renotify_step
    if worse or _RANK[evaluation.severity] > _RANK[last.peak.severity]:
        return _tell(last, evaluation, state="updated", end=None)
    return Turn(episode=replace(last, peak=_higher(last.peak, evaluation)), is_told=False)


def _higher(peak: Evaluation, evaluation: Evaluation) -> Evaluation:
    """The more surprising one, with the severity and kind that people were told; where another
    thing is counted now, the numbers they were told."""
    same = _COUNTS.get(peak.kind, peak.kind) == _COUNTS.get(evaluation.kind, evaluation.kind)
    if not same or evaluation.surprise <= peak.surprise:
        return peak
    return replace(evaluation, severity=peak.severity, kind=peak.kind)


def _perhaps_open(last: Episode | None, evaluation: Evaluation, policy: Policy) -> Turn:
    if not evaluation.alarms or cools_down(last, evaluation, policy):
        return Turn(episode=last, is_told=False)
    opened = Episode(
        rule=evaluation.rule,
        entity_id=evaluation.entity_id,
        start=evaluation.today,
        peak=evaluation,
        told_surprise=evaluation.surprise,
    )
    return Turn(episode=opened, is_told=True)


def cools_down(last: Episode | None, evaluation: Evaluation, policy: Policy) -> bool:
    """Whether it is too soon after `last` for a new episode; a clearly worse wave is not
    held back, and one that ended today starts no other today."""
    if last is None or last.end is None:
        return False
    since = (evaluation.today - last.end).days
    worse = evaluation.surprise >= last.peak.surprise + policy.renotify_step
    same_start = evaluation.today <= last.start
    return same_start or (since < policy.cooldown_days and not worse)


def _tell(last: Episode, peak: Evaluation, *, state: AlertState, end: date | None) -> Turn:
    told = replace(
        last,
        state=state,
        sequence=last.sequence + 1,
        peak=peak,
        told_surprise=max(peak.surprise, last.told_surprise),
        end=end,
    )
    return Turn(episode=told, is_told=True)
