"""Nothing is sent twice for one state of one alert, and nothing is forgotten across a crash."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from consumers.notifying.channel import Notice, SendingFailed, SendingRefused
from consumers.notifying.configured import ConfiguredChannel
from consumers.notifying.outbox import LEASE_SECONDS
from consumers.notifying.stage import NotifyingStage
from otzvuk.commands.notify import trial_alert
from otzvuk.inbox import acknowledge, find_alert, resolve, snooze
from pipeline import codec
from pipeline.clock import FixedClock
from pipeline.log.protocol import Message
from pipeline.mongo import Store
from pipeline.records import Alert
from pipeline.settings import AlertSettings, ChannelSettings
from pipeline.stage import Delivery

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Mailbox:
    """A channel that keeps what it was sent, and fails as told."""

    sent: list[Notice] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Killed):
                self.sent.append(notice)
            raise failure
        self.sent.append(notice)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def build(store: Store, mailbox: Mailbox, clock: FixedClock, **settings: Any) -> NotifyingStage:
    configured = ConfiguredChannel(mailbox, ChannelSettings(type="log", **settings))
    return NotifyingStage(store, {"mail": configured}, clock, AlertSettings(language="ru"))


def alert(**changes: Any) -> Alert:
    changed: dict[str, Any] = {"fingerprint": "feed1", "severity": "warning", **changes}
    return msgspec.structs.replace(trial_alert(NOW), **changed)


def delivery(record: Alert) -> Delivery:
    outgoing = codec.encode(record)
    message = Message(
        topic="alerts", partition=0, offset=record.sequence, key=outgoing.key,
        value=outgoing.value, headers=outgoing.headers, written_at=NOW,
    )  # fmt: skip
    return Delivery(record, message)


def keep(store: Store, record: Alert) -> None:
    """As the alerting stage leaves it."""
    store["alerts"].update_one(
        {"_id": record.fingerprint},
        {"$set": {"sequence": record.sequence, "state": record.state,
                  "alert": msgspec.to_builtins(record, builtin_types=(datetime,))}},
        upsert=True,
    )  # fmt: skip


def test_a_redelivered_alert_is_sent_once(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert()), delivery(alert())])
    build(store, mailbox, clock).handle([delivery(alert())])
    assert [notice.key for notice in mailbox.sent] == ["feed1#0#mail"]


def test_every_state_is_news(store: Store, mailbox: Mailbox, clock: FixedClock) -> None:
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    stage.handle([delivery(alert(sequence=1, state="updated"))])
    assert [notice.key for notice in mailbox.sent] == ["feed1#0#mail", "feed1#1#mail"]


def test_a_passing_failure_is_tried_again_later(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures = [SendingFailed("down", retry_after_seconds=100)]
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    clock.advance(99)
    stage.tick(clock.now())
    assert mailbox.sent == []
    clock.advance(2)
    stage.tick(clock.now())
    assert len(mailbox.sent) == 1
    assert not mailbox.sent[0].is_repeat


def test_a_permanent_failure_is_not(store: Store, mailbox: Mailbox, clock: FixedClock) -> None:
    mailbox.failures = [SendingRefused("403")]
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    clock.advance(86_400)
    stage.tick(clock.now())
    assert mailbox.sent == []
    assert store["notifications"].find_one({})["status"] == "failed"  # type: ignore[index]


def test_it_gives_up_after_so_many_attempts(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures = [SendingFailed("down") for _ in range(9)]
    stage = build(store, mailbox, clock, max_attempts=3)
    stage.handle([delivery(alert())])
    for _ in range(9):
        clock.advance(3_601)
        stage.tick(clock.now())
    assert len(mailbox.failures) == 6
    document = store["notifications"].find_one({})
    assert document is not None
    assert document["status"] == "failed"
    assert "3 attempts" in document["reason"]


def test_a_crash_while_sending_forgets_nothing_and_says_it_may_repeat(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures = [Killed()]
    with pytest.raises(Killed):
        build(store, mailbox, clock).handle([delivery(alert())])
    successor = build(store, mailbox, clock)
    successor.handle([delivery(alert())])
    assert len(mailbox.sent) == 1, "the lease of the dead sender still holds"
    clock.advance(LEASE_SECONDS + 1)
    successor.tick(clock.now())
    first, second = mailbox.sent
    assert first.key == second.key
    assert second.is_repeat


def test_filters_of_a_channel(store: Store, mailbox: Mailbox, clock: FixedClock) -> None:
    stage = build(store, mailbox, clock, min_severity="critical", rules=("negative_spike",))
    stage.handle([delivery(alert(rule="negative_spike"))])
    stage.handle([delivery(alert(rule="rating_drop", severity="critical"))])
    assert mailbox.sent == []


def test_a_snoozed_alert_waits_and_then_tells_only_the_newest_state(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    keep(store, alert())
    snooze(store, find_alert(store, "feed1"), "anna", timedelta(hours=1), clock.now())
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    keep(store, alert(sequence=1, state="updated"))
    stage.handle([delivery(alert(sequence=1, state="updated"))])
    assert mailbox.sent == []
    clock.advance(3_601)
    stage.tick(clock.now())
    assert [notice.alert.sequence for notice in mailbox.sent] == [1]


def test_an_acknowledged_alert_speaks_only_when_it_gets_worse(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    keep(store, alert())
    acknowledge(store, find_alert(store, "feed1"), "anna", clock.now())
    stage = build(store, mailbox, clock)
    for sequence, severity in ((1, "warning"), (2, "critical")):
        changed = alert(sequence=sequence, severity=severity, state="updated")
        keep(store, changed)
        stage.handle([delivery(changed)])
    assert [notice.alert.sequence for notice in mailbox.sent] == [2]


def test_an_alert_resolved_by_hand_is_silent(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    keep(store, alert())
    resolve(store, find_alert(store, "feed1"), "anna", clock.now())
    build(store, mailbox, clock).handle([delivery(alert())])
    assert mailbox.sent == []


def test_a_channel_that_is_gone_fails_its_notices(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures = [SendingFailed("down")]
    build(store, mailbox, clock).handle([delivery(alert())])
    clock.advance(3_601)
    NotifyingStage(store, {}, clock, AlertSettings()).tick(clock.now())
    document = store["notifications"].find_one({})
    assert document is not None
    assert document["status"] == "failed"


@pytest.mark.parametrize("seconds", [1e14, float("inf")])
def test_a_receiver_cannot_ask_for_more_than_a_day(
    store: Store, mailbox: Mailbox, clock: FixedClock, seconds: float
) -> None:
    mailbox.failures.append(SendingFailed("busy", retry_after_seconds=seconds))
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    clock.advance(86_401.0)
    stage.tick(clock.now())
    assert [notice.key for notice in mailbox.sent] == ["feed1#0#mail"]


def test_a_notice_that_kills_every_sender_is_given_up(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures.extend([Killed(), Killed(), Killed()])
    with pytest.raises(Killed):
        build(store, mailbox, clock, max_attempts=2).handle([delivery(alert())])
    clock.advance(LEASE_SECONDS + 1)
    with pytest.raises(Killed):
        build(store, mailbox, clock, max_attempts=2).tick(clock.now())
    clock.advance(LEASE_SECONDS + 1)
    build(store, mailbox, clock, max_attempts=2).tick(clock.now())
    assert len(mailbox.sent) == 2
    (kept,) = store["notifications"].find()
    assert kept["status"] == "failed"


def test_a_notice_of_another_version_does_not_stop_the_others(
    store: Store, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.failures.append(SendingFailed("busy"))
    stage = build(store, mailbox, clock)
    stage.handle([delivery(alert())])
    store["notifications"].update_one({}, {"$set": {"alert": {"rule": "test"}}})
    clock.advance(3_600.0)
    stage.handle([delivery(alert(fingerprint="feed2"))])
    assert [notice.key for notice in mailbox.sent] == ["feed2#0#mail"]
    assert store["notifications"].count_documents({"status": "failed"}) == 1


def test_a_snooze_uses_up_no_attempt(store: Store, mailbox: Mailbox, clock: FixedClock) -> None:
    stage = build(store, mailbox, clock, max_attempts=2)
    keep(store, alert())
    for _ in range(3):
        snooze(store, find_alert(store, "feed1"), "anna", timedelta(hours=1), clock.now())
        stage.handle([delivery(alert())])
        clock.advance(3_600.0)
    mailbox.failures.append(SendingFailed("busy"))
    stage.tick(clock.now())
    clock.advance(3_600.0)
    stage.tick(clock.now())
    assert [notice.key for notice in mailbox.sent] == ["feed1#0#mail"]
