"""`otzvuk config`: what can be set, and what is set."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from otzvuk.application import application
from pipeline.settings import redact
from pipeline.settings_example import example_settings

SECRET_FIELDS = frozenset({"secret", "url"})


def register(app: typer.Typer) -> None:
    """Add the commands."""
    config = typer.Typer(help="The configuration.", no_args_is_help=True)
    config.command("example")(example)
    config.command("show")(show)
    app.add_typer(config, name="config", rich_help_panel="Running")


def example() -> None:
    """Print every setting with its default and meaning.

    Example: otzvuk config example > otzvuk.yaml
    """
    typer.echo(example_settings(), nl=False)


def show(context: typer.Context) -> None:
    """Print the settings in force, secrets hidden, as JSON.

    Example: otzvuk config show
    """
    tree = msgspec.to_builtins(application(context).settings)
    typer.echo(msgspec.json.format(msgspec.json.encode(_hidden(tree)), indent=2).decode())


def _hidden(tree: dict[str, Any]) -> dict[str, Any]:
    tree["log"], tree["store"] = redact(tree["log"]), redact(tree["store"])
    for channel in tree["channels"].values():
        for name in SECRET_FIELDS & channel.keys():
            channel[name] = "<hidden>" if channel[name] else ""
    return tree
