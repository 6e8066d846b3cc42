"""`otzvuk query`: stored reviews by place, words, judgement and date."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from otzvuk.application import application
from otzvuk.queries.aspect_wish import AspectWish
from otzvuk.queries.cursor import Cursor
from otzvuk.queries.rows import Authors, RowMaker, row_maker, spreadsheet_cell
from otzvuk.queries.search import find_all, find_page
from otzvuk.queries.selection import ReviewSelection
from otzvuk.terminal import harmless
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store
from pipeline.records import ASPECTS

TABLE_COLUMNS = "event_at,source,rating,label,aspects,authenticity,verdict,author,text"
TABLE_TEXT = 160
POLARITY_MARKS = {"negative": "−", "neutral": "=", "positive": "+"}

Stars = Annotated[float | None, typer.Option(min=1, max=5)]
Share = Annotated[float | None, typer.Option(min=0, max=1)]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query", rich_help_panel="Looking")(query)


def query(
    context: typer.Context,
    entity: Annotated[str | None, typer.Option(help="Only of this watched entity.")] = None,
    source: Annotated[str | None, typer.Option(help="Only from this source.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of place: map, app_store, …")] = None,
    rating_min: Stars = None,
    rating_max: Stars = None,
    sentiment: Annotated[str | None, typer.Option(help="negative, neutral, positive.")] = None,
    authenticity_min: Share = None,
    authenticity_max: Share = None,
    verdict: Annotated[str | None, typer.Option(help="confirmed … not_confirmed.")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639 code: ru, en.")] = None,
    since: Day = None,
    until: Day = None,
    text: Annotated[
        str | None, typer.Option(help="Words that all occur, in any form (Russian, English).")
    ] = None,
    aspect: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Judged by the review, all that are given: {', '.join(ASPECTS)}; "
            "delivery:negative says how."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Most reviews; 0 for all.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv or table (on a terminal).")
    ] = None,
    columns: Annotated[str | None, typer.Option(help="Columns, with commas.")] = None,
    authors: Annotated[str, typer.Option(help="pseudonym, name or none.")] = "pseudonym",
) -> None:
    """Find stored reviews, newest first.

    Example: otzvuk query --entity shop --aspect delivery:negative --text "курьер"
    """
    selection = ReviewSelection(
        entity=entity, source=source, kind=kind, rating_min=rating_min, rating_max=rating_max,
        sentiment=sentiment, authenticity_min=authenticity_min, authenticity_max=authenticity_max,
        verdict=verdict, language=language, since=_day(since), until=_day(until), text=text,
        aspects=tuple(AspectWish.parsed(word) for word in aspect or ()),
    )  # fmt: skip
    shape = _shape(format_)
    after = Cursor.decoded(cursor) if cursor else None
    with application(context).store() as store:
        maker = row_maker(store, _columns(columns, shape), _authors(authors))
        reviews, following = _read(store, selection, limit, after)
        _WRITERS[shape](maker, reviews)
    if following:
        typer.echo(f"more: --cursor {following.encoded()}", err=True)


def _read(
    store: Store, selection: ReviewSelection, limit: int, after: Cursor | None
) -> tuple[Iterable[Document], Cursor | None]:
    if limit:
        page = find_page(store, selection, limit, after)
        return page.reviews, page.next
    if after:
        raise UsageError("--limit 0 gives everything: leave --cursor out")
    return find_all(store, selection), None


def _write_jsonl(maker: RowMaker, reviews: Iterable[Document]) -> None:
    for review in reviews:
        typer.echo(json.dumps(maker.row(review), ensure_ascii=False))


def _write_csv(maker: RowMaker, reviews: Iterable[Document]) -> None:
    write_csv(sys.stdout, maker, reviews)


def write_csv(out: TextIO, maker: RowMaker, reviews: Iterable[Document]) -> None:
    """Comma-separated, one header line, nothing that a spreadsheet would run."""
    writer = csv.writer(out)
    writer.writerow(maker.columns)
    for review in reviews:
        writer.writerow([spreadsheet_cell(value) for value in maker.row(review).values()])


WIDE_COLUMNS = frozenset({"title", "text", "pros", "cons"})
"""They get what room the others leave."""


def _write_table(maker: RowMaker, reviews: Iterable[Document]) -> None:
    table = Table(show_lines=True)
    for column in maker.columns:
        if column in WIDE_COLUMNS:
            table.add_column(column, overflow="fold", ratio=1, min_width=24)
        else:
            table.add_column(column, overflow="ellipsis", no_wrap=column.endswith("_at"))
    for review in reviews:
        row = maker.row(review)
        # The day is enough for an eye; JSON lines and CSV have the moment.
        days = {name: str(row[name] or "")[:10] for name in row if name.endswith("_at")}
        table.add_row(*map(_cell, {**row, **days}.values()))
    Console().print(table)


_WRITERS = {"jsonl": _write_jsonl, "csv": _write_csv, "table": _write_table}


def _cell(value: Any) -> Text:
    if value is None:
        return Text()
    if isinstance(value, list):
        value = "\n".join(map(_marked, value))
    shown = f"{value:.2f}" if isinstance(value, float) else str(value)
    return harmless(shown if len(shown) <= TABLE_TEXT else shown[:TABLE_TEXT] + "…")


def _marked(opinion: str) -> str:
    """Of a judged aspect; the mark comes first, since a narrow column cuts the end off."""
    aspect, _, polarity = opinion.partition(":")
    return f"{POLARITY_MARKS[polarity]} {aspect}"


def _shape(wanted: str | None) -> str:
    shape = wanted or ("table" if sys.stdout.isatty() else "jsonl")
    if shape not in _WRITERS:
        raise UsageError(f"--format {shape}: one of {', '.join(_WRITERS)}")
    return shape


def _columns(wanted: str | None, shape: str) -> str | None:
    return TABLE_COLUMNS if wanted is None and shape == "table" else wanted


def _authors(text: str) -> Authors:
    match text:
        case "pseudonym" | "name" | "none":
            return text
        case _:
            raise UsageError(f"--authors {text}: one of pseudonym, name, none")


def _day(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None
