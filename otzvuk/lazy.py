"""Loads a command's module only when the command is called, or when all are to be shown."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from otzvuk.commands import COMMANDS


class LazyCommands(TyperGroup):
    """The commands of the table; importing all of them takes longer than a short command."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the base's argument
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; for a name that is not in the table all are loaded, to suggest one."""
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self._load(COMMANDS[name])
        return super().get_command(ctx, cmd_name)

    def _load(self, module: str) -> None:
        app = typer.Typer()
        app.callback()(_nothing)
        import_module(f"otzvuk.commands.{module}").register(app)
        self.commands.update(get_group(app).commands)


def _nothing() -> None:
    """Makes an app with one command a group, too."""
