"""`otzvuk stats`: an entity's reviews in figures, with the reputation rating."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from otzvuk.application import application
from otzvuk.queries.rating import LEAST_EFFECTIVE, Reputation
from otzvuk.queries.stats import EntityStats, Month, entity_stats

BAR_WIDTH = 40
SHOWN_MONTHS = 24
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", rich_help_panel="Looking")(stats)


def stats(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="The watched entity.")],
    since: Day = None,
    until: Day = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, not tables.")] = False,
) -> None:
    """Show counts by source, label, stars, verdict, language and month, and the rating.

    Example: otzvuk stats shop --since 2025-01-01
    """
    app = application(context)
    with app.store() as store:
        found = entity_stats(
            store, entity, app.clock.now().astimezone(UTC).date(), _day(since), _day(until)
        )
    if as_json or not sys.stdout.isatty():
        typer.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return
    _print(Console(), found)


def _print(console: Console, found: EntityStats) -> None:
    console.print(
        f"[bold]{found.entity_id}[/]: {found.total:,} reviews, {found.first_day} … {found.last_day}"
    )
    console.print(rating_text(found.reputation))
    tables = {
        "source": found.sources, "label": found.labels, "stars": found.stars,
        "verdict": found.verdicts, "language": found.languages,
    }  # fmt: skip
    for title, counts in tables.items():
        console.print(_count_table(title, counts))
    console.print(_month_table(found.months))


def rating_text(figures: Reputation) -> str:
    """The rating in words, with how much stands behind it."""
    raw = "no stars" if figures.raw_mean is None else f"raw mean {figures.raw_mean:.2f}"
    said = [f"{raw} of {figures.rated:,} rated"]
    if figures.weighted is None:
        said.append(f"no weighted rating below {LEAST_EFFECTIVE:.0f} effective reviews")
    else:
        said.append(
            f"weighted rating {figures.weighted:.2f} (worth {figures.effective_rated:.0f} equal "
            f"reviews, prior {figures.prior_mean:.2f})"
        )
    if figures.positive_share is not None:
        said.append(
            f"positive {figures.positive_share:.0%} "
            f"({figures.positive_low:.0%} … {figures.positive_high:.0%})"
        )
    if figures.capped_days:
        said.append(f"{figures.capped_days} days of bursts count less")
    return "; ".join(said)


def _count_table(title: str, counts: Counter[str]) -> Table:
    table = Table(box=None, show_header=False, title=title, title_justify="left")
    most = max(counts.values())
    for name, count in counts.most_common():
        table.add_row(Text(name), f"{count:,}", "█" * round(BAR_WIDTH * count / most))
    return table


def _month_table(months: Mapping[str, Month]) -> Table:
    table = Table(box=None, show_header=False, title="months", title_justify="left")
    shown = list(months.items())[-SHOWN_MONTHS:]
    most = max(month.total for _, month in shown)
    for name, month in shown:
        bar = Text()
        for label, style in (("negative", "red"), ("neutral", "yellow"), ("positive", "green")):
            bar.append("█" * round(BAR_WIDTH * getattr(month, label) / most), style)
        table.add_row(name, f"{month.total:,}", bar)
    return table


def _day(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None
