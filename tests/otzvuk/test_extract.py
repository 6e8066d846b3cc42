"""`otzvuk extract` on files and stdin."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import extract
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.settings import Settings

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PAGE = (
    '<script type="application/ld+json">{"@type":"Product","name":"Чайник","aggregateRating":'
    '{"@type":"AggregateRating","reviewCount":9},"review":[{"@type":"Review","author":"Инна",'
    '"reviewBody":"Греет","datePublished":"3 дня назад","reviewRating":4}]}</script>'
)
POST = '{"id":104,"post_number":2,"username":"inna","cooked":"<p>Да</p>","topic_id":57}'


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    extract.register(app)
    application = Application(settings=Settings(), clock=FixedClock(NOW))
    texts = [str(argument) for argument in arguments]
    return CliRunner().invoke(
        app, ["extract", *texts], input=stdin, obj=application, env={"COLUMNS": "80"}
    )


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_sources_are_recognised_and_reviews_go_to_stdout_alone(tmp_path: Path) -> None:
    (tmp_path / "kettle.html").write_text(PAGE, "utf-8")
    (tmp_path / "post.json").write_text(POST, "utf-8")
    result = run("--entity", "kettle", tmp_path / "kettle.html", tmp_path / "post.json")
    assert result.exit_code == 0
    assert [(one["source"], one["entity_id"]) for one in lines(result)] == [
        ("schemaorg", "kettle"), ("discourse", "kettle"),
    ]  # fmt: skip
    assert "reviews: 1 (read as schemaorg); the page claims 9" in result.stderr


def test_relative_dates_count_from_the_files_own_time(tmp_path: Path) -> None:
    file = tmp_path / "kettle.html"
    file.write_text(PAGE, "utf-8")
    os.utime(file, (datetime(2024, 3, 8, tzinfo=UTC).timestamp(),) * 2)
    assert lines(run(file))[0]["published_at"] == "2024-03-05T00:00:00Z"
    told = run("--fetched-at", "2023-01-04", file)
    assert lines(told)[0]["published_at"] == "2023-01-01T00:00:00Z"


def test_stdin_is_read_now() -> None:
    result = run("-", stdin=PAGE.encode())
    assert lines(result)[0]["published_at"] == "2026-06-12T00:00:00Z"


def test_gzip_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "kettle.html.gz"
    file.write_bytes(gzip.compress(PAGE.encode()))
    assert lines(run(file))[0]["text"] == "Греет"


def test_the_address_scopes_ids_and_links(tmp_path: Path) -> None:
    file = tmp_path / "post.json"
    file.write_text(POST, "utf-8")
    found = lines(run("--url", "https://forum.example/posts/104.json", file))[0]
    assert found["review_id"] == "discourse:forum.example:104"
    assert found["url"] == "https://forum.example/t/-/57/2"


def test_a_table_for_people(tmp_path: Path) -> None:
    file = tmp_path / "kettle.html"
    file.write_text(PAGE.replace("Греет", "[red]Греет[/]"), "utf-8")
    result = run("--table", file)
    assert "[red]" in result.stdout


def test_what_cannot_be_read_is_named_and_the_rest_is_printed(tmp_path: Path) -> None:
    (tmp_path / "kettle.html").write_text(PAGE, "utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    result = run(tmp_path / "gone.html", tmp_path, tmp_path / "photo.jpg", tmp_path / "kettle.html")
    assert result.exit_code == 1
    assert len(lines(result)) == 1
    assert "No such file" in result.stderr
    assert "no known source recognises it" in result.stderr


def test_unknown_sources_and_times_are_refused_with_a_remedy() -> None:
    for arguments, remedy in (
        (("--source", "ozn", "-"), "known are"),
        (("--fetched-at", "x", "-"), "ISO"),
        (("--fetched-at", "9999-12-31", "-"), "correct the year"),
    ):
        error = run(*arguments).exception
        assert isinstance(error, UsageError)
        assert remedy in str(error)


@pytest.mark.parametrize("name", ["schemaorg", "discourse", "appstore"])
def test_a_named_source_takes_any_page(name: str) -> None:
    assert run("--source", name, "-", stdin=b"<p>nothing</p>").exit_code == 0


def test_a_page_without_reviews_says_what_to_do() -> None:
    assert "save the page that shows the reviews" in run("-", stdin=b"<p>nothing</p>").stderr


def test_beginnings_of_reviews_are_given_until_their_own_pages_are(tmp_path: Path) -> None:
    listing, own = tmp_path / "list.html", tmp_path / "one.html"
    entries = "".join(
        f"""<div class="smTeaser" data-nid="{number}"><div class="reviewTitle">Так себе</div>
        <span class="reviewTeaserText">Начало</span>
        <a class="reviewTextSnippet" href="/content/{number}">дальше</a></div>"""
        for number in (7, 8)
    )
    listing.write_text(
        f"<html>irecommend.ru<div class='list-comments'>{entries}</div></html>", encoding="utf-8"
    )
    own.write_text(
        "<html>irecommend.ru<link rel='canonical' href='https://irecommend.ru/content/8'>"
        "<div class='reviewBlock' data-nid='8'>"
        "<div class='hasinlineimage' itemprop='reviewBody'>Начало и конец</div></div></html>",
        encoding="utf-8",
    )
    result = run(listing)
    assert [one["extra"] for one in lines(result)] == [{"excerpt": True}] * 2
    assert "reviews: 0" in result.stderr
    assert "beginnings of reviews: 2, their pages have the rest" in result.stderr
    both = {one["review_id"]: one["text"] for one in lines(run(listing, own))}
    assert both == {"irecommend:7": "Начало", "irecommend:8": "Начало и конец"}


def test_a_folder_is_refused_with_a_remedy(tmp_path: Path) -> None:
    assert "is a folder: name the files in it" in run(tmp_path).stderr


def test_the_table_fits_a_narrow_terminal(tmp_path: Path) -> None:
    file = tmp_path / "kettle.html"
    file.write_text(PAGE.replace("Греет", "Греет воду " * 40), "utf-8")
    shown = run("--table", file).stdout.splitlines()
    assert {len(line) for line in shown} == {80}
    assert any("…" in line for line in shown)
