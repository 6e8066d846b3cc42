"""Refused messages from the stage to a person and back: nothing is lost, the audit agrees."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from typer.testing import Result

from otzvuk.application import Application
from otzvuk.commands import audit, dead_letters
from otzvuk.queries.audit import settled_audit
from otzvuk.waiting import lags, wait_until_drained
from pipeline import codec
from pipeline.errors import TooManyDeadLetters, UsageError
from pipeline.identity import make_review
from pipeline.log.protocol import OutgoingMessage
from pipeline.mongo import Store
from pipeline.records import CrawlReport, Review
from pipeline.settings import Settings, StageSettings
from tests.otzvuk.otzvuk_process import Otzvuk
from tests.otzvuk.single_command import invoke

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIMIT = 5

Run = Callable[..., Result]


@pytest.fixture
def app(tmp_path: Path, store_uri: str, store: Store) -> Application:
    stages = StageSettings(dead_letter_limit=LIMIT, backoff_initial_seconds=0.05, poll_seconds=0.05)
    return Application(
        Settings(data_dir=str(tmp_path), store=store_uri, store_database=store.name, stages=stages)
    )


def review(number: int) -> Review:
    return make_review(
        review_id=f"shop:{number}", source="shop", entity_id="tea", crawled_at=NOW,
        text=f"Отличный чай, чашка номер {number}", rating=5.0, published_at=NOW,
        published_precision="second", is_backfill=True,
    )  # fmt: skip


def good(number: int) -> OutgoingMessage:
    return codec.encode(review(number))


def undecodable(number: int) -> OutgoingMessage:
    return msgspec.structs.replace(good(number), value=b"{no json")


def from_the_future(number: int) -> OutgoingMessage:
    message = good(number)
    headers = {**message.headers, codec.SCHEMA_HEADER: "reviews.raw/2"}
    return msgspec.structs.replace(message, headers=headers)


def publish(app: Application, messages: Sequence[OutgoingMessage]) -> None:
    """As a crawl would: reviews and the report that counts them in one write."""
    report = CrawlReport(
        crawl_id="crawl-1", sequence=0, entity_id="tea", source="shop", started_at=NOW,
        reported_at=NOW, published={"shop": {"2026-05-01": len(messages)}},
    )  # fmt: skip
    with app.log() as log, closing(log.producer()) as producer:
        producer.publish([*messages, codec.encode(report)])


def balance(app: Application) -> tuple[int, int, int]:
    """(stored, dead-lettered, out of balance) after everything has passed."""
    wait_until_drained(app)
    with app.log() as log, app.store() as store:
        lines, waiting = settled_audit(store, log)
    assert waiting == 0
    return (
        sum(line.stored for line in lines),
        sum(line.dead_lettered for line in lines),
        sum(abs(line.difference) for line in lines),
    )


def letters(app: Application, *arguments: str) -> Result:
    return invoke(dead_letters, app, "dead-letters", *arguments)


def listed(app: Application, *arguments: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in letters(app, "list", *arguments).stdout.splitlines()]


def test_a_bad_message_is_kept_shown_replayed_refused_again_and_dropped(app: Application) -> None:
    publish(app, [good(1), undecodable(2), good(3)])
    assert balance(app) == (2, 1, 0)

    (letter,) = listed(app)
    assert (letter["stage"], letter["error"]) == ("sentiment", "UndecodableMessage")
    shown = json.loads(letters(app, "show", letter["letter_id"]).stdout)
    assert shown["value"] == "{no json"

    assert "1 would be replayed" in letters(app, "replay", "--dry-run").stderr
    assert balance(app) == (2, 1, 0)

    assert letters(app, "replay").exit_code == 0
    assert balance(app) == (2, 1, 0)
    (again,) = listed(app)
    assert again["letter_id"] != letter["letter_id"]

    assert letters(app, "drop", again["letter_id"]).exit_code == 0
    assert listed(app) == []
    assert {row["status"] for row in listed(app, "--status", "all")} == {"replayed", "dropped"}
    assert balance(app) == (2, 1, 0)


def test_a_message_of_a_newer_schema_waits_for_an_upgrade(app: Application) -> None:
    publish(app, [from_the_future(1), good(2)])
    assert balance(app) == (1, 1, 0)
    (letter,) = listed(app)
    assert letter["error"] == "UnknownSchema"
    assert "upgrade" in letter["reason"]


def test_a_flood_stops_the_wait_with_the_reason_and_loses_nothing(app: Application) -> None:
    publish(app, [undecodable(number) for number in range(LIMIT + 1)])
    with pytest.raises(TooManyDeadLetters, match=r"stages\.dead_letter_limit"):
        wait_until_drained(app)
    with app.log() as log, app.store() as store:
        waiting = lags(log)["sentiment"]
        assert waiting + store["dead_letters"].count_documents({}) + lags(log)["dead-letters"] == 6


def test_letters_that_are_named_but_not_there_are_an_error(app: Application) -> None:
    for command in ("replay", "drop"):
        result = letters(app, command, "sentiment:reviews.raw:0:99")
        assert isinstance(result.exception, UsageError)
        assert "sentiment:reviews.raw:0:99" in str(result.exception)


@pytest.mark.slow
def test_a_flood_ends_up_with_exit_code_3_and_the_reason(app: Application, tmp_path: Path) -> None:
    publish(app, [undecodable(number) for number in range(LIMIT + 1)])
    otzvuk = Otzvuk(
        tmp_path,
        {
            "STORE": app.settings.store,
            "STORE_DATABASE": app.settings.store_database,
            "STAGES__DEAD_LETTER_LIMIT": str(LIMIT),
        },
    )
    with otzvuk.running("up", "--plain") as up:
        assert up.ended() == 3, up.stderr
    assert "the limit is 5" in up.stderr
    assert "Traceback" not in up.stderr
    with app.log() as log, app.store() as store:
        kept = store["dead_letters"].count_documents({}) + lags(log)["dead-letters"]
        assert lags(log)["sentiment"] + kept == LIMIT + 1
    assert invoke(audit, app, "audit").exit_code == 0


def test_a_letter_whose_replay_was_cut_off_is_not_dropped(app: Application) -> None:
    publish(app, [undecodable(1)])
    balance(app)
    with app.store() as store:
        store["dead_letters"].update_one({}, {"$set": {"status": "replaying"}})
    assert letters(app, "drop").stderr.startswith("0 dropped")
    assert len(listed(app)) == 1
