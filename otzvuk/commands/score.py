"""`otzvuk score`: the sentiment model as a filter, for texts that are in no pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from consumers.sentiment.models import configured_model
from consumers.sentiment.understanding import Understander
from crawlers.importing.lines import bounded_lines, open_binary
from otzvuk.application import application
from otzvuk.arriving import batches_of, full_batches
from otzvuk.scoring import BATCH_LINES, Scored, score_lines
from otzvuk.terminal import harmless
from pipeline.errors import UsageError

STANDARD_INPUT = Path("-")
SHOWN_NOTES = 20
"""Of what was cut or left out; the others are counted."""
Batches = Iterator[list[bytes]]


@dataclass
class Losses:
    """What a person should hear of at the end."""

    refused: int = 0
    """Lines that were left out."""
    notes: int = 0
    wordless: int = 0
    first_wordless: int = 0
    """Number of that line."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Looking")(score)


def score(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON lines, also gzipped; - or nothing for standard input.")
    ] = STANDARD_INPUT,
    model: Annotated[
        str | None,
        typer.Option(help="fast, accurate, cascade, none, …; default: models.sentiment."),
    ] = None,
) -> None:
    """Add `understanding` (label, probabilities, expected star, aspects, …) to JSON lines.

    Reads title, text, pros, cons, rating (or stars), recommends and language as an import does;
    keeps everything else, in order. What cannot be read of these is named on stderr, and the line
    goes on without. A line that is no JSON object is named and left out; the others go on, and
    the exit code is 1. Nothing waits for more input: each line is answered when it has come.

    Example: echo '{"text": "Всё пришло вовремя, спасибо!"}' | otzvuk score --model accurate
    """
    app = application(context)
    models = app.settings.models
    understander = Understander(configured_model(model or models.sentiment, labels=models.labels))
    with _batches(file) as batches:
        losses = _write(score_lines(batches, understander, app.clock))
    _tell(losses)
    if losses.refused:
        raise typer.Exit(1)


def _write(scored: Iterable[Scored]) -> Losses:
    losses = Losses()
    for one in _shown(scored):
        for note in one.notes:
            losses.notes += 1
            if losses.notes <= SHOWN_NOTES:
                _say(f"line {one.number}: {note}")
        if one.is_wordless:
            losses.wordless += 1
            losses.first_wordless = losses.first_wordless or one.number
        if one.line is not None:
            typer.echo(one.line)
        else:
            losses.refused += 1
            _say(f"line {one.number}: {one.problem}")
    return losses


def _tell(losses: Losses) -> None:
    if losses.notes > SHOWN_NOTES:
        _say(f"{losses.notes - SHOWN_NOTES} more values were cut or left out")
    if losses.wordless:
        _say(
            f"{losses.wordless} lines have no words in title, text, pros or cons (the first: line "
            f"{losses.first_wordless}): if theirs have another name, rename it to text"
        )
    if losses.refused:
        _say(f"{losses.refused} lines were left out")


def _say(words: str) -> None:
    typer.echo(harmless(words).plain, err=True)


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


@contextmanager
def _batches(file: Path) -> Iterator[Batches]:
    if file == STANDARD_INPUT:
        if sys.stdin is None:
            raise UsageError("standard input is closed: name a file, or give a pipe of JSON lines")
        yield batches_of(sys.stdin.buffer, "standard input", BATCH_LINES)
    elif file.is_file():
        with open_binary(file) as opened:
            yield full_batches(bounded_lines(opened), BATCH_LINES)
    else:  # a named pipe, or nothing that can be read
        try:
            stream = file.open("rb")
        except OSError as error:
            reason = f"{file}: cannot be read ({error.strerror}): check the path"
            raise UsageError(reason) from error
        with stream:
            yield batches_of(stream, str(file), BATCH_LINES)
