"""`otzvuk entities`: what is watched, whether the file is right, and its JSON Schema."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from crawlers.entities import Entity, load_entities, rendered_schema
from otzvuk.application import Application, application

AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    entities = typer.Typer(help="Watched entities: look, check, schema.", no_args_is_help=True)
    entities.command("list")(list_entities)
    entities.command("check")(check)
    entities.command("schema")(schema)
    app.add_typer(entities, name="entities", rich_help_panel="Collecting")


def list_entities(context: typer.Context, as_json: AsJson = False) -> None:
    """List the watched entities.

    Example: otzvuk entities list
    """
    entities = _load(application(context))
    if as_json or not sys.stdout.isatty():
        for entity_id, entity in entities.items():
            line = {"entity_id": entity_id, **msgspec.to_builtins(entity)}
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    table = Table(title=f"{len(entities)} entities")
    for column in ("id", "kind", "name", "parent", "sources", "competitors"):
        table.add_column(column, overflow="fold")
    for entity_id, entity in entities.items():
        sources = "\n".join(f"{source.source}: {source.url}" for source in entity.sources)
        competitors = ", ".join(entity.competitors)
        table.add_row(
            entity_id, entity.kind, entity.name, entity.parent or "", sources, competitors
        )
    Console().print(table)


def check(context: typer.Context) -> None:
    """Check the file of watched entities; every problem is shown with its remedy.

    Example: otzvuk entities check
    """
    app = application(context)
    entities = _load(app)
    sources = sum(len(entity.sources) for entity in entities.values())
    shared = _shared(entities)
    for url, owners in shared.items():
        typer.echo(
            f"{url}: watched for {', '.join(owners)}: a review belongs to the entity whose crawl "
            "finds it first; keep the address at one of them",
            err=True,
        )
    told = f"{len(shared)} addresses are shared" if shared else "no problem"
    typer.echo(
        f"{app.settings.entities}: {len(entities)} entities, {sources} sources, {told}", err=True
    )


def schema(
    path: Annotated[Path | None, typer.Argument(help="File to write; none for stdout.")] = None,
) -> None:
    """Write the JSON Schema of the file of watched entities.

    Example: otzvuk entities schema docs/schemas/entities.json
    """
    text = rendered_schema()
    if path is None:
        typer.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")


def _shared(entities: Mapping[str, Entity]) -> dict[str, list[str]]:
    """Addresses that several entities name → these."""
    owners: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entity_id, entity in entities.items():
        for source in entity.sources:
            owners[source.url][entity_id] = None
    return {url: list(found) for url, found in owners.items() if len(found) > 1}


def _load(app: Application) -> dict[str, Entity]:
    return load_entities(
        Path(app.settings.entities), allow_loopback=app.settings.crawl.allow_loopback
    )
