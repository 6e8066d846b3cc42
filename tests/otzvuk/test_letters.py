"""Dead letters are replayed exactly once each, whenever the replaying process dies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from otzvuk.letters import (
    REPLAY_HEADER,
    Selection,
    count_letters,
    drop_letters,
    find_letters,
    replay_letters,
)
from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog, OutgoingMessage, TopicPartition
from pipeline.log.sqlite import SqliteLog
from pipeline.mongo import Store
from pipeline.topics import TOPIC_BY_NAME, TOPICS

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def log(tmp_path: Path, clock: FixedClock) -> Iterator[EventLog]:
    log = SqliteLog(tmp_path / "log.db", prefix="", session_timeout_seconds=10.0, clock=clock)
    log.create_topics(TOPICS)
    yield log
    log.close()


def keep(store: Store, number: int, *, topic: str = "reviews.raw", status: str = "pending") -> str:
    letter_id = f"sentiment:{topic}:0:{number}"
    store["dead_letters"].insert_one(
        {
            "_id": letter_id, "stage": "sentiment", "topic": topic, "partition": 0,
            "offset": number, "key": b"k", "value": b"raw", "headers": {"h": "1"},
            "error": "UndecodableMessage", "reason": "bad", "status": status,
            "failed_at": NOW + timedelta(seconds=number),
        }
    )  # fmt: skip
    return letter_id


def replayed(log: EventLog) -> list[str]:
    return [
        message.headers[REPLAY_HEADER]
        for partition in range(TOPIC_BY_NAME["reviews.raw"].partitions)
        for message in log.read(TopicPartition("reviews.raw", partition), 0, 100)
    ]


def test_replay_sends_the_message_as_it_came(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    letter_id = keep(store, 1)
    report = replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert report.replayed == [letter_id]
    assert replayed(log) == [letter_id]
    assert count_letters(store, Selection()) == 0
    assert count_letters(store, Selection(status="replayed")) == 1


def test_a_letter_that_was_cut_is_not_replayed(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    letter_id = keep(store, 1)
    store["dead_letters"].update_one({"_id": letter_id}, {"$set": {"cut_from": 7_000_000}})
    report = replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert "too large" in report.failed[letter_id]
    assert replayed(log) == []
    assert count_letters(store, Selection()) == 1


def test_a_second_replay_does_nothing(log: EventLog, store: Store, clock: FixedClock) -> None:
    keep(store, 1)
    for _ in range(2):
        replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert len(replayed(log)) == 1


def test_two_people_replaying_at_once_send_each_letter_once(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    ids = [keep(store, number) for number in range(2)]

    class Rival(FixedClock):
        """Another person's replay runs between our reading and our first claim."""

        is_idle = True

        def now(self) -> datetime:
            if self.is_idle:
                self.is_idle = False
                replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
            return super().now()

    report = replay_letters(log, store, Selection(), cap=10, on_error="skip", clock=Rival(NOW))
    assert sorted(replayed(log)) == ids
    assert sorted(report.failed) == ids
    assert count_letters(store, Selection(status="replayed")) == 2


def test_a_letter_that_may_have_been_published_is_not_dropped(
    store: Store, clock: FixedClock
) -> None:
    keep(store, 1, status="replaying")
    assert drop_letters(store, Selection(), 10, clock) == 0


def test_a_replay_that_died_before_publishing_is_done(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    letter_id = keep(store, 1, status="replaying")
    store["dead_letters"].update_one({}, {"$set": {"replaying_since": NOW}})
    replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert replayed(log) == [letter_id]


def test_a_replay_that_died_after_publishing_is_not_done_again(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    letter_id = keep(store, 1, status="replaying")
    store["dead_letters"].update_one({}, {"$set": {"replaying_since": NOW}})
    producer = log.producer()
    producer.publish(
        [OutgoingMessage(topic="reviews.raw", key=b"k", value=b"raw",
                         headers={REPLAY_HEADER: letter_id})]
    )  # fmt: skip
    producer.close()
    report = replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert report.replayed == [letter_id]
    assert replayed(log) == [letter_id]


def test_stop_and_skip(log: EventLog, store: Store, clock: FixedClock) -> None:
    keep(store, 1, topic="reviews.gone")
    keep(store, 2)
    stopped = replay_letters(log, store, Selection(), cap=10, on_error="stop", clock=clock)
    assert (len(stopped.replayed), len(stopped.failed), stopped.left) == (0, 1, 1)
    skipped = replay_letters(log, store, Selection(), cap=10, on_error="skip", clock=clock)
    assert (len(skipped.replayed), len(skipped.failed)) == (1, 1)


def test_the_cap_holds_and_the_oldest_go_first(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    ids = [keep(store, number) for number in range(5)]
    report = replay_letters(log, store, Selection(), cap=2, on_error="stop", clock=clock)
    assert report.replayed == ids[:2]
    assert report.left == 3


def test_dropped_letters_stay_readable(store: Store, clock: FixedClock) -> None:
    letter_id = keep(store, 1)
    keep(store, 2)
    assert drop_letters(store, Selection(ids=(letter_id,)), 10, clock) == 1
    assert [letter["_id"] for letter in find_letters(store, Selection(status="dropped"), 9)] == [
        letter_id
    ]


def test_selection_by_stage_and_error(store: Store) -> None:
    keep(store, 1)
    assert count_letters(store, Selection(stage="store")) == 0
    assert count_letters(store, Selection(error="UndecodableMessage")) == 1
