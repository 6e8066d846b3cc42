"""`otzvuk import`, `otzvuk crawl` and `otzvuk entities`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import crawl, entities, import_
from pipeline.errors import UsageError
from pipeline.log.open import open_log
from pipeline.mongo import Store
from pipeline.settings import CrawlSettings, Settings
from pipeline.topics import TOPICS
from tests.crawlers.published import reviews_on
from tests.crawlers.site import Site, reviews_page


@pytest.fixture
def settings(tmp_path: Path, store_uri: str, store: Store) -> Settings:
    return Settings(
        data_dir=str(tmp_path),
        store=store_uri,
        store_database=store.name,
        entities=str(tmp_path / "entities.yaml"),
        crawl=CrawlSettings(allow_loopback=True, delay_seconds=0.0, timeout_seconds=5.0, retries=0),
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def run(settings: Settings, module: ModuleType, *arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    module.register(app)
    return CliRunner().invoke(
        app, arguments, obj=Application(settings=settings), catch_exceptions=False
    )


def published(settings: Settings) -> int:
    log = open_log(settings.log_url, prefix=settings.topic_prefix, session_timeout_seconds=30)
    with closing(log):
        log.create_topics(TOPICS)
        return len(reviews_on(log))


def test_an_import_shows_its_columns_and_publishes(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("Отзыв;Оценка\nХороший чай;5\nПлохой чай;1\n", encoding="cp1251")
    result = run(settings, import_, "import", str(path), "--entity", "tea")
    assert result.exit_code == 0
    assert "CSV (semicolon, cp1251)" in result.stderr
    assert "Оценка" in result.stderr
    report = json.loads(result.stdout)
    assert (report["outcome"], report["seen"], report["new"]) == ("complete", 2, 2)
    assert published(settings) == 2


def test_a_dry_run_publishes_nothing(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"text": "Хорошо", "stars": 5}\n{"text": "Плохо", "stars": 77}\n')
    result = run(
        settings, import_, "import", str(path), "--entity", "tea", "--dry-run", "--map",
        "stars=stars",
    )  # fmt: skip
    assert result.exit_code == 0
    assert json.loads(result.stdout)["text"] == "Хорошо"
    assert "1 reviews, 1 bad rows" in result.stderr
    assert "row 2: column stars" in result.stderr
    assert published(settings) == 0


def test_one_wrong_file_stops_the_import_before_anything_is_published(
    settings: Settings, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text('{"text": "Хорошо"}\n')
    bad.write_text('{"a": 1}\n')
    with pytest.raises(UsageError, match="no column looks like"):
        run(settings, import_, "import", str(good), str(bad), "--entity", "tea")
    assert published(settings) == 0


def test_an_entity_is_crawled_by_its_id(settings: Settings, site: Site) -> None:
    Path(settings.entities).write_text(
        f"entities: {{tea: {{name: Чай, sources: [{{url: '{site.url('/tea')}'}}]}}}}",
        encoding="utf-8",
    )
    site.pages["/tea"] = reviews_page(["Анна", "Борис"])
    result = run(settings, crawl, "crawl", "tea")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["entity_id"], report["outcome"], report["seen"]) == ("tea", "complete", 2)
    assert published(settings) == 2
    listed = json.loads(run(settings, entities, "entities", "list").stdout)
    assert listed["sources"][0]["url"] == site.url("/tea")
    assert "1 entities, 1 sources" in run(settings, entities, "entities", "check").stderr


def test_an_address_of_two_entities_is_named(settings: Settings) -> None:
    source = "sources: [{url: 'https://forum.example/t/x/17', source: discourse}]"
    Path(settings.entities).write_text(
        f"entities: {{moon: {{name: Луна, {source}}}, north: {{name: Север, {source}}}}}",
        encoding="utf-8",
    )
    told = run(settings, entities, "entities", "check").stderr
    assert "https://forum.example/t/x/17: watched for moon, north" in told
    assert "1 addresses are shared" in told


def test_a_crawl_that_fails_says_why_and_exits_with_1(settings: Settings, site: Site) -> None:
    result = run(settings, crawl, "crawl", site.url("/none"), "--entity", "tea")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["outcome"] == "http_error"
    assert "HTTP 404" in report["reason"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tea"], "not in"),
        (["https://shop.example/", "--source", "nope"], "no source 'nope'"),
        (["tea", "--entity", "tea"], "--entity goes with an address"),
    ],
)
def test_what_cannot_be_crawled_is_refused(
    settings: Settings, arguments: list[str], words: str
) -> None:
    Path(settings.entities).write_text("entities: {coffee: {name: Кофе}}", encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        run(settings, crawl, "crawl", *arguments)


def test_the_schema_goes_where_it_is_told(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    run(settings, entities, "entities", "schema", str(path))
    assert path.read_text(encoding="utf-8") == run(settings, entities, "entities", "schema").stdout
