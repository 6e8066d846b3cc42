"""`otzvuk demo`: everything at work in half a minute, without a network."""

from __future__ import annotations

import typer
from rich.console import Console

from otzvuk.application import application
from otzvuk.demo.scenario import run_demo


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Running")(demo)


def demo(context: typer.Context) -> None:
    """Crawl a constructed shop and forum on loopback, and see an alert arise.

    Example: otzvuk demo
    """
    run_demo(application(context), Console())
