"""`otzvuk up`: everything on one machine; `otzvuk stage`: one stage of many machines."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from otzvuk.application import Application, application
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


def up(
    context: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="A line now and then instead of the live view.")
    ] = False,
) -> None:
    """Run all stages, the embedded log and store, and /metrics, until Ctrl-C.

    Example: otzvuk up
    """
    app = application(context)
    with running(app, STAGES) as process:
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
    app = application(context)
    with running(app, [name]) as process:
        typer.echo(f"stage {name} runs; metrics on port {process.port}", err=True)
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
