"""`otzvuk up`: everything on one machine; `otzvuk stage` and the like: one part of many."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from otzvuk.application import Application, application
from otzvuk.collecting import COLLECTORS
from otzvuk.process import Running, running
from otzvuk.stages import STAGES
from otzvuk.view import dashboard
from otzvuk.waiting import lags
from pipeline.errors import Retry, UsageError

REFRESH_SECONDS = 0.5
LINE_SECONDS = 30.0
"""How often a line is written where nobody watches."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(rich_help_panel="Running")(up)
    app.command(rich_help_panel="Running")(stage)
    app.command(rich_help_panel="Running")(scheduler)
    app.command("crawl-worker", rich_help_panel="Running")(crawl_worker)


def up(
    context: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="A line now and then instead of the live view.")
    ] = False,
) -> None:
    """Run all stages, scheduler, crawl worker, embedded log and store, until Ctrl-C.

    Example: otzvuk up
    """
    app = application(context)
    with running(app, [*STAGES, *COLLECTORS]) as process:
        _watch(app, process, is_live=sys.stdout.isatty() and not plain)


def stage(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(STAGES)}.")],
) -> None:
    """Run one stage until SIGTERM; any number of processes share its topic.

    Example: otzvuk stage sentiment
    """
    if name not in STAGES:
        raise UsageError(f"no stage {name!r}: there are {', '.join(STAGES)}")
    _run(context, f"stage {name}", name)


def scheduler(context: typer.Context) -> None:
    """Give out crawl jobs of the entities file when they are due, until SIGTERM.

    Example: otzvuk scheduler
    """
    _run(context, "scheduler", "scheduler")


def crawl_worker(context: typer.Context) -> None:
    """Take crawl jobs and do them until SIGTERM; any number of processes share them.

    Example: otzvuk crawl-worker
    """
    _run(context, "crawl worker", "crawl-worker")


def _run(context: typer.Context, title: str, name: str) -> None:
    with running(application(context), [name]) as process:
        typer.echo(f"{title} runs; metrics on port {process.port}", err=True)
        process.workers.stop.wait()


def _watch(app: Application, process: Running, *, is_live: bool) -> None:
    footer = (
        f"log {app.settings.log_url.partition(':')[0]}"
        f" · store {app.settings.store.partition(':')[0]}"
        f" · http://{app.settings.http.host}:{process.port}/metrics · Ctrl-C stops cleanly"
    )
    if not is_live:
        typer.echo(footer, err=True)
        _write_lines(process)
        return
    with Live(console=Console(), screen=True, auto_refresh=False) as live:
        while not process.workers.stop.wait(REFRESH_SECONDS):
            with suppress(Retry):
                view = dashboard(
                    process.store,
                    process.workers.alive(),
                    language=app.settings.alerts.language,
                    footer=footer,
                )
                live.update(view, refresh=True)


def _write_lines(process: Running) -> None:
    while not process.workers.stop.wait(LINE_SECONDS):
        with suppress(Retry):
            typer.echo(json.dumps({"waiting": lags(process.log)}))
