"""`otzvuk doctor`: is everything in order, and if not, what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from otzvuk.application import application
from otzvuk.checkup import Finding, check_up

STYLES = {"ok": "green", "warning": "yellow", "ill": "bold red"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Operating")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")] = False,
) -> None:
    """Check configuration, log, store, model and permissions; exit code 1 when something is ill.

    Example: otzvuk doctor
    """
    findings = check_up(application(context))
    if as_json or not sys.stdout.isatty():
        for finding in findings:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
    else:
        Console().print(_table(findings))
    if any(finding.health == "ill" for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table(show_lines=False)
    for column in ("check", "", "found", "remedy"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(
            finding.check,
            Text(finding.health, style=STYLES[finding.health]),
            Text(finding.found),
            Text(finding.remedy),
        )
    return table
