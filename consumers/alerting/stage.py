"""The stage that watches what was stored and says when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from consumers.alerting import indicators, reading
from consumers.alerting.episodes import Turn, cools_down, take
from consumers.alerting.evaluation import Evaluation
from consumers.alerting.evidence import Evidence, counted_kind, gather
from consumers.alerting.journal import Cause, Entry, Journal, carried_on, time_itself
from consumers.alerting.policy import policy_for
from consumers.alerting.rule import Rule, evaluate
from consumers.alerting.rules import RULES
from consumers.alerting.series import DaySeries
from consumers.alerting.solicitation import weigh_signs
from consumers.alerting.source_health import resting_on, unhealthy_sources
from consumers.alerting.wording import alert_of
from pipeline.clock import Clock
from pipeline.errors import NotReady
from pipeline.mongo import Store
from pipeline.records import Alert, Record, StoredReview
from pipeline.settings import AlertSettings
from pipeline.stage import BatchResult, Delivery

logger = logging.getLogger(__name__)

NO_NEWS = frozenset({"unchanged", "rescored"})
"""Outcomes that bring an entity no news: nobody said anything."""
SWEEP_SECONDS = 600.0
"""How often open episodes are looked through for what time alone brings."""
REPEAT_SECONDS = 3_600.0
"""A turn that time brought is published again by every sweep for so long: no offset is
committed with it that would prove its publication, and receivers know a repeat by its
fingerprint and sequence."""


class Touch(NamedTuple):
    """Which messages of a batch touched an entity; all are of one partition, by their key."""

    first: Cause
    last: Cause


class Occasion(NamedTuple):
    """Why and when an entity is judged, and what is to be known of its sources."""

    cause: Cause
    now: datetime
    unhealthy: Mapping[str, str]
    """Source → what is wrong with it."""


class AlertingStage:
    """Evaluates every rule for each entity that got news, once a batch."""

    name = "alerting"
    topic = "reviews.stored"

    def __init__(self, store: Store, clock: Clock, settings: AlertSettings) -> None:
        self._store = store
        self._journal = Journal(store)
        self._clock = clock
        self._policy = policy_for(settings)
        self._swept_at = float("-inf")

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Evaluate the touched entities; publish what people are to hear.

        Backfills touch nothing: they are history, and say so.
        """
        touches = touched(batch)
        if not touches:
            return BatchResult()
        self._wait_for_history(touches.keys())
        now = to_milliseconds(self._clock.now())
        before = self._latest(list(touches), now.date())
        repeated = [
            entry.alert
            for entry in before.values()
            if entry.told_by(touches[entry.episode.entity_id].first)
        ]
        causes = {name: touch.last for name, touch in touches.items()}
        told = self._evaluate(causes, before, now)
        if told:
            # The next tick shows the new number of open episodes.
            self._swept_at = float("-inf")
        return BatchResult(outputs=[*repeated, *told])

    def tick(self, now: datetime) -> Sequence[Record]:
        """Evaluate open episodes anew once a day: windows move on without news."""
        if self._clock.monotonic() - self._swept_at < SWEEP_SECONDS:
            return ()
        now = to_milliseconds(now)
        entries = self._journal.open_entries()
        indicators.show_open(entry.alert for entry in entries)
        repeat_since = now - timedelta(seconds=REPEAT_SECONDS)
        repeated = [entry.alert for entry in self._journal.told_by_time(repeat_since)]
        stale = {
            entry.episode.entity_id: time_itself(now)
            for entry in entries
            if entry.evaluated_on < now.date()
        }
        told: list[Alert] = []
        if stale:
            told = self._evaluate(stale, self._latest(list(stale), now.date()), now)
        self._swept_at = self._clock.monotonic()
        return [*repeated, *told]

    def close(self) -> None:
        """Nothing is held."""

    def _wait_for_history(self, entity_ids: Collection[str]) -> None:
        """Judge nothing against a baseline that is still being counted.

        Raises NotReady: the store stage counts a backfill's day buckets a moment later.
        """
        if uncounted := reading.uncounted_entities(self._store) & set(entity_ids):
            raise NotReady(f"the history of {', '.join(sorted(uncounted))} is being counted")

    def _latest(self, entity_ids: Sequence[str], today: date) -> dict[tuple[str, str], Entry]:
        since = today - timedelta(days=self._policy.cooldown_days + 1)
        return self._journal.latest(entity_ids, since)

    def _evaluate(
        self, causes: dict[str, Cause], before: dict[tuple[str, str], Entry], now: datetime
    ) -> list[Alert]:
        changed: list[Entry] = []
        told: list[Alert] = []
        series = reading.load_series(self._store, list(causes), now.date())
        unhealthy = unhealthy_sources(self._store, list(causes))
        for entity_id, days in series.items():
            indicators.show_entity(days)
            for rule in RULES.values():
                entry, is_told = self._judge(
                    rule, days, before.get((entity_id, rule.name)),
                    Occasion(causes[entity_id], now, unhealthy.get(entity_id, {})),
                )  # fmt: skip
                if entry is not None:
                    changed.append(entry)
                if entry is not None and is_told:
                    told.append(entry.alert)
        self._journal.write(changed, before.values())
        indicators.count_raised(told)
        return told

    def _judge(
        self, rule: Rule, series: DaySeries, last: Entry | None, occasion: Occasion
    ) -> tuple[Entry | None, bool]:
        """The entry to write, if any, and whether its alert is to be published."""
        today = occasion.now.date()
        evaluation = evaluate(rule, series, today, self._policy)
        indicators.show_surprise(evaluation)
        episode = last.episode if last else None
        if evaluation.alarms and cools_down(episode, evaluation, self._policy):
            indicators.count_held_back(rule.name, "cooldown")
            return None, False
        turn = take(episode, evaluation, self._policy)
        if turn.is_told:
            return self._tell(rule, turn, evaluation, last, occasion)
        if last is None or turn.episode is None or last.episode.is_over:
            return None, False
        return carried_on(last, turn.episode, today), False

    def _tell(
        self,
        rule: Rule,
        turn: Turn,
        evaluation: Evaluation,
        last: Entry | None,
        occasion: Occasion,
    ) -> tuple[Entry | None, bool]:
        cause, now, episode = occasion.cause, occasion.now, turn.episode
        assert episode is not None
        same = last is not None and last.episode.fingerprint == episode.fingerprint
        if episode.is_over and last is not None:
            evidence, drivers = list(last.alert.evidence), list(last.alert.drivers)
        else:
            found = collect_evidence(self._store, rule, evaluation)
            if not (found.has_news or same):
                indicators.count_held_back(rule.name, "backfill")
                return None, False
            doubt = resting_on(found.reviews, occasion.unhealthy)
            if doubt is not None and not same:
                indicators.count_held_back(rule.name, doubt.name)
                logger.info("%s: %s held back: %s", evaluation.entity_id, rule.name, doubt.reason)
                return None, False
            peak = weigh_signs(episode.peak, found.drivers, self._policy.burst)
            episode = replace(episode, peak=peak)
            evidence, drivers = [note.review_id for note in found.reviews], list(found.drivers)
        started_at = last.alert.started_at if last is not None and same else now
        alert = alert_of(episode, evidence, drivers, started_at=started_at, now=now)
        entry = Entry(
            episode=episode, alert=alert, cause=cause, evaluated_on=now.date(), raised_at=now
        )
        return entry, True


def collect_evidence(store: Store, rule: Rule, evaluation: Evaluation) -> Evidence:
    """The reviews behind an evaluation, compared with what is usual."""
    window = reading.load_window(
        store, evaluation.entity_id, evaluation.window_start, evaluation.today
    )
    usual = reading.load_usual(store, evaluation.entity_id, evaluation.window_start)
    return gather(counted_kind(evaluation, rule.counted), window, usual)


def to_milliseconds(moment: datetime) -> datetime:
    """As exact as the store keeps times, so that a repeated alert equals the first."""
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def touched(batch: Iterable[Delivery]) -> dict[str, Touch]:
    """Entity → the messages of the batch that brought it news."""
    touches: dict[str, Touch] = {}
    for delivery in batch:
        stored: StoredReview = delivery.record
        if stored.is_backfill or stored.outcome in NO_NEWS:
            continue
        message = delivery.message
        known = touches.get(stored.entity_id)
        this = Cause(message.partition, message.offset, to_milliseconds(message.written_at))
        touches[stored.entity_id] = Touch(known.first if known else this, this)
    return touches
