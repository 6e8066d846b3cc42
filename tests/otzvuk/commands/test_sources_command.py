"""`otzvuk sources` and `otzvuk crawl status`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner, Result

from crawlers.spiders import SOURCES
from otzvuk.application import Application
from otzvuk.commands import crawl, sources
from pipeline.mongo import Store
from pipeline.settings import CrawlSettings, Settings
from tests.crawlers.site import Answer, Site, reviews_page


@pytest.fixture
def settings(tmp_path: Path, store_uri: str, store: Store) -> Settings:
    return Settings(
        data_dir=str(tmp_path),
        store=store_uri,
        store_database=store.name,
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


def test_every_source_is_listed_with_how_its_last_crawl_ended(
    settings: Settings, site: Site
) -> None:
    site.pages["/tea"] = reviews_page(["Анна"])
    assert run(settings, crawl, "crawl", site.url("/tea"), "--entity", "tea").exit_code == 0
    result = run(settings, sources, "sources", "--json")
    rows = {row["name"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert rows.keys() == {source.name for source in SOURCES}
    assert rows["schemaorg"]["last_outcome"].startswith("complete (")
    assert rows["appstore"]["last_outcome"] == ""
    assert rows["appstore"]["cap"] == 500


def test_a_page_is_shown_field_by_field(settings: Settings, site: Site) -> None:
    site.pages["/tea"] = reviews_page(["Анна", "Борис"], claimed=2)
    result = run(settings, sources, "sources", "check", "schemaorg", site.url("/tea"), "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["outcome"], found["reviews"], found["claimed_total"]) == ("complete", 2, 2)
    fields = {field["field"]: field for field in found["fields"]}
    assert fields["author"]["filled"] == 2
    assert fields["author"]["sample"] == "Анна"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(b"<title>Robot Check</title>"), "captcha"),
        (Answer(b"<html><body>empty</body></html>"), "empty_page"),
        (Answer(status=404), "http_error"),
    ],
)
def test_a_page_that_gives_nothing_is_a_failure_with_its_remedy(
    settings: Settings, site: Site, answer: Answer, outcome: str
) -> None:
    site.pages["/tea"] = answer
    result = run(settings, sources, "sources", "check", "schemaorg", site.url("/tea"), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["outcome"] == outcome
    assert found["remedy"]


def test_the_schedule_shows_what_was_crawled(settings: Settings, site: Site) -> None:
    site.pages["/tea"] = reviews_page(["Анна"], claimed=3)
    run(settings, crawl, "crawl", site.url("/tea"), "--entity", "tea")
    result = run(settings, crawl, "crawl", "status", "--json")
    (state,) = map(json.loads, result.stdout.splitlines())
    assert (state["entity_id"], state["source"], state["state"]) == ("tea", "schemaorg", "by hand")
    assert (state["outcome"], state["seen"], state["claimed_total"]) == ("capped", 1, 3)


def test_an_emptier_layout_is_kept_back_until_a_person_accepts_it(
    settings: Settings, site: Site, store: Store
) -> None:
    names = [f"Гость {number}" for number in range(24)]
    target = (site.url("/tea"), "--entity", "tea", "--source", "schemaorg")
    site.pages["/tea"] = reviews_page(names)
    assert run(settings, crawl, "crawl", *target).exit_code == 0
    full = site.pages["/tea"]
    assert isinstance(full, Answer)
    site.pages["/tea"] = Answer(full.body.replace(b'"ratingValue"', b'"stars"'))
    kept_back = run(settings, crawl, "crawl", *target)
    assert kept_back.exit_code == 1
    assert json.loads(kept_back.stdout)["outcome"] == "layout_change"
    accepted = run(settings, crawl, "crawl", *target, "--accept-layout")
    assert json.loads(accepted.stdout)["outcome"] == "complete"


@pytest.mark.parametrize(
    ("address", "told"),
    [("example.com", "it looks like https://example.com"), ("http://10.0.0.1/x", "private")],
)
def test_what_is_no_public_address_is_refused_before_anything_is_started(
    settings: Settings, address: str, told: str
) -> None:
    result = run(settings, sources, "sources", "check", "auto", address, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["outcome"], found["reason"].startswith(address)) == ("address_refused", True)
    assert told in found["reason"]
    assert found["remedy"]
