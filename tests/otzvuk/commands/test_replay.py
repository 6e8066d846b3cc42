"""`otzvuk topics replay` of a stage that publishes reviews, and the audit still balances."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import audit, import_, topics
from otzvuk.waiting import wait_until_drained
from pipeline.codec import SCHEMA_HEADER, encode
from pipeline.errors import UsageError
from pipeline.identity import make_review
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.settings import ModelSettings, Settings, StageSettings
from pipeline.topics import TOPICS

Run = Callable[..., Result]
REVIEWS = 7
PUBLISHING = pytest.mark.parametrize("group", ["sentiment", "authenticity"])


@pytest.fixture
def app(tmp_path: Path, store_uri: str, store: Store) -> Application:
    return Application(
        Settings(
            data_dir=str(tmp_path),
            store=store_uri,
            store_database=store.name,
            stages=StageSettings(poll_seconds=0.05),
            models=ModelSettings(sentiment="none"),
        )
    )


@pytest.fixture
def run(app: Application) -> Run:
    """Run one command against the test's store and a log of its own."""

    def invoke(command: ModuleType, *arguments: str) -> Result:
        root = typer.Typer()
        root.callback()(lambda: None)
        command.register(root)
        return CliRunner().invoke(root, arguments, obj=app, catch_exceptions=False)

    return invoke


def imported(run: Run, tmp_path: Path, verdict: str, reviews: int = REVIEWS) -> None:
    """Some reviews are stored; another verdict edits those that are there."""
    lines = [
        {"id": str(n), "text": f"Заказ {n} {verdict}", "rating": 1, "date": f"2024-03-0{n + 1}"}
        for n in range(reviews)
    ]
    file = tmp_path / "reviews.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    done = run(import_, "import", str(file), "--entity", "tea", "--live", "--wait")
    assert done.exit_code == 0, done.output


def replayed(run: Run, app: Application, group: str, *where: str) -> None:
    done = run(topics, "topics", "replay", "--group", group, *(where or ("--offset", "0")))
    assert done.exit_code == 0, done.output
    wait_until_drained(app)


def balanced(run: Run) -> dict[str, Any]:
    """The one line of the audit, which must balance."""
    audited = run(audit, "audit")
    assert audited.exit_code == 0, audited.output
    (line,) = map(json.loads, audited.stdout.splitlines())
    assert line["balance"] == 0
    return dict(line)


def opened(app: Application) -> EventLog:
    settings = app.settings
    log = open_log(settings.log_url, prefix=settings.topic_prefix, session_timeout_seconds=9)
    log.create_topics(TOPICS)
    return log


@PUBLISHING
def test_the_audit_balances_after_a_replay_over_edited_reviews(
    run: Run, app: Application, store: Store, tmp_path: Path, group: str
) -> None:
    imported(run, tmp_path, "привезли вовремя")
    imported(run, tmp_path, "так и не привезли", reviews=3)
    assert balanced(run)["scraped"] == REVIEWS + 3
    before = list(store["reviews"].find({}, {"stored_at": 0}))

    for round_ in (1, 2):
        replayed(run, app, group)
        assert balanced(run)["scraped"] == (REVIEWS + 3) * (1 + round_)

    assert store["revisions"].count_documents({}) == 3
    assert [one["revision"] for one in before] == [
        one["revision"] for one in store["reviews"].find({}, {"revision": 1})
    ]


@PUBLISHING
def test_a_replay_of_a_part_that_is_replayed_again_before_it_ran_counts_once(
    run: Run, app: Application, tmp_path: Path, group: str
) -> None:
    imported(run, tmp_path, "привезли вовремя")
    run(topics, "topics", "replay", "--group", group, "--offset", "1")
    replayed(run, app, group)
    assert balanced(run)["scraped"] == 2 * REVIEWS


def test_a_dry_run_and_the_store_itself_count_nothing(
    run: Run, app: Application, tmp_path: Path
) -> None:
    imported(run, tmp_path, "привезли вовремя")
    run(topics, "topics", "replay", "--group", "sentiment", "--offset", "0", "--dry-run")
    replayed(run, app, "store")
    assert balanced(run)["scraped"] == REVIEWS


@pytest.mark.parametrize("is_cured", [True, False])
def test_what_was_refused_is_counted_once_whether_it_is_refused_again_or_not(
    run: Run, app: Application, store: Store, tmp_path: Path, is_cured: bool
) -> None:
    imported(run, tmp_path, "привезли вовремя")
    account = store["ledger"].find_one({})
    assert account is not None
    published(app, store, account["source"], account["crawl_day"])
    wait_until_drained(app)
    assert balanced(run)["dead_lettered"] == 1

    if is_cured:
        cure(app)
    replayed(run, app, "sentiment")

    line = balanced(run)
    assert line["dead_lettered"] == (0 if is_cured else 1)
    (letter,) = store["dead_letters"].find({})
    assert letter["status"] == ("replayed" if is_cured else "pending")


def test_a_group_that_runs_is_left_alone_and_nothing_is_counted(
    run: Run, app: Application, store: Store, tmp_path: Path
) -> None:
    imported(run, tmp_path, "привезли вовремя")
    reports = store["crawl_reports"].count_documents({})
    with (
        closing(opened(app)) as log,
        closing(log.consumer("sentiment", ["reviews.raw"])) as member,
    ):
        member.poll(0.1, 1)
        with pytest.raises(UsageError, match="live member"):
            run(topics, "topics", "replay", "--group", "sentiment", "--offset", "0")
    wait_until_drained(app)
    assert store["crawl_reports"].count_documents({}) == reports
    assert balanced(run)["scraped"] == REVIEWS


def published(app: Application, store: Store, source: str, day: str) -> None:
    """A review of a version that this program does not know, counted by who published it."""
    review = make_review(
        review_id=f"{source}:new", source=source, entity_id="tea", text="Новое",
        crawled_at=datetime.fromisoformat(f"{day}T00:00:00Z"),
    )  # fmt: skip
    message = encode(review)
    newer = {**message.headers, SCHEMA_HEADER: "reviews.raw/9"}
    with closing(opened(app)) as log, closing(log.producer()) as producer:
        producer.publish([replace(message, headers=newer)])
    report = store["crawl_reports"].find_one({"published": {"$ne": []}})
    assert report is not None
    report["published"][0]["count"] += 1
    store["crawl_reports"].replace_one({"_id": report["_id"]}, report)


def cure(app: Application) -> None:
    """Let the message be of the version that this program knows."""
    path = app.settings.log_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        changed = connection.execute(
            "UPDATE messages SET headers ="
            " CAST(replace(CAST(headers AS TEXT), 'raw/9', 'raw/1') AS BLOB)"
            " WHERE CAST(headers AS TEXT) LIKE '%raw/9%'"
        )
        assert changed.rowcount == 1
