"""The schedule of all crawls as people read it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawlers.outcomes import Outcome
from otzvuk.queries.crawling import ListingState

COLUMNS = (
    "entity", "source", "address", "state", "due", "every, h", "last", "at", "pages",
    "seen / claimed", "new", "gone", "fails", "stale",
)  # fmt: skip


def show_states(states: Sequence[ListingState], *, as_json: bool) -> None:
    """JSON lines on stdout, or a table for people."""
    if as_json or not sys.stdout.isatty():
        for state in states:
            typer.echo(msgspec.json.encode(state).decode())
        return
    table = Table(title=f"{len(states)} listings")
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for state in states:
        table.add_row(*_cells(state))
    Console().print(table)


def _cells(state: ListingState) -> tuple[str, ...]:
    failed = state.outcome is not None and Outcome(state.outcome).is_failure
    outcome = state.outcome or ""
    seen = f"{_number(state.seen)} / {_number(state.claimed_total)}"
    return (
        escape(state.entity_id), escape(state.source), escape(state.url), state.state,
        _time(state.due_at), _number(state.interval_hours),
        f"[red]{outcome}[/]" if failed else outcome, _time(state.at), _number(state.pages), seen,
        _number(state.new), _number(state.gone), str(state.failures or ""),
        "[red]stale[/]" if state.is_stale else "",
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _time(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
