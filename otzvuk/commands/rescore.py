"""`otzvuk rescore`: another model reads what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from consumers.sentiment.models import configured_model
from consumers.sentiment.stored_opinions import StoredOpinions
from consumers.sentiment.understanding import Understander
from otzvuk.application import Application, application
from otzvuk.queries.known import check_names
from otzvuk.queries.selection import ReviewSelection
from otzvuk.rescoring import RescoreCount, Rescoring, count_selected, count_unread
from otzvuk.waiting import wait_until_drained
from pipeline.errors import UsageError
from pipeline.mongo import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rescore", rich_help_panel="Operating")(rescore)


def rescore(
    context: typer.Context,
    since: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of the reviews' own dates.")
    ],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, inclusive.")
    ] = None,
    entity: Annotated[str | None, typer.Option(help="Only of this watched entity.")] = None,
    source: Annotated[str | None, typer.Option(help="Only from this source.")] = None,
    model: Annotated[
        str | None,
        typer.Option(help="fast, accurate, cascade, none, …; default: models.sentiment."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is stored.")] = False,
) -> None:
    """Read stored reviews again with another model; those that it has read are passed over.

    This command reads them itself and publishes to reviews.understood: `authenticity`, `store`
    and `reports` must run (or --wait runs them), `sentiment` need not. New reviews are read by
    models.sentiment all the same: set it first. Ids, history and dates stay; no alert comes of it;
    the audit stays balanced. Cut off, the same command goes on where it ended.

    Example: otzvuk rescore --since 2026-01-01 --model accurate --wait
    """
    app = application(context)
    if until is not None and until < since:
        raise UsageError(
            f"--until {until:%Y-%m-%d} lies before --since {since:%Y-%m-%d}: exchange the two days"
        )
    selection = ReviewSelection(
        entity=entity, source=source, since=_day(since), until=_day(until) if until else None
    )
    models = app.settings.models
    name = model or models.sentiment
    with app.store() as store:
        check_names(store, selection)
        memory = StoredOpinions(store, app.clock)
        understander = Understander(configured_model(name, memory, models.labels))
        with _shown(count_selected(store, selection)) as progress:
            if dry_run:
                count = count_unread(store, selection, understander.revision, progress)
            else:
                count = _run(app, store, understander, selection, progress)
    done = "would be read" if dry_run else "were read and published"
    typer.echo(
        f"{count.unread} of {count.looked_at} reviews {done} with {understander.revision}", err=True
    )
    if wait and not dry_run:
        wait_until_drained(app)


def _run(
    app: Application,
    store: Store,
    understander: Understander,
    selection: ReviewSelection,
    progress: Callable[[RescoreCount], None],
) -> RescoreCount:
    with app.log() as log, closing(log.producer()) as producer:
        return Rescoring(store, understander, producer, app.clock).run(selection, progress)


@contextmanager
def _shown(total: int) -> Iterator[Callable[[RescoreCount], None]]:
    """A bar on stderr, where a person sees it."""
    console = Console(stderr=True)
    columns = (TextColumn("rescore"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.update(task, completed=count.looked_at)


def _day(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).date()
