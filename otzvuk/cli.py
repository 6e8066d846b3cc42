"""The command line: a table of commands, one module each."""

from __future__ import annotations

from otzvuk.commands import COMMANDS

__all__ = ["COMMANDS", "main"]


def main() -> None:
    """Entry point of the `otzvuk` command."""
    raise SystemExit("not assembled yet")
