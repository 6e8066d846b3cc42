"""Dead letters after the fact: looked at, replayed into their topic, or dropped for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipeline.clock import Clock
from pipeline.errors import OtzvukError, Rejected, UsageError
from pipeline.log.protocol import EventLog, Message, OutgoingMessage, TopicPartition
from pipeline.mongo import Document, Store, translated_errors
from pipeline.topics import TOPIC_BY_NAME

REPLAY_HEADER = "otzvuk-replay-of"
"""Id of the dead letter that a message replays."""
READ_MESSAGES = 500

Status = Literal["pending", "replaying", "replayed", "dropped"]
OnError = Literal["stop", "skip"]
Publish = Callable[[Sequence[OutgoingMessage]], None]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which letters a command is about; empty fields select all."""

    ids: tuple[str, ...] = ()
    stage: str | None = None
    error: str | None = None
    status: Status | None = "pending"

    def filter(self) -> Document:
        """As a query."""
        wanted: Document = {}
        if self.ids:
            wanted["_id"] = {"$in": list(self.ids)}
        if self.stage:
            wanted["stage"] = self.stage
        if self.error:
            wanted["error"] = self.error
        if self.status == "pending":
            # A replay that was cut off is still to be done.
            wanted["status"] = {"$in": ["pending", "replaying"]}
        elif self.status:
            wanted["status"] = self.status
        return wanted


@dataclass
class ReplayReport:
    """What became of the letters."""

    replayed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """Letter → why."""
    left: int = 0
    """Selected, but not tried (the cap, or a stop at the first error)."""


def find_letters(store: Store, selection: Selection, limit: int) -> Iterator[Document]:
    """Letters, oldest first."""
    with translated_errors():
        yield from store["dead_letters"].find(
            selection.filter(), sort=[("failed_at", 1)], limit=limit
        )


def count_letters(store: Store, selection: Selection) -> int:
    """How many letters are selected."""
    with translated_errors():
        return store["dead_letters"].count_documents(selection.filter())


def check_named(store: Store, selection: Selection) -> None:
    """Raises UsageError for a letter that is named, but does not wait for anybody."""
    if not selection.ids:
        return
    with translated_errors():
        found = {
            letter["_id"] for letter in store["dead_letters"].find(selection.filter(), {"_id": 1})
        }
    if missing := [name for name in selection.ids if name not in found]:
        raise UsageError(
            f"no letter {', '.join(missing)} waits: `otzvuk dead-letters list --status all` "
            "shows what became of each"
        )


def drop_letters(store: Store, selection: Selection, limit: int, clock: Clock) -> int:
    """Mark letters as never to be replayed; they stay readable and count in the audit.

    One whose replay was cut off may have been published: it is left to the next replay.
    """
    ids = [letter["_id"] for letter in find_letters(store, selection, limit)]
    with translated_errors():
        result = store["dead_letters"].update_many(
            {"_id": {"$in": ids}, "status": "pending"},
            {"$set": {"status": "dropped", "handled_at": clock.now()}},
        )
    return result.modified_count


def replay_letters(
    log: EventLog,
    store: Store,
    selection: Selection,
    *,
    cap: int,
    on_error: OnError,
    clock: Clock,
) -> ReplayReport:
    """Send letters back to the topic they came from, each exactly once.

    A letter is marked *replaying*, published, then marked *replayed*; one found *replaying*
    was cut off in between, and the log itself says whether it was published.
    """
    report = ReplayReport()
    letters = list(find_letters(store, selection, cap))
    producer = log.producer()
    try:
        for letter in letters:
            try:
                _replay(log, store, letter, producer.publish, clock)
                report.replayed.append(letter["_id"])
            except OtzvukError as error:
                report.failed[letter["_id"]] = str(error)
                if on_error == "stop":
                    break
    finally:
        producer.close()
    done = len(report.replayed) + len(report.failed)
    report.left = max(0, count_letters(store, selection) - len(report.failed)) if done else 0
    return report


def _replay(log: EventLog, store: Store, letter: Document, publish: Publish, clock: Clock) -> None:
    if letter["topic"] not in TOPIC_BY_NAME:
        raise Rejected(f"topic {letter['topic']} is no longer declared: drop the letter")
    if letter.get("cut_from") is not None:
        raise Rejected("only its beginning was kept, it was too large: drop the letter")
    is_published = letter["status"] == "replaying" and _was_published(log, letter)
    if not is_published:
        _claim(store, letter, clock.now())
        publish([_message(letter)])
    _set(store, {"_id": letter["_id"]}, {"status": "replayed", "handled_at": clock.now()})


def _message(letter: Document) -> OutgoingMessage:
    return OutgoingMessage(
        topic=letter["topic"],
        key=bytes(letter["key"] or b""),
        value=bytes(letter["value"]),
        headers={**letter["headers"], REPLAY_HEADER: letter["_id"]},
    )


def _claim(store: Store, letter: Document, now: datetime) -> None:
    """Mark it *replaying*, unless somebody has handled it since it was read."""
    as_read = {name: letter.get(name) for name in ("_id", "status", "handled_at")}
    changes: Document = {"status": "replaying", "handled_at": now}
    if "replaying_since" not in letter:
        changes["replaying_since"] = now
    if not _set(store, as_read, changes):
        raise Rejected("somebody else handles it at this moment: look at it again")


def _set(store: Store, which: Document, changes: Document) -> bool:
    with translated_errors():
        result = store["dead_letters"].update_one(which, {"$set": changes})
    return result.matched_count == 1


def _was_published(log: EventLog, letter: Document) -> bool:
    starts = log.offsets_for_time(letter["topic"], letter["replaying_since"])
    return any(
        message.headers.get(REPLAY_HEADER) == letter["_id"]
        for partition, offset in starts.items()
        for message in _read_on(log, partition, offset)
    )


def _read_on(log: EventLog, partition: TopicPartition, offset: int) -> Iterator[Message]:
    while messages := log.read(partition, offset, READ_MESSAGES):
        yield from messages
        offset = messages[-1].offset + 1
