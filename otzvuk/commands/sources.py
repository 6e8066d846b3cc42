"""`otzvuk sources`: what can be read, what it takes, and whether one page still gives it."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from crawlers.checking import PageCheck, check_page
from crawlers.keys import key_of
from crawlers.source import Source
from crawlers.spiders import SOURCES
from otzvuk.application import Application, application
from otzvuk.commands.crawl import store_if_there
from otzvuk.queries.crawling import last_outcomes
from otzvuk.terminal import harmless

WIDE = 120
"""Columns of a terminal that the whole table needs."""
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sources = typer.Typer(
        help="Sources: what each gives and needs, and whether a page of it can be read.",
        invoke_without_command=True,
    )
    sources.callback()(list_sources)
    sources.command("check")(check)
    app.add_typer(sources, name="sources", rich_help_panel="Collecting")


def list_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List every source: kind, what it needs and gives, where it ends, how its last crawl ended.

    Example: otzvuk sources
    """
    if context.invoked_subcommand is not None:
        return
    app = application(context)
    outcomes = _outcomes(app)
    rows = [_row(source, outcomes.get(source.name, "")) for source in SOURCES]
    if as_json or not sys.stdout.isatty():
        for row in rows:
            typer.echo(msgspec.json.encode(row).decode())
        return
    console = Console()
    console.print(_table(rows) if console.width >= WIDE else _narrow_table(rows))


def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the source, or auto.")],
    url: Annotated[str, typer.Argument(help="The page that a person would open.")],
    as_json: AsJson = False,
) -> None:
    """Read one page and show what it gave, field by field. Exit code 1 when it gave nothing.

    An address without reviews of its own is followed to the first page it leads to.

    Example: otzvuk sources check trustpilot https://www.trustpilot.com/review/example.com
    """
    app = application(context)
    found = check_page(name, url, app.settings.crawl, os.environ)
    if as_json or not sys.stdout.isatty():
        typer.echo(msgspec.json.encode(found).decode())
    else:
        _explain(Console(), found)
    if found.outcome.is_failure:
        raise typer.Exit(1)


def _outcomes(app: Application) -> dict[str, str]:
    """Nothing is started for a person who has never crawled."""
    settings = app.settings
    if settings.store == "embedded" and not (Path(settings.data_dir) / "store").exists():
        return {}
    with ExitStack() as stack:
        store = store_if_there(app, stack)
        found = {} if store is None else last_outcomes(store)
    return {name: f"{outcome} ({at:%Y-%m-%d %H:%M})" for name, (outcome, at) in found.items()}


def _row(source: Source, last_outcome: str) -> dict[str, Any]:
    access = source.access
    has_key = key_of(source, os.environ) is not None
    return {
        "name": source.name,
        "kind": source.kind,
        "mode": _mode(source, has_key=has_key),
        "needs": access.needs,
        "key": access.key,
        "key_is_set": has_key,
        "gives": sorted(access.gives),
        "paging": access.paging,
        "max_pages": access.max_pages,
        "cap": access.cap,
        "evidence": access.evidence,
        "terms_url": access.terms_url,
        "last_outcome": last_outcome,
    }


def _mode(source: Source, *, has_key: bool) -> str:
    access = source.access
    if access.needs_key:
        return "official API" if has_key else "off: key missing"
    return "official API" if has_key else "public pages"


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"{len(rows)} sources")
    table.add_column("name", no_wrap=True)
    for column in ("kind", "mode", "needs", "gives", "cap", "built from", "last outcome"):
        table.add_column(column, overflow="fold")
    for row in rows:
        cells = (
            row["name"], row["kind"], row["mode"], _needs(row), ", ".join(row["gives"]),
            _cap(row), row["evidence"], _outcome(row),
        )  # fmt: skip
        table.add_row(*map(escape, cells))
    return table


def _narrow_table(rows: list[dict[str, Any]]) -> Table:
    """What a person needs to begin with: eight columns of four letters tell nothing."""
    table = Table(
        title=f"{len(rows)} sources",
        caption=f"kind, fields given and what each was built from: {WIDE} columns, or --json",
    )
    table.add_column("name", no_wrap=True)
    table.add_column("read from, needs", overflow="fold")
    table.add_column("cap", justify="right", no_wrap=True)
    table.add_column("last outcome", overflow="fold", max_width=16)
    for row in rows:
        how = "\n".join(part for part in (row["mode"], _needs(row)) if part)
        table.add_row(*map(escape, (row["name"], how, _cap(row), _outcome(row))))
    return table


def _needs(row: dict[str, Any]) -> str:
    key = f"{row['key']} {'✓' if row['key_is_set'] else '–'}" if row["key"] else ""
    return "\n".join(part for part in (row["needs"], key) if part)


def _cap(row: dict[str, Any]) -> str:
    return "" if row["cap"] is None else str(row["cap"])


def _outcome(row: dict[str, Any]) -> str:
    return str(row["last_outcome"]).replace(" (", "\n", 1).removesuffix(")")


def _explain(console: Console, found: PageCheck) -> None:
    colour = "red" if found.outcome.is_failure else "green"
    head = harmless(f" {found.source} {found.url}")
    console.print(Text(str(found.outcome), style=colour) + head, soft_wrap=True)
    for url in found.passed:
        console.print(harmless(f"no review on {url} itself, it leads on"), soft_wrap=True)
    for part in (found.reason, found.remedy and f"→ {found.remedy}"):
        if part:
            console.print(harmless(part))
    if found.fields:
        console.print(_fields(found))
    if not found.outcome.is_failure:
        claimed = "not said" if found.claimed_total is None else str(found.claimed_total)
        console.print(f"claimed total: {claimed}; pages it leads to: {found.next_urls}")
    for problem in found.problems:
        console.print(harmless(f"  {problem}"))


def _fields(found: PageCheck) -> Table:
    table = Table(title=f"{found.reviews} reviews")
    for column in ("field", "filled", "for example"):
        table.add_column(column, overflow="fold")
    missing = Text("promised, but empty on this page", style="yellow")
    for field in found.fields:
        is_missing = field.is_promised and not field.filled
        example = missing if is_missing else harmless(field.sample)
        table.add_row(escape(field.field), f"{field.filled}/{found.reviews}", example)
    return table
