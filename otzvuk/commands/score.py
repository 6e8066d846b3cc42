"""`otzvuk score`: the sentiment model as a filter, for texts that are in no pipeline."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from consumers.sentiment.models import configured_model
from consumers.sentiment.understanding import Understander
from otzvuk.application import application
from pipeline.clock import Clock
from pipeline.errors import UsageError
from pipeline.identity import make_review
from pipeline.records import Review

BATCH_LINES = 256
READ_FIELDS = ("title", "text", "pros", "cons", "rating", "recommends", "language")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Looking")(score)


def score(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines; standard input when left out.")
    ] = None,
) -> None:
    """Add `understanding` (label, probabilities, expected star, language) to JSON lines.

    Reads title, text, pros, cons, rating, recommends and language; keeps everything else.

    Example: echo '{"text": "Всё пришло вовремя, спасибо!"}' | otzvuk score
    """
    app = application(context)
    understander = Understander(configured_model(app.settings.models.sentiment))
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer
        if file is not None:
            lines = stack.enter_context(_opened(file))
        for line in scored(lines, understander, app.clock):
            typer.echo(line)


def scored(lines: Iterable[bytes], understander: Understander, clock: Clock) -> Iterator[bytes]:
    """Each line with its understanding, in order; empty lines vanish.

    Raises UsageError that names the first line that is no JSON object with possible values.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(itertools.islice(numbered, BATCH_LINES)):
        rows = [_row(number, line) for number, line in batch]
        reviews = [
            _review(number, row, clock) for (number, _), row in zip(batch, rows, strict=True)
        ]
        for row, understanding in zip(rows, understander.understand(reviews), strict=True):
            yield msgspec.json.encode({**row, "understanding": understanding})


def _opened(file: Path) -> Any:
    try:
        return file.open("rb")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}): check the path") from error


def _row(number: int, line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"line {number}: is not a JSON object ({error}): give one object a line"
        ) from error


def _review(number: int, row: dict[str, Any], clock: Clock) -> Review:
    fields = {name: row[name] for name in READ_FIELDS if row.get(name) is not None}
    try:
        return make_review(
            review_id=f"score:{number}",
            source="score",
            kind="import",
            entity_id="score",
            crawled_at=clock.now(),
            **fields,
        )
    except msgspec.ValidationError as error:
        raise UsageError(f"line {number}: {error}") from error
