"""`otzvuk score`: the sentiment model as a filter, for texts that are in no pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from consumers.sentiment.models import configured_model
from consumers.sentiment.understanding import Understander
from otzvuk.application import application
from otzvuk.scoring import Scored, score_lines
from pipeline.errors import UsageError

STANDARD_INPUT = Path("-")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Looking")(score)


def score(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON lines; - or nothing for standard input.")
    ] = STANDARD_INPUT,
    model: Annotated[
        str | None,
        typer.Option(help="fast, accurate, cascade, none, …; default: models.sentiment."),
    ] = None,
) -> None:
    """Add `understanding` (label, probabilities, expected star, aspects, …) to JSON lines.

    Reads title, text, pros, cons, rating (or stars), recommends and language; keeps everything
    else, in order. A line that cannot be read is named on stderr and left out; the others go on,
    and the exit code is 1.

    Example: echo '{"text": "Всё пришло вовремя, спасибо!"}' | otzvuk score --model accurate
    """
    app = application(context)
    models = app.settings.models
    understander = Understander(configured_model(model or models.sentiment, labels=models.labels))
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer
        if file != STANDARD_INPUT:
            lines = stack.enter_context(_opened(file))
        refused = _write(score_lines(lines, understander, app.clock))
    if refused:
        typer.echo(f"{refused} lines were left out", err=True)
        raise typer.Exit(1)


def _write(scored: Iterable[Scored]) -> int:
    """How many lines were refused."""
    refused = 0
    for one in _shown(scored):
        if one.line is not None:
            typer.echo(one.line)
        else:
            refused += 1
            typer.echo(f"line {one.number}: {one.problem}", err=True)
    return refused


def _shown(scored: Iterable[Scored]) -> Iterator[Scored]:
    """With a count on stderr, where a person sees it and no line of ours runs into it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.completed:,} lines"), TimeElapsedColumn())
    is_seen = console.is_terminal and not sys.stdout.isatty()
    with Progress(*columns, console=console, disable=not is_seen, transient=True) as progress:
        task = progress.add_task("", total=None)
        for one in scored:
            yield one
            progress.advance(task)


def _opened(file: Path) -> IO[Any]:
    try:
        return file.open("rb")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}): check the path") from error
