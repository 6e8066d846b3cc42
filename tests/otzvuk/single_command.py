"""One command, run in this process on a given application."""

from __future__ import annotations

from types import ModuleType

import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application


def invoke(command: ModuleType, app: Application, *arguments: str) -> Result:
    """What the command prints, and how it ends."""
    parser = typer.Typer()
    parser.callback()(lambda: None)
    command.register(parser)
    return CliRunner().invoke(parser, arguments, obj=app)
