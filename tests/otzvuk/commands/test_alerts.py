"""`otzvuk alerts` and `notify test` on the document that the alerting stage writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from consumers.alerting.stage import AlertingStage
from otzvuk.application import Application
from otzvuk.commands import alerts, notify
from otzvuk.commands.alerts import parse_length
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store
from pipeline.settings import AlertSettings, Settings
from tests.consumers.alerting.test_alerting_stage import NOON, deliver, handled, store_wave
from tests.otzvuk.single_command import invoke

Run = Callable[..., Result]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def stage(store: Store, clock: FixedClock) -> AlertingStage:
    return AlertingStage(store, clock, AlertSettings())


@pytest.fixture
def fingerprint(stage: AlertingStage, store: Store) -> str:
    """An alert is open."""
    store_wave(store)
    (alert,) = handled(stage, deliver(0))
    return alert.fingerprint


@pytest.fixture
def app(tmp_path: Path, store_uri: str, store: Store, clock: FixedClock) -> Application:
    settings = Settings(data_dir=str(tmp_path), store=store_uri, store_database=store.name)
    return Application(settings, clock)


@pytest.fixture
def run(app: Application) -> Run:
    def invoke_alerts(*arguments: str) -> Result:
        return invoke(alerts, app, "alerts", *arguments)

    return invoke_alerts


def only(result: Result) -> Document:
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    return dict(json.loads(line))


def test_an_alert_is_listed_and_shown_by_the_beginning_of_its_fingerprint(
    run: Run, fingerprint: str
) -> None:
    assert only(run("list"))["_id"] == fingerprint
    shown = only(run("show", fingerprint[:6]))
    assert shown["alert"]["rule"] == "negative_spike"
    assert shown["notices"] == []


def test_ack_and_snooze_are_noted_with_the_person(run: Run, fingerprint: str) -> None:
    acknowledged = only(run("ack", fingerprint[:6], "--by", "anna"))
    assert acknowledged["acknowledged_by"] == "anna"
    snoozed = only(run("snooze", fingerprint[:6], "2d", "--by", "boris"))
    assert (
        snoozed["snoozed_until"]
        == (NOON.replace(microsecond=123_000) + timedelta(days=2)).isoformat()
    )
    assert [entry["action"] for entry in snoozed["history"]] == ["acknowledged", "snoozed"]


def test_what_a_person_resolved_stays_resolved_and_cools_down(
    run: Run, fingerprint: str, stage: AlertingStage, clock: FixedClock
) -> None:
    assert only(run("resolve", fingerprint, "--by", "anna"))["state"] == "resolved"
    assert handled(stage, deliver(1)) == []
    clock.advance(86_400)
    assert handled(stage, deliver(2)) == []
    assert run("list").stdout == ""
    kept = only(run("list", "--all"))
    assert (kept["state"], kept["resolved_by"]) == ("resolved", "anna")
    assert isinstance(run("resolve", fingerprint).exception, UsageError)


@pytest.mark.parametrize("unknown", ["abc", "0123456789"])
def test_an_alert_that_is_not_there(run: Run, unknown: str) -> None:
    assert isinstance(run("show", unknown).exception, UsageError)


def test_lengths_of_time() -> None:
    assert parse_length(" 4H ") == timedelta(hours=4)
    for bad in ("0d", "4", "d", "-1d", "1y"):
        with pytest.raises(UsageError):
            parse_length(bad)


def test_a_channel_is_tried(app: Application) -> None:
    sent = invoke(notify, app, "notify", "test", "log")
    assert (sent.exit_code, sent.stderr) == (0, "log: sent\n")
    missing = invoke(notify, app, "notify", "test", "telegram")
    assert isinstance(missing.exception, UsageError)
    assert "log" in str(missing.exception)
