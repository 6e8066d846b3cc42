"""`otzvuk import`: reviews from JSON lines, CSV and XLSX files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from crawlers.importing.fields import FIELDS
from crawlers.importing.mapping import ColumnMapping, parse_overrides
from crawlers.importing.readers import Table
from crawlers.importing.run import (
    ImportOptions,
    Listener,
    check_file,
    import_file,
    preview_file,
)
from crawlers.known import known_in
from crawlers.outcomes import Outcome
from otzvuk.application import Application, application
from otzvuk.commands.crawl import show_reports, store_if_there
from otzvuk.terminal import harmless
from otzvuk.waiting import wait_until_drained
from pipeline.errors import UsageError
from pipeline.records import CrawlReport, SourceKind

KINDS = get_args(SourceKind)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", rich_help_panel="Collecting")(import_tables)


def import_tables(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="JSON lines, CSV or XLSX, also gzipped.")],
    entity: Annotated[str, typer.Option(help="The watched entity they are about.")],
    source: Annotated[
        str, typer.Option(help="Where they were left, for rows that do not say.")
    ] = "import",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=column; an empty column: none.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="A further column, kept as it is (extra). May be repeated."),
    ] = None,
    kind: Annotated[str, typer.Option(help="What sort of place it is.")] = "import",
    live: Annotated[
        bool, typer.Option("--live", help="Treat as news that may raise alarms, not as history.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would come.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Reports as JSON lines.")] = False,
) -> None:
    """Import reviews from files; columns are guessed, shown, and overridable with --map.

    Letters too: author, company, role, date, text, and a link or file name of the scan.
    Bad rows are skipped and named, the others imported. Exit code 1 when a file failed.

    Example: otzvuk import reviews.xlsx --entity lunny-chay --wait

    Example: otzvuk import export.csv --entity lunny-chay --map text=Отзыв --map score10=Оценка

    Example: otzvuk import letters.xlsx --entity lunny-chay --source letters --keep Примечание
    """
    options = _options(entity, source, mapping or [], keep or [], kind, live)
    app = application(context)
    for path in files:
        check_file(path, options, app.clock)
    if dry_run:
        _preview(app, files, options)
        return
    reports = _import_all(app, files, options)
    show_reports(reports, as_json=as_json)
    for path, report in zip(files, reports, strict=True):
        _tell_problems(path, report.problems, report.skipped)
    if wait:
        wait_until_drained(app)
    if any(Outcome(report.outcome).is_failure for report in reports):
        raise typer.Exit(1)


def _options(
    entity: str, source: str, mapping: list[str], keep: list[str], kind: str, live: bool
) -> ImportOptions:
    columns = parse_overrides(mapping)
    if kind not in KINDS:
        raise UsageError(f"--kind {kind}: no such kind; name one of {', '.join(KINDS)}")
    try:
        return msgspec.convert(
            {
                "entity_id": entity,
                "source": source,
                "kind": kind,
                "columns": columns,
                "kept": keep,
                "is_live": live,
            },
            ImportOptions,
        )
    except msgspec.ValidationError as error:
        raise UsageError(f"--entity or --source cannot be that: {error}") from error


def _import_all(
    app: Application, files: Sequence[Path], options: ImportOptions
) -> list[CrawlReport]:
    with ExitStack() as stack:
        log = stack.enter_context(app.log())
        store = store_if_there(app, stack)
        known = known_in(store) if store is not None else None
        listener = stack.enter_context(_Screen())
        return [import_file(path, options, log, known, app.clock, listener) for path in files]


def _preview(app: Application, files: Sequence[Path], options: ImportOptions) -> None:
    with _Screen() as screen:
        previews = [preview_file(path, options, app.clock, screen) for path in files]
    for path, preview in zip(files, previews, strict=True):
        for review in preview.examples:
            typer.echo(msgspec.json.encode(review).decode())
        typer.echo(f"{path}: {preview.reviews} reviews, {preview.skipped} bad rows", err=True)
        _tell_problems(path, preview.problems, preview.skipped)


def _tell_problems(path: Path, problems: Sequence[str], skipped: int) -> None:
    """The first few bad rows by their numbers; good rows are not imported twice."""
    for problem in problems:
        typer.echo(f"  {path.name}, {harmless(problem).plain}", err=True)
    if skipped > len(problems):
        typer.echo(
            f"  {path.name}: {skipped - len(problems)} more bad rows: correct these and import "
            "the file again; rows that are in already stay as they are",
            err=True,
        )


class _Screen(Listener):
    """Shows the mapping and how far the import is, on stderr."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[rows]} rows"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("", rows=0, visible=False)
        self._guessed: list[tuple[ColumnMapping, frozenset[str]]] = []

    def __enter__(self) -> _Screen:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()
        for mapping, at_first in self._guessed:
            for name in mapping.columns.keys() - at_first:
                column = escape(mapping.columns[name])
                self._console.print(f"a later row brought the column {column}: taken as {name}")

    def opened(self, path: Path, table: Table, mapping: ColumnMapping) -> None:
        self._console.print(_grid(path, table, mapping))
        self._guessed.append((mapping, frozenset(mapping.columns)))
        self._task = self._progress.add_task(escape(path.name), total=table.size, rows=0)

    def advanced(self, position: int, rows: int) -> None:
        self._progress.update(self._task, completed=position, rows=rows)


def _grid(path: Path, table: Table, mapping: ColumnMapping) -> Grid:
    grid = Grid(title=escape(f"{path.name}: {table.kind}"))
    for heading in ("field", "column", "by", "meaning"):
        grid.add_column(heading)
    for field in FIELDS:
        if field.name in mapping.columns:
            column, reason = mapping.columns[field.name], mapping.reasons[field.name]
            grid.add_row(field.name, escape(column), reason, field.why)
    if mapping.unused:
        columns = ", ".join(mapping.unused)
        grid.caption = escape(f"not known, not imported without --map or --keep: {columns}")
    return grid
