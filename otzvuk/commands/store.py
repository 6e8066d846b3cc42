"""`otzvuk store`: the database itself — its indexes, what it holds, its views made anew."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from consumers.storing.rebuilding import rebuild
from otzvuk.application import application
from otzvuk.queries.inventory import Inventory, take_inventory
from pipeline.mongo import create_indexes
from pipeline.settings import redact


def register(app: typer.Typer) -> None:
    """Add the commands."""
    store = typer.Typer(help="The database: indexes, contents, views.", no_args_is_help=True)
    store.command("init")(init)
    store.command("status")(status)
    store.command("rebuild")(rebuild_views)
    app.add_typer(store, name="store", rich_help_panel="Operating")


def init(context: typer.Context) -> None:
    """Create every declared index that is missing.

    Example: otzvuk store init
    """
    with application(context).store() as store:
        for name in create_indexes(store):
            typer.echo(name)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Show where the store is, what it holds, and whether an index is missing.

    Example: otzvuk store status
    """
    app = application(context)
    with app.store() as store:
        found = take_inventory(store)
    where = "embedded" if app.settings.store == "embedded" else redact(app.settings.store)
    if as_json or not sys.stdout.isatty():
        typer.echo(json.dumps({"store": where, **found.as_dict()}, ensure_ascii=False))
        return
    Console().print(_table(where, found))


def rebuild_views(context: typer.Context) -> None:
    """Make facts, day buckets and entities anew from the stored reviews.

    Example: otzvuk store rebuild
    """
    app = application(context)
    with app.store() as store:
        counted = rebuild(store, app.clock, lambda done: typer.echo(f"{done} reviews", err=True))
    typer.echo(f"{counted} reviews: facts, day buckets and entities are new", err=True)


def _table(where: str, found: Inventory) -> Table:
    table = Table(title=f"Store {where} ({found.server})")
    table.add_column("collection")
    table.add_column("documents", justify="right")
    table.add_column("indexes")
    for collection, documents in found.documents.items():
        table.add_row(collection, f"{documents:,}", ", ".join(found.indexes.get(collection, [])))
    if found.missing_indexes:
        table.caption = f"missing: {', '.join(found.missing_indexes)}: run `otzvuk store init`"
    return table
