"""Imports one file: opens it, guesses its columns, publishes its reviews, reports."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from msgspec import Struct

from crawlers.importing.mapping import ColumnMapping, guess_mapping
from crawlers.importing.readers import Row, Table, open_table
from crawlers.importing.rows import BadRow, ReviewBuilder
from crawlers.outcomes import Outcome
from crawlers.publishing import MAX_PROBLEMS, PORTION_REVIEWS, Known, Publisher, Run
from pipeline.clock import Clock
from pipeline.errors import LogUnavailable, UsageError
from pipeline.log.protocol import EventLog
from pipeline.records import CrawlReport, Review, SourceKind

SAMPLE_ROWS = 200
"""Rows from which columns are guessed."""
SHOWN_REVIEWS = 3


class ImportOptions(Struct, frozen=True, kw_only=True):
    """What holds for all files of one import."""

    entity_id: str
    source: str = "import"
    kind: SourceKind = "import"
    columns: Mapping[str, str] = {}
    """Field → column, as the person said."""
    kept: tuple[str, ...] = ()
    """Columns without a meaning of ours that are kept in `extra`."""
    is_live: bool = False
    """True when the rows are news that may raise alarms; otherwise they are history."""


class Listener:
    """What an import tells while it runs; the base class keeps silent."""

    def opened(self, path: Path, table: Table, mapping: ColumnMapping) -> None:
        """The file is open and its columns are guessed."""

    def advanced(self, position: int, rows: int) -> None:
        """So many bytes and rows were read."""


class Preview(Struct, frozen=True, kw_only=True):
    """What an import of the file would bring."""

    reviews: int
    skipped: int
    problems: tuple[str, ...]
    examples: tuple[Review, ...]


def import_file(
    path: Path,
    options: ImportOptions,
    log: EventLog,
    known: Known | None,
    clock: Clock,
    listener: Listener,
) -> CrawlReport:
    """Publish every good row; bad ones are counted and named in the report.

    Raises UsageError when the file is no table of reviews at all.
    """
    run = Run(
        crawl_id=uuid.uuid4().hex,
        entity_id=options.entity_id,
        source=options.source,
        url=None,
        is_backfill=not options.is_live,
        started_at=clock.now(),
    )
    with _portions(path, options, run, listener) as portions:
        publisher = Publisher(log.producer(), run, clock, known)
        try:
            return _publish_all(portions, publisher)
        finally:
            publisher.close()


def check_file(path: Path, options: ImportOptions, clock: Clock) -> None:
    """Raises UsageError when the file is no table of reviews; reads only its beginning."""
    with open_table(path) as table:
        mapping = _mapped(path, list(islice(table.rows, SAMPLE_ROWS)), options, clock.now())
    for column in options.kept:
        if column not in mapping.known:
            there = ", ".join(sorted(mapping.known)[:40])
            raise UsageError(f"{path}: --keep {column}: no such column; the columns are {there}")


def preview_file(path: Path, options: ImportOptions, clock: Clock, listener: Listener) -> Preview:
    """Read the whole file as an import would, and publish nothing."""
    run = Run(
        crawl_id="preview",
        entity_id=options.entity_id,
        source=options.source,
        url=None,
        is_backfill=not options.is_live,
        started_at=clock.now(),
    )
    reviews, skipped = 0, 0
    problems: list[str] = []
    examples: list[Review] = []
    with _portions(path, options, run, listener) as portions:
        for portion in portions:
            reviews += len(portion.reviews)
            skipped += len(portion.problems)
            told = (*portion.problems, *portion.notes)
            problems.extend(told[: MAX_PROBLEMS - len(problems)])
            examples.extend(portion.reviews[: SHOWN_REVIEWS - len(examples)])
    return Preview(
        reviews=reviews, skipped=skipped, problems=tuple(problems), examples=tuple(examples)
    )


class _Portion(Struct, frozen=True):
    reviews: list[Review]
    problems: list[str]
    """One for each row that is no review."""
    notes: list[str]
    """What is doubtful about the others."""


def _publish_all(portions: Iterator[_Portion], publisher: Publisher) -> CrawlReport:
    try:
        try:
            for portion in portions:
                tally = publisher.add(portion.reviews)
                publisher.skip(len(portion.problems), *portion.problems)
                publisher.skip(0, *portion.notes)
                if tally.repeated:
                    publisher.skip(tally.repeated, "some rows repeat the id of an earlier row")
        except UsageError as error:
            return publisher.finish(Outcome.FAILED, f"{error} (what stood before it is imported)")
        if publisher.seen == 0:
            return publisher.finish(Outcome.FAILED, "no row is a review: see the problems")
        return publisher.finish(Outcome.COMPLETE)
    except LogUnavailable as error:
        return publisher.report(Outcome.FAILED, str(error))


@contextmanager
def _portions(
    path: Path, options: ImportOptions, run: Run, listener: Listener
) -> Iterator[Iterator[_Portion]]:
    """Reviews of the file in portions, after its columns are guessed and told."""
    with open_table(path) as table:
        sample = list(islice(table.rows, SAMPLE_ROWS))
        mapping = _mapped(path, sample, options, run.started_at)
        listener.opened(path, table, mapping)
        builder = ReviewBuilder(
            mapping=mapping,
            entity_id=run.entity_id,
            source=run.source,
            kind=options.kind,
            crawl_id=run.crawl_id,
            is_backfill=run.is_backfill,
            now=run.started_at,
            kept=options.kept,
        )
        yield _built(chain(sample, table.rows), table, builder, listener)


def _mapped(
    path: Path, sample: Sequence[Row], options: ImportOptions, now: datetime
) -> ColumnMapping:
    try:
        return guess_mapping(sample, options.columns, now)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _built(
    rows: Iterator[Row], table: Table, builder: ReviewBuilder, listener: Listener
) -> Iterator[_Portion]:
    done = 0
    failure: UsageError | None = None
    while failure is None:
        batch: list[Row] = []
        try:
            batch.extend(islice(rows, PORTION_REVIEWS))
        except UsageError as error:
            failure = error
        if not batch:
            break
        portion = _Portion([], [], [])
        for row in batch:
            try:
                portion.reviews.append(builder.build(row))
            except BadRow as error:
                portion.problems.append(f"{row.place}: {error}")
        portion.notes.extend(builder.notes)
        builder.notes.clear()
        done += len(batch)
        listener.advanced(table.position(), done)
        yield portion
    if failure is not None:
        raise failure
