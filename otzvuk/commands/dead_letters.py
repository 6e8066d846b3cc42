"""`otzvuk dead-letters`: what the stages refused, and what to do with it."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from otzvuk.application import application
from otzvuk.letters import (
    OnError,
    Selection,
    Status,
    check_named,
    count_letters,
    drop_letters,
    find_letters,
    replay_letters,
)
from otzvuk.terminal import harmless
from pipeline.errors import UsageError
from pipeline.mongo import Document

Ids = Annotated[list[str] | None, typer.Argument(help="Letter ids; none for all selected.")]
Stage = Annotated[str | None, typer.Option(help="Only letters of this stage.")]
Error = Annotated[str | None, typer.Option(help="Only letters with this error class.")]
Cap = Annotated[int, typer.Option(min=1, help="Most letters to touch.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    letters = typer.Typer(help="What the stages refused: look, fix, replay.", no_args_is_help=True)
    letters.command("list")(list_letters)
    letters.command("show")(show)
    letters.command("replay")(replay)
    letters.command("drop")(drop)
    app.add_typer(letters, name="dead-letters", rich_help_panel="Operating")


def list_letters(
    context: typer.Context,
    stage: Stage = None,
    error: Error = None,
    status: Annotated[str, typer.Option(help="pending, replayed, dropped or all.")] = "pending",
    limit: Cap = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, oldest first.

    Example: otzvuk dead-letters list --stage store
    """
    selection = Selection(stage=stage, error=error, status=_status(status))
    with application(context).store() as store:
        letters = list(find_letters(store, selection, limit))
        total = count_letters(store, selection)
    if as_json or not sys.stdout.isatty():
        for letter in letters:
            typer.echo(json.dumps(_summary(letter), ensure_ascii=False))
        return
    Console().print(letter_table(letters, total))


def show(context: typer.Context, letter_id: str) -> None:
    """Show one dead letter whole: reason, headers, and the message as it came.

    Example: otzvuk dead-letters show store:reviews.scored:3:118
    """
    with application(context).store() as store:
        found = list(find_letters(store, Selection(ids=(letter_id,), status=None), 1))
    if not found:
        raise UsageError(f"no dead letter {letter_id!r}: `otzvuk dead-letters list` shows them")
    letter = found[0]
    value = bytes(letter["value"]).decode("utf-8", "backslashreplace")
    typer.echo(json.dumps({**_summary(letter), "value": value}, ensure_ascii=False, indent=2))


def replay(
    context: typer.Context,
    ids: Ids = None,
    stage: Stage = None,
    error: Error = None,
    cap: Cap = 1_000,
    on_error: Annotated[str, typer.Option(help="stop (at the first) or skip.")] = "stop",
    dry_run: DryRun = False,
) -> None:
    """Send dead letters back to the topic they came from.

    Example: otzvuk dead-letters replay --stage store --cap 10 --dry-run
    """
    app = application(context)
    selection = Selection(ids=tuple(ids or ()), stage=stage, error=error)
    with app.log() as log, app.store() as store:
        check_named(store, selection)
        if dry_run:
            _say_selected(list(find_letters(store, selection, cap)), "would be replayed")
            return
        report = replay_letters(
            log, store, selection, cap=cap, on_error=_on_error(on_error), clock=app.clock
        )
    for letter_id, reason in report.failed.items():
        typer.echo(f"{letter_id}: {reason}", err=True)
    typer.echo(
        f"{len(report.replayed)} replayed, {len(report.failed)} failed, {report.left} left",
        err=True,
    )
    if report.failed:
        raise typer.Exit(1)


def drop(
    context: typer.Context,
    ids: Ids = None,
    stage: Stage = None,
    error: Error = None,
    cap: Cap = 1_000,
    dry_run: DryRun = False,
) -> None:
    """Give dead letters up: they stay readable and stay in the audit.

    Example: otzvuk dead-letters drop sentiment:reviews.raw:0:17
    """
    app = application(context)
    selection = Selection(ids=tuple(ids or ()), stage=stage, error=error)
    with app.store() as store:
        check_named(store, selection)
        if dry_run:
            _say_selected(list(find_letters(store, selection, cap)), "would be dropped")
            return
        dropped = drop_letters(store, selection, cap, app.clock)
    typer.echo(f"{dropped} dropped", err=True)


def _say_selected(letters: list[Document], what: str) -> None:
    for letter in letters:
        typer.echo(json.dumps(_summary(letter), ensure_ascii=False))
    typer.echo(f"{len(letters)} {what}", err=True)


def _status(text: str) -> Status | None:
    match text:
        case "all":
            return None
        case "pending" | "replayed" | "dropped":
            return text
        case _:
            raise UsageError(f"--status {text}: one of pending, replayed, dropped, all")


def _on_error(text: str) -> OnError:
    match text:
        case "stop" | "skip":
            return text
        case _:
            raise UsageError(f"--on-error {text}: one of stop, skip")


def _summary(letter: Document) -> dict[str, Any]:
    return {
        "letter_id": letter["_id"],
        "status": letter["status"],
        "stage": letter["stage"],
        "error": letter["error"],
        "reason": letter["reason"],
        "failed_at": letter["failed_at"].isoformat(),
        "headers": letter["headers"],
    }


def letter_table(letters: list[Document], total: int) -> Table:
    """One line a letter; what it says is from outside."""
    table = Table(title=f"{len(letters)} of {total} dead letters")
    for column in ("letter", "status", "error", "reason", "failed at"):
        table.add_column(column, overflow="fold")
    for letter in letters:
        table.add_row(
            harmless(letter["_id"]),
            letter["status"],
            harmless(letter["error"]),
            harmless(letter["reason"][:200]),
            f"{letter['failed_at']:%Y-%m-%d %H:%M:%S}",
        )
    return table
