"""An episode as an Alert: the numbers, the evidence, and the words for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from consumers.alerting import english, russian
from consumers.alerting.episodes import Episode
from consumers.alerting.evidence import MOST_REVIEWS
from pipeline.records import Alert, AlertDriver


def alert_of(
    episode: Episode,
    evidence: Sequence[str],
    drivers: Sequence[AlertDriver],
    *,
    started_at: datetime,
    now: datetime,
) -> Alert:
    """The episode's present state as the record that channels get."""
    peak = episode.peak
    return Alert(
        fingerprint=episode.fingerprint,
        sequence=episode.sequence,
        rule=episode.rule,
        entity_id=episode.entity_id,
        severity=peak.severity,
        state=episode.state,
        window_start=peak.window_start.isoformat(),
        window_end=peak.today.isoformat(),
        observed=round(peak.observed, 4),
        expected=round(peak.expected, 4),
        surprise=round(peak.surprise, 4),
        threshold=peak.threshold,
        title_ru=russian.title(episode)[:2_000],
        title_en=english.title(episode)[:2_000],
        text_ru=russian.text(episode, drivers),
        text_en=english.text(episode, drivers),
        evidence=tuple(evidence[:MOST_REVIEWS]),
        drivers=tuple(drivers),
        started_at=started_at,
        raised_at=now,
        details={"kind": peak.kind, **peak.details},
    )
