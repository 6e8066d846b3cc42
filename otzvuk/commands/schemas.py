"""`otzvuk schemas`: publishes the JSON Schema of every topic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.schemas import write_schemas


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="schemas", rich_help_panel="Running")(schemas)


def schemas(
    directory: Annotated[Path, typer.Argument(help="Where the files go.")] = Path("docs/schemas"),
) -> None:
    """Write the JSON Schema of every topic.

    Example: otzvuk schemas docs/schemas
    """
    for path in write_schemas(directory):
        typer.echo(path)
