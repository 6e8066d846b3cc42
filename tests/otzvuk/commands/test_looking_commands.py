"""`otzvuk query`, `stats`, `audit` and `store`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import audit, query, stats
from otzvuk.commands import store as store_command
from pipeline.errors import UsageError
from pipeline.mongo import Store
from pipeline.records import ASPECTS
from pipeline.settings import Settings
from tests.otzvuk.queries.conftest import Fill, clock, fill

__all__ = ["clock", "fill"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, store_uri: str, store: Store) -> Run:
    """Run one command against the test's store and a log of its own."""
    settings = Settings(data_dir=str(tmp_path), store=store_uri, store_database=store.name)

    def invoke(command: ModuleType, *arguments: str) -> Result:
        app = typer.Typer()
        app.callback()(lambda: None)
        command.register(app)
        return CliRunner().invoke(app, arguments, obj=Application(settings))

    return invoke


def test_query_pages_through_json_lines(run: Run, fill: Fill) -> None:
    fill(*({"id": str(number), "days_ago": number + 1} for number in range(3)))
    first = run(query, "query", "--limit", "2")
    assert first.exit_code == 0
    assert [json.loads(line)["review_id"] for line in first.stdout.splitlines()] == [
        "shop:0", "shop:1",
    ]  # fmt: skip
    cursor = first.stderr.split()[-1]
    second = run(query, "query", "--limit", "2", "--cursor", cursor)
    assert [json.loads(line)["review_id"] for line in second.stdout.splitlines()] == ["shop:2"]
    assert second.stderr == ""


def test_query_gives_csv_and_a_table_that_cannot_be_styled_from_a_review(
    run: Run, fill: Fill
) -> None:
    fill({"text": "=cmd [red]x[/red]"})
    shown = run(query, "query", "--format", "csv", "--columns", "text", "--limit", "0")
    assert shown.stdout.splitlines() == ["text", "'=cmd [red]x[/red]"]
    table = run(query, "query", "--format", "table", "--columns", "text,rating")
    assert "=cmd [red]x[/red]" in table.stdout


def test_query_by_aspect_shows_the_aspects_in_the_table(run: Run, fill: Fill) -> None:
    fill(
        {"id": "late", "aspects": {"delivery": "negative", "price": "positive"}},
        {"id": "dear", "aspects": {"price": "negative"}},
    )
    found = run(query, "query", "--aspect", "price", "--aspect", "delivery:negative")
    assert [json.loads(line)["review_id"] for line in found.stdout.splitlines()] == ["shop:late"]
    columns = ("--format", "table", "--columns", "review_id,aspects")
    table = run(query, "query", "--aspect", "price:negative", *columns).stdout
    assert "− price" in table
    assert "shop:late" not in table
    assert "aspects" in query.TABLE_COLUMNS.split(",")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xml"], "one of jsonl, csv, table"),
        (["--authors", "all"], "one of pseudonym, name, none"),
        (["--cursor", "x!"], "damaged"),
        (["--aspect", "shipping"], f"no aspect 'shipping': there are {', '.join(ASPECTS)}"),
        (["--aspect", "price", "--aspect", "staff:rude"], "one of negative, neutral, positive"),
    ],
)
def test_query_says_what_it_cannot_do(run: Run, arguments: list[str], said: str) -> None:
    result = run(query, "query", *arguments)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_stats_as_json(run: Run, fill: Fill) -> None:
    fill({"rating": 5.0}, {"rating": 1.0})
    shown = json.loads(run(stats, "stats", "acme").stdout)
    assert (shown["total"], shown["stars"]) == (2, {"5": 1, "1": 1})
    assert shown["reputation"]["raw_mean"] == 3.0


def test_audit_fails_when_a_review_is_missing_and_nothing_is_in_flight(
    run: Run, fill: Fill, store: Store
) -> None:
    fill({"id": "1"})
    published = [{"source": "shop", "crawl_day": "2026-03-10", "count": 1}]
    store["crawl_reports"].insert_one({"_id": "c:0", "published": published})
    assert run(audit, "audit").exit_code == 0
    store["crawl_reports"].insert_one({"_id": "c:1", "published": published})
    result = run(audit, "audit", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["balance"] == 1
    assert "out of balance by 1" in result.stderr


def test_store_status_init_and_rebuild(run: Run, fill: Fill, store: Store) -> None:
    fill({"id": "1"})
    store["facts"].delete_many({})
    assert "facts.entity_id_1_event_day_1" in run(store_command, "store", "init").stdout
    assert run(store_command, "store", "rebuild").exit_code == 0
    shown = json.loads(run(store_command, "store", "status").stdout)
    assert shown["documents"]["facts"] == 1
    assert shown["missing_indexes"] == []
