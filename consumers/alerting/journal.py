"""Episodes in the store: what was told, by which message, so that a crash repeats it exactly.

Only our own fields of an alert document are ever written; what people did about an alert
(acknowledged, snoozed, resolved by) stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from consumers.alerting.episodes import Episode
from pipeline.mongo import Document, Store, UpdateOne, translated_errors
from pipeline.records import Alert

FOR_EVER = "9999-12-31"


@dataclass(frozen=True)
class Cause:
    """What brought a turn: the entity's last message of the batch, or the passing of time."""

    partition: int
    offset: int
    written_at: datetime
    """When the log took the message: offsets alone begin anew with a new log."""


def time_itself(now: datetime) -> Cause:
    """The cause of what no message brought."""
    return Cause(-1, -1, now)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An episode with what was told of it last."""

    episode: Episode
    alert: Alert
    cause: Cause
    evaluated_on: date
    raised_at: datetime

    def told_by(self, first: Cause) -> bool:
        """Whether the message `first` or a later one brought the last turn: then it is being
        redelivered, and the alert may never have been published."""
        return (
            self.cause.partition == first.partition
            and self.cause.offset >= first.offset
            and self.cause.written_at >= first.written_at
        )

    @property
    def is_told_by_time(self) -> bool:
        """Whether no message brought the last turn."""
        return self.cause.partition < 0


class Journal:
    """The `alerts` collection, as alerting sees it."""

    def __init__(self, store: Store) -> None:
        self._documents = store["alerts"]

    def latest(self, entity_ids: Sequence[str], ended_since: date) -> dict[tuple[str, str], Entry]:
        """(entity, rule) → its last episode, unless that ended before `ended_since`."""
        wanted = {
            "entity_id": {"$in": list(entity_ids)},
            "active_until": {"$gte": ended_since.isoformat()},
        }
        with translated_errors():
            documents = list(self._documents.find(wanted))
        entries = sorted(map(_entry, documents), key=lambda entry: entry.episode.start)
        return {(entry.episode.entity_id, entry.episode.rule): entry for entry in entries}

    def open_entries(self) -> list[Entry]:
        """Every episode that lasts."""
        with translated_errors():
            return [_entry(found) for found in self._documents.find({"active_until": FOR_EVER})]

    def told_by_time(self, since: datetime) -> list[Entry]:
        """Turns that no message brought, not older than `since`."""
        wanted = {"active_until": {"$gte": (since.date() - timedelta(days=1)).isoformat()}}
        with translated_errors():
            entries = [_entry(found) for found in self._documents.find(wanted)]
        return [entry for entry in entries if entry.is_told_by_time and entry.raised_at >= since]

    def write(self, entries: Iterable[Entry], before: Iterable[Entry]) -> None:
        """Keep the entries; one whose episode another worker moved on meanwhile stays as it is."""
        known = {entry.episode.fingerprint: entry.episode.sequence for entry in before}
        operations = [_operation(entry, known.get(entry.episode.fingerprint)) for entry in entries]
        if operations:
            with translated_errors():
                self._documents.bulk_write(operations, ordered=False)


def carried_on(entry: Entry, episode: Episode, today: date) -> Entry:
    """The entry after an evaluation that nobody is told of."""
    return replace(entry, episode=episode, evaluated_on=today)


def _operation(entry: Entry, sequence_before: int | None) -> UpdateOne:
    document = _document(entry)
    if sequence_before is None:
        return UpdateOne(
            {"_id": entry.episode.fingerprint}, {"$setOnInsert": document}, upsert=True
        )
    guard = {"_id": entry.episode.fingerprint, "sequence": sequence_before}
    return UpdateOne(guard, {"$set": document})


def _document(entry: Entry) -> Document:
    episode, alert = entry.episode, entry.alert
    end = episode.end
    return {
        "entity_id": episode.entity_id,
        "rule": episode.rule,
        "kind": episode.peak.kind,
        "severity": alert.severity,
        "state": episode.state,
        "sequence": episode.sequence,
        "start_day": episode.start.isoformat(),
        "active_until": end.isoformat() if end else FOR_EVER,
        "evaluated_on": entry.evaluated_on.isoformat(),
        "started_at": alert.started_at,
        "raised_at": entry.raised_at,
        "episode": _plain(episode),
        "alert": _plain(alert),
        "cause": {
            "partition": entry.cause.partition,
            "offset": entry.cause.offset,
            "written_at": entry.cause.written_at,
        },
    }


def _entry(document: Document) -> Entry:
    cause = document["cause"]
    return Entry(
        episode=msgspec.convert(document["episode"], Episode),
        alert=msgspec.convert(document["alert"], Alert),
        cause=Cause(cause["partition"], cause["offset"], cause["written_at"]),
        evaluated_on=date.fromisoformat(document["evaluated_on"]),
        raised_at=document["raised_at"],
    )


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime,))
