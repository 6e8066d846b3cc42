"""`otzvuk crawl`: one pass over the sources of an entity, or over one address."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawlers.entities import Entity, load_entities
from crawlers.jobs import check_source, run_job
from crawlers.outcomes import Outcome
from crawlers.recognition import AUTO
from crawlers.schedule import Schedule
from otzvuk.application import Application, application
from otzvuk.crawl_table import show_states
from otzvuk.queries.crawling import listing_states
from otzvuk.terminal import harmless
from otzvuk.waiting import wait_until_drained
from pipeline.errors import StoreBroken, StoreUnavailable, UsageError
from pipeline.identity import digest
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import Settings

STATUS = "status"
"""In place of an entity: shows the schedule. An entity of this name is crawled by its address."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crawl", rich_help_panel="Collecting")(crawl)


def crawl(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(help="Entity of the entities file, an address, or `status`.")
    ],
    source: Annotated[
        str | None, typer.Option(help="Only this source; for an address: how to read it.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option(help="Entity that an address belongs to (default: its host).")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, do not stop at known reviews.")
    ] = False,
    max_pages: Annotated[int | None, typer.Option(min=1, help="Pages to read at most.")] = None,
    accept_layout: Annotated[
        bool,
        typer.Option("--accept-layout", help="Take emptier pages as they are (layout_change)."),
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Reports as JSON lines.")] = False,
) -> None:
    """Crawl the sources of an entity, or one address. Exit code 1 when one could not be read.

    `otzvuk crawl status` shows every listing: when it is due, how it ended, whether it is stale.

    Example: otzvuk crawl lunny-chay --source appstore

    Example: otzvuk crawl status

    Example: otzvuk crawl https://shop.example/tea --entity lunny-chay --wait
    """
    app = application(context)
    if target == STATUS:
        with app.store() as opened:
            show_states(listing_states(opened, app.clock.now()), as_json=as_json)
        return
    jobs = _jobs(app, target, source, entity, full)
    settings = _limited(app.settings, max_pages)
    with ExitStack() as stack:
        log = stack.enter_context(app.log())
        store = store_if_there(app, stack)
        reports: list[CrawlReport] = []
        for job in jobs:
            if accept_layout and store is not None:
                Schedule(store, settings.crawl).forget_layout(job)
            reports.append(run_job(job, settings, log, store, app.clock, _say))
            if reports[-1].outcome == Outcome.INTERRUPTED:
                break
    show_reports(reports, as_json=as_json)
    for report in reports:
        for problem in report.problems:
            where = report.url or report.source
            told = problem if where in problem else f"{where}: {problem}"
            _say(harmless(f"  {told}").plain)
    if wait:
        wait_until_drained(app)
    if any(Outcome(report.outcome).is_failure for report in reports):
        raise typer.Exit(1)


def show_reports(reports: Sequence[CrawlReport], *, as_json: bool) -> None:
    """Reports as JSON lines on stdout, or as a table for people."""
    if as_json or not sys.stdout.isatty():
        for report in reports:
            typer.echo(msgspec.json.encode(report).decode())
        return
    console = Console()
    console.print(_table(reports))
    for report in reports:
        if report.reason:
            where = f"{report.entity_id}, {report.source}"
            console.print(harmless(f"{where}: {report.outcome}: {report.reason}"))


def _table(reports: Sequence[CrawlReport]) -> Table:
    table = Table(title="Crawl reports")
    for column in ("entity\nsource", "outcome"):
        table.add_column(column, overflow="fold")
    for column in ("pages", "seen /\nclaimed", "new", "changed", "skipped"):
        table.add_column(column, justify="right", no_wrap=True)
    for report in reports:
        colour = "red" if Outcome(report.outcome).is_failure else "green"
        claimed = "–" if report.claimed_total is None else str(report.claimed_total)
        table.add_row(
            harmless(f"{report.entity_id}\n{report.source}"), Text(report.outcome, style=colour),
            str(report.pages), f"{report.seen} / {claimed}", str(report.new), str(report.changed),
            str(report.skipped),
        )  # fmt: skip
    return table


def _jobs(
    app: Application, target: str, source: str | None, entity: str | None, full: bool
) -> list[CrawlJob]:
    if "://" in target:
        owner = entity or (urlsplit(target).hostname or "").removeprefix("www.")
        return [_job(app, owner, source or AUTO, target, full)]
    if entity is not None:
        raise UsageError("--entity goes with an address; an entity is crawled by its own id")
    wanted = [
        _job(app, target, watched.source, watched.url, full)
        for watched in _watched(app, target).sources
        if source in (None, watched.source)
    ]
    if not wanted:
        named = f" {source!r}" if source else ""
        raise UsageError(f"{target} has no source{named} in {app.settings.entities}: add one there")
    return wanted


def _watched(app: Application, entity_id: str) -> Entity:
    entities = load_entities(
        Path(app.settings.entities), allow_loopback=app.settings.crawl.allow_loopback
    )
    if entity_id not in entities:
        raise UsageError(
            f"{entity_id!r} is not in {app.settings.entities}: known are "
            f"{', '.join(sorted(entities))}; an address begins with https://"
        )
    return entities[entity_id]


def _job(app: Application, entity_id: str, source: str, url: str, full: bool) -> CrawlJob:
    check_source(source)
    now = app.clock.now()
    return CrawlJob(
        job_id=digest(entity_id, source, url, now.isoformat()),
        entity_id=entity_id,
        source=source,
        url=url,
        is_full=full,
        due_at=now,
    )


def _limited(settings: Settings, max_pages: int | None) -> Settings:
    if max_pages is None:
        return settings
    limited = msgspec.structs.replace(settings.crawl, max_pages=max_pages)
    return msgspec.structs.replace(settings, crawl=limited)


def store_if_there(app: Application, stack: ExitStack) -> Store | None:
    """Without a store a crawl cannot tell new from known, but it can still read and publish."""
    try:
        return stack.enter_context(app.store())
    except (StoreUnavailable, StoreBroken) as error:
        _say(f"going on without the store: {error}")
        return None


def _say(text: str) -> None:
    typer.echo(text, err=True)
