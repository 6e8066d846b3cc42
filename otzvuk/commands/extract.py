"""`otzvuk extract`: the reviews of saved pages as JSON lines, without a network."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawlers.page import MAX_BODY_BYTES, Page
from crawlers.parsed import ParsedPage
from crawlers.recognition import AUTO, recognised, source_named
from crawlers.source import Source
from otzvuk.application import application
from otzvuk.terminal import harmless
from pipeline.clock import Clock
from pipeline.errors import UsageError
from pipeline.records import Review

STDIN = "-"
SHOWN_PROBLEMS = 10
"""Problems shown of one page; the rest is counted."""
SHOWN_CHARACTERS = 160
"""Characters of a review shown in the table."""
EARLIEST_FILE = datetime(2000, 1, 1, tzinfo=UTC)
"""Older file times are an archive's default, not a date."""
LATEST_YEAR = 2100
"""A later one is a slip of the pen."""


@dataclass(frozen=True)
class Extracted:
    """One file and what came of it."""

    path: str
    source: str = ""
    parsed: ParsedPage = ParsedPage()  # noqa: RUF009 - frozen and empty
    failure: str = ""
    """Why the file could not be read; empty when it could."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract", rich_help_panel="Collecting")(extract)


def extract(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Saved pages (.gz too), or - for stdin.")],
    source: Annotated[str, typer.Option(help="Source of the pages, or auto.")] = AUTO,
    url: Annotated[str, typer.Option(help="Where the page came from: ids and links need it.")] = "",
    entity: Annotated[str, typer.Option(help="Entity the reviews are about.")] = "unassigned",
    fetched_at: Annotated[
        str, typer.Option(help="When it was saved (ISO); without it, the file's own time.")
    ] = "",
    table: Annotated[bool, typer.Option("--table", help="A table instead of JSON lines.")] = False,
) -> None:
    """Print the reviews of saved pages as JSON lines; a summary and problems go to stderr.

    Exits with 1 when a file could not be read or belongs to no known source. Never uses the
    network.

    Example: otzvuk extract --url https://shop.example/kettle kettle.html > reviews.jsonl
    """
    chosen = None if source == AUTO else source_named(source)
    moment = _moment(fetched_at)
    clock = application(context).clock
    results = [
        _extracted(path, chosen, url=url, entity=entity, moment=moment, clock=clock)
        for path in files
    ]
    reviews = [review for result in results for review in result.parsed.reviews]
    whole = {review.review_id for review in reviews}
    reviews += [
        one for result in results for one in result.parsed.excerpts if one.review_id not in whole
    ]
    _print_table(reviews) if table else _print_lines(reviews)
    _print_summary(results)
    if any(result.failure for result in results):
        raise typer.Exit(1)


def _extracted(
    path: str,
    chosen: Source | None,
    *,
    url: str,
    entity: str,
    moment: datetime | None,
    clock: Clock,
) -> Extracted:
    try:
        body = _body(path)
        saved_at = moment or _saved_at(path, clock)
    except OSError as error:
        return Extracted(path, failure=_unreadable(error))
    page = Page.read(body=body, url=url, fetched_at=saved_at, entity_id=entity)
    source = chosen or recognised(page)
    if source is None:
        return Extracted(path, failure="no known source recognises it; name one with --source")
    return Extracted(path, source.name, source.parse(page))


def _body(path: str) -> bytes:
    """At most one byte beyond the limit, so that the page knows that it was cut."""
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_BODY_BYTES + 1)
    with Path(path).open("rb") as stream:
        return stream.read(MAX_BODY_BYTES + 1)


def _unreadable(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return "is a folder: name the files in it"
    return f"cannot be read ({error.strerror or error}): check the path and who may read it"


def _saved_at(path: str, clock: Clock) -> datetime:
    """The file's own time: relative dates on a saved page count from when it was saved."""
    if path == STDIN:
        return clock.now()
    modified = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    return modified if modified >= EARLIEST_FILE else clock.now()


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise UsageError(
            f"--fetched-at {written!r} is no ISO time such as 2024-05-01T12:00"
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST_FILE.year <= moment.year <= LATEST_YEAR:
        raise UsageError(
            f"--fetched-at {written!r}: a page is saved between {EARLIEST_FILE.year} and "
            f"{LATEST_YEAR}; correct the year"
        )
    return moment


def _print_lines(reviews: Iterable[Review]) -> None:
    for review in reviews:
        sys.stdout.write(msgspec.json.encode(review).decode() + "\n")


def _print_table(reviews: Iterable[Review]) -> None:
    console = Console()
    table = Table(expand=True)
    table.add_column("Дата / Date", width=11)
    table.add_column("★", width=3, no_wrap=True)
    table.add_column("Автор / Author", max_width=console.width // 6, overflow="fold")
    table.add_column("Отзыв / Review", ratio=1, overflow="fold")
    table.add_column("Id", max_width=console.width // 5, overflow="fold")
    for review in reviews:
        day = review.published_at.date().isoformat() if review.published_at else ""
        stars = f"{review.rating:g}" if review.rating is not None else ""
        words = shorten(review.full_text)
        author = review.author.name or review.author.id or ""
        table.add_row(day, stars, *map(harmless, (author, words, review.review_id)))
    console.print(table)


def shorten(text: str) -> str:
    """The beginning of a text on one line; a cut is marked."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_CHARACTERS else f"{words[:SHOWN_CHARACTERS]}…"


def _print_summary(results: Iterable[Extracted]) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for result in results:
        if result.failure:
            console.print(f"[red]{escape(result.path)}[/]: {escape(result.failure)}")
            continue
        console.print(f"{escape(result.path)}: {escape(_told(result))}")
        for problem in result.parsed.problems[:SHOWN_PROBLEMS]:
            console.print(f"  ! {escape(problem)}")
        more = len(result.parsed.problems) - SHOWN_PROBLEMS
        if more > 0:
            console.print(f"  ! … and {more} more")


def _told(result: Extracted) -> str:
    parsed = result.parsed
    mentions = sum(review.is_mention for review in parsed.reviews)
    counts = [f"reviews: {len(parsed.reviews) - mentions}"]
    if mentions:
        counts.append(f"mentions: {mentions}")
    parts = [f"{', '.join(counts)} (read as {result.source})"]
    if parsed.excerpts:
        parts.append(f"beginnings of reviews: {len(parsed.excerpts)}, their pages have the rest")
    if parsed.claimed_total is not None:
        parts.append(f"the page claims {parsed.claimed_total}")
    if parsed.next_urls:
        parts.append(
            f"leads to further pages: {len(parsed.next_urls)}, first {parsed.next_urls[0]}"
        )
    parts.extend(f"skipped {number}: {reason}" for reason, number in parsed.skipped.items())
    if parsed.blocked:
        parts.append(f"not the page but an obstacle ({parsed.blocked}): save it from a browser")
    elif not (parsed.reviews or parsed.next_urls or parsed.skipped or parsed.claimed_total == 0):
        parts.append(
            "save the page that shows the reviews, or name its source if this is it (--source)"
        )
    return "; ".join(parts)
