"""The schedule of all crawls as people read it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawlers.outcomes import Outcome
from otzvuk.queries.crawling import ListingState
from otzvuk.terminal import harmless

COLUMNS = (
    "entity", "source", "address", "state", "due", "every, h", "last", "at", "pages",
    "seen /\nclaimed", "new", "gone", "fails", "stale",
)  # fmt: skip
NARROW_COLUMNS = ("listing", "state", "last", "seen /\nclaimed", "new /\ngone")
FOLDED = frozenset({"entity", "source", "address", "listing"})
WIDE = 180
"""Columns of a terminal that a line a listing needs."""


def show_states(states: Sequence[ListingState], *, as_json: bool) -> None:
    """JSON lines on stdout, or a table for people."""
    if not states:
        typer.echo(
            "nothing was crawled yet: `otzvuk crawl` reads an entity or an address, `otzvuk up` "
            "all entities when they are due",
            err=True,
        )
        return
    if as_json or not sys.stdout.isatty():
        for state in states:
            typer.echo(msgspec.json.encode(state).decode())
        return
    console = Console()
    console.print(state_table(states, console.width))
    for state in states:
        if state.reason and _has_failed(state):
            console.print(harmless(f"{state.entity_id}, {state.url}: {state.reason}"))


def state_table(states: Sequence[ListingState], width: int) -> Table:
    """A line for each listing where there is room, else a few."""
    columns, cells = (COLUMNS, _cells) if width >= WIDE else (NARROW_COLUMNS, _narrow_cells)
    table = Table(title=f"listings: {len(states)}", show_lines=width < WIDE)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column not in FOLDED)
    for state in states:
        table.add_row(*cells(state))
    return table


def _cells(state: ListingState) -> tuple[Text, ...]:
    seen = f"{_number(state.seen)} / {_number(state.claimed_total)}"
    texts = (
        state.entity_id, state.source, state.url, state.state, _time(state.due_at),
        _number(state.interval_hours), _outcome(state), _time(state.at), _number(state.pages), seen,
        _number(state.new), _number(state.gone), str(state.failures or ""), _stale(state),
    )  # fmt: skip
    return tuple(text if isinstance(text, Text) else harmless(text) for text in texts)


def _narrow_cells(state: ListingState) -> tuple[Text, ...]:
    due = [state.state]
    if state.due_at is not None:
        due += [_time(state.due_at), f"every {_number(state.interval_hours)} h"]
    last = [_outcome(state), Text(_time(state.at)), _stale(state)]
    if state.failures:
        last.append(Text(f"fails: {state.failures}"))
    seen = f"{_number(state.seen)} / {_number(state.claimed_total)}"
    return (
        harmless(f"{state.entity_id}\n{state.source}\n{state.url}"),
        Text("\n".join(due)),
        Text("\n").join(part for part in last if part),
        Text(f"{seen}\npages: {_number(state.pages)}"),
        Text(f"{_number(state.new)} / {_number(state.gone)}"),
    )


def _has_failed(state: ListingState) -> bool:
    return state.outcome is not None and Outcome(state.outcome).is_failure


def _outcome(state: ListingState) -> Text:
    return Text(state.outcome or "", style="red" if _has_failed(state) else "")


def _stale(state: ListingState) -> Text:
    return Text("stale" if state.is_stale else "", style="red")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _time(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
