"""`otzvuk audit`: proof that nothing was lost on the way."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from otzvuk.application import application
from otzvuk.queries.audit import AuditLine, settled_audit
from otzvuk.waiting import wait_until_drained

COLUMNS = ("scraped", "stored", "unchanged", "dead_lettered")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit", rich_help_panel="Operating")(audit)


def audit(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, not a table.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="First wait until nothing is in flight.")
    ] = False,
) -> None:
    """Check scraped = stored + unchanged + dead-lettered, per source and day.

    Exit code 1 when it does not hold although nothing is in flight.

    Example: otzvuk audit --wait
    """
    app = application(context)
    if wait:
        wait_until_drained(app)
    with app.log() as log, app.store() as store:
        lines, waiting = settled_audit(store, log)
    if as_json or not sys.stdout.isatty():
        for line in lines:
            typer.echo(json.dumps(_plain(line, waiting), ensure_ascii=False))
    else:
        Console().print(_table(lines, waiting))
    typer.echo(_summary(lines, waiting), err=True)
    if not waiting and any(line.difference for line in lines):
        raise typer.Exit(1)


def _plain(line: AuditLine, waiting: int) -> dict[str, object]:
    in_flight, balance = _split(line, waiting)
    return {**asdict(line), "in_flight": in_flight, "balance": balance}


def _split(line: AuditLine, waiting: int) -> tuple[int, int]:
    """(in flight, out of balance): a difference is only one or the other."""
    return (line.difference, 0) if waiting else (0, line.difference)


def _summary(lines: Sequence[AuditLine], waiting: int) -> str:
    scraped = sum(line.scraped for line in lines)
    if waiting:
        return f"{scraped} scraped; {waiting} messages are in flight: `otzvuk audit --wait`"
    wrong = [line for line in lines if line.difference]
    if not wrong:
        return f"{scraped} scraped, all accounted for"
    missing = sum(line.difference for line in wrong)
    return (
        f"out of balance by {missing} in {len(wrong)} of {len(lines)} lines: look at "
        "`otzvuk dead-letters list` and at the stages' logs of those days"
    )


def _table(lines: Sequence[AuditLine], waiting: int) -> Table:
    table = Table(title="scraped = stored + unchanged + dead-lettered + in flight")
    table.add_column("source")
    table.add_column("crawl day")
    for column in (*COLUMNS, "in flight", "balance"):
        table.add_column(column.replace("_", "-"), justify="right")
    for line in lines:
        in_flight, balance = _split(line, waiting)
        figures = [f"{getattr(line, column):,}" for column in COLUMNS]
        shown = f"[red]{balance:+,}[/]" if balance else "[green]0[/]"
        table.add_row(line.source, line.crawl_day, *figures, f"{in_flight:,}", shown)
    return table
