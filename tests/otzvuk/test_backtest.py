"""`otzvuk backtest`: history is replayed, episodes are named, mistakes are explained."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from consumers.alerting.backtest import backtest
from consumers.alerting.policy import PRESETS
from consumers.alerting.rules import RULES
from consumers.alerting.series import DaySeries, series_from_buckets
from otzvuk.application import Application
from otzvuk.backtesting import find, load
from otzvuk.commands import backtest as command
from otzvuk.timeline import marks, sparkline
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store
from pipeline.settings import Settings
from tests.consumers.alerting.alerting_worlds import (
    ENTITY,
    TODAY,
    bucket,
    calm_buckets,
    days_ago,
    review,
)

SHARED = Path(__file__).parents[3] / "shared" / "data"
WAVE_DAY = days_ago(20)
POLICY = PRESETS["balanced"]


@pytest.fixture
def history(store: Store) -> Store:
    """The calm half-year with a wave of negatives three weeks before its end."""
    calm = [found for found in calm_buckets() if found["day"] != WAVE_DAY.isoformat()]
    wave = bucket(WAVE_DAY, total=12, negative=10, negative_distinct=10, positive=2)
    store["day_buckets"].insert_many([*calm, wave])
    store["reviews"].insert_many([
        review(at, WAVE_DAY, is_backfill=True, text=f"Курьер не приехал, заказ {at} пропал")
        for at in range(10)
    ])  # fmt: skip
    store["entities"].insert_one({"_id": ENTITY})
    return store


def test_a_past_wave_is_found_with_its_evidence(history: Store) -> None:
    series = load(history, ENTITY)
    (finding,) = find(history, series, list(RULES.values()), POLICY)
    assert finding.episode.start == WAVE_DAY
    assert finding.busiest_days == ((WAVE_DAY, 10),)
    assert len(finding.alert.evidence) == 10
    assert "Всплеск негатива" in finding.alert.title_ru


def test_days_select_episodes_but_not_the_baseline(history: Store) -> None:
    series, rules = load(history, ENTITY), [RULES["negative_spike"]]
    assert not list(find(history, series, rules, POLICY, since=days_ago(5)))
    assert not list(find(history, series, rules, POLICY, until=days_ago(40)))
    assert list(find(history, series, rules, POLICY, since=days_ago(21), until=days_ago(19)))


def test_an_unknown_entity_is_explained(history: Store) -> None:
    with pytest.raises(UsageError, match=rf"'nobody'; stored are: {ENTITY}"):
        load(history, "nobody")


@pytest.fixture
def runner_app(store_uri: str, history: Store) -> tuple[typer.Typer, Application]:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    settings = Settings(store=store_uri, store_database=history.name)
    return app, Application(settings=settings)


def invoke(runner_app: tuple[typer.Typer, Application], *arguments: str) -> Any:
    app, application = runner_app
    return CliRunner().invoke(app, ["backtest", *arguments], obj=application)


def test_the_command_prints_json_lines_and_a_summary(
    runner_app: tuple[typer.Typer, Application],
) -> None:
    result = invoke(runner_app, "--entity", ENTITY, "--json")
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert found["start"] == WAVE_DAY.isoformat()
    assert found["kind"] == "complaints"
    assert found["busiest_days"] == {WAVE_DAY.isoformat(): 10}
    assert found["snippets"][0].startswith("Курьер не приехал")
    assert "1 episodes in 183 days" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--rule", "magic", "negative_spike"),
        ("--preset", "loud", "balanced"),
        ("--from", "yesterday", "2023-09-26"),
    ],
)
def test_wrong_options_are_explained(
    runner_app: tuple[typer.Typer, Application], option: str, value: str, remedy: str
) -> None:
    result = invoke(runner_app, "--entity", ENTITY, option, value)
    assert isinstance(result.exception, UsageError)
    assert remedy in str(result.exception)


def test_a_sparkline_shows_every_wave() -> None:
    assert sparkline([0, 0, 1, 0, 8, 0], 6) == "  ▁ █ "
    assert sparkline([0, 0, 1, 0, 8, 0], 3) == " ▁█"
    assert sparkline([], 10) == ""
    assert marks([0, 5], 6, 3) == "▲ ▲"


def real_series(name: str) -> DaySeries:
    """A shared stream by day, labelled by star or recommendation; texts without one count as
    not negative."""
    path = SHARED / f"stream-{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    days: dict[str, Document] = defaultdict(lambda: {"total": 0, "negative_distinct": 0})
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            day = days[row["date"]]
            day["total"] += 1
            day["negative_distinct"] += row.get("label") == "negative" or row.get("stars", 5) < 3
    buckets = [{"day": day, **counts} for day, counts in days.items()]
    found = series_from_buckets(name, buckets, date.fromisoformat(max(days)))
    assert found is not None
    return found


def test_the_burst_of_september_2023_is_found_in_fifteen_years_of_bank_reviews() -> None:
    episodes = backtest(real_series("gazprombank"), RULES["review_burst"], POLICY)
    loudest = max(episodes, key=lambda episode: episode.peak.surprise)
    assert loudest.start == date(2023, 9, 26)
    assert loudest.peak.surprise > 20
    assert len(episodes) < 30


def test_the_wave_of_october_2018_is_found_in_game_reviews() -> None:
    series = real_series("steam-pubg")
    episodes = backtest(series, RULES["negative_spike"], POLICY)
    assert date(2018, 10, 3) in [episode.start for episode in episodes]
    assert min(episode.start for episode in episodes) >= series.day(POLICY.min_covered_days)


def test_today_is_the_last_day_of_the_series(history: Store) -> None:
    assert load(history, ENTITY).last_day == TODAY
