"""`otzvuk backtest`: what the alarm rules would have said in the past, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, cast

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consumers.alerting.policy import PRESETS, policy_for
from consumers.alerting.rule import Rule
from consumers.alerting.rules import RULES
from consumers.alerting.series import DaySeries
from otzvuk.application import application
from otzvuk.backtesting import Finding, find, load
from otzvuk.timeline import marks, sparkline
from pipeline.errors import UsageError

SNIPPETS = 3
SNIPPET_CHARACTERS = 160


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="backtest", rich_help_panel="Watching")(backtest_command)


def backtest_command(
    context: typer.Context,
    entity: Annotated[str, typer.Option(help="Whose stored history is replayed.")],
    rule: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(RULES)}; several; all.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="quiet, balanced or sensitive; else the configured one.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, one an episode.")] = False,
) -> None:
    """Replay the stored history day by day and show which alarms would have fired, and why.

    Every day is judged with what was known before it; each review counts as having arrived on
    its own date.

    Example: otzvuk backtest --entity gazprombank --rule review_burst --from 2023-01-01
    """
    app = application(context)
    settings = msgspec.structs.replace(
        app.settings.alerts, preset=_preset(preset or app.settings.alerts.preset)
    )
    rules, first, last = _rules(rule), _day("--from", since), _day("--to", until)
    with app.store() as store:
        series = load(store, entity)
        findings = list(find(store, series, rules, policy_for(settings), first, last))
    if as_json or not sys.stdout.isatty():
        for finding in findings:
            typer.echo(json.dumps(_as_json(finding), ensure_ascii=False))
    else:
        _show(Console(), series, findings, settings.language)
    years = series.days / 365.25
    typer.echo(
        f"{len(findings)} episodes in {series.days} days "
        f"({series.first_day} … {series.last_day}): {len(findings) / years:.1f} a year",
        err=True,
    )


def _preset(text: str) -> Literal["quiet", "balanced", "sensitive"]:
    if text not in PRESETS:
        raise UsageError(f"--preset {text}: one of {', '.join(PRESETS)}")
    return cast(Literal["quiet", "balanced", "sensitive"], text)


def _rules(names: Sequence[str] | None) -> list[Rule]:
    unknown = sorted(set(names or ()) - set(RULES))
    if unknown:
        raise UsageError(f"--rule {', '.join(unknown)}: one of {', '.join(RULES)}")
    return [RULES[name] for name in names or RULES]


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text}: must be a day such as 2023-09-26") from error


def _as_json(finding: Finding) -> dict[str, Any]:
    episode, alert = finding.episode, finding.alert
    return {
        "rule": episode.rule,
        "kind": episode.peak.kind,
        "start": episode.start.isoformat(),
        "end": episode.end.isoformat() if episode.end else None,
        "peak": episode.peak.today.isoformat(),
        "notices": episode.sequence + 1,
        "held_back_by": finding.held_back_by.name if finding.held_back_by else None,
        **msgspec.to_builtins(alert),
        "busiest_days": {day.isoformat(): count for day, count in finding.busiest_days},
        "snippets": _snippets(finding),
    }


def _show(console: Console, series: DaySeries, findings: Sequence[Finding], language: str) -> None:
    width = max(20, min(100, console.width - 12))
    starts = [series.index(finding.episode.start) for finding in findings]
    console.print(
        f"[bold]{escape(series.entity_id)}[/]  {series.first_day} … {series.last_day}",
        highlight=False,
    )
    console.print(f"negative  {sparkline(series.negative.tolist(), width)}")
    console.print(f"all       {sparkline(series.total.tolist(), width)}")
    console.print(f"alarms    [red]{marks(starts, series.days, width)}[/]")
    console.print(_table(findings))
    for finding in findings:
        _explain(console, finding, language)


def _table(findings: Sequence[Finding]) -> Table:
    table = Table()
    for column in ("start", "end"):
        table.add_column(column, no_wrap=True, min_width=10)
    table.add_column("rule", min_width=14)
    table.add_column("severity", no_wrap=True)
    for column in ("surprise / needed", "seen / expected", "share / usual", "days"):
        table.add_column(column, justify="right")
    for finding in findings:
        peak = finding.episode.peak
        share = peak.details.get("share")
        table.add_row(
            str(finding.episode.start),
            str(finding.episode.end or "lasts"),
            # Spaces, so that a narrow column breaks between words.
            (peak.rule if peak.kind == peak.rule else f"{peak.rule}: {peak.kind}").replace(
                "_", " "
            ),
            peak.severity,
            f"{peak.surprise:.1f} / {peak.threshold:.1f}",
            f"{peak.observed:.1f} / {peak.expected:.1f}",
            "" if share is None else f"{share:.0%} / {peak.details['usual_share']:.0%}",
            str(peak.window_days),
        )
    return table


def _explain(console: Console, finding: Finding, language: str) -> None:
    alert = finding.alert
    title, text = (
        (alert.title_ru, alert.text_ru) if language == "ru" else (alert.title_en, alert.text_en)
    )
    console.print(f"\n[bold]{finding.episode.start}  {escape(title)}[/]", highlight=False)
    console.print(escape(text), highlight=False)
    if finding.held_back_by is not None:
        gate = finding.held_back_by
        console.print(f"held back now ({gate.name}): {escape(gate.reason)}", highlight=False)
    if finding.busiest_days:
        days = ", ".join(f"{day}: {count}" for day, count in finding.busiest_days)
        console.print(f"busiest days: {days}", highlight=False)
    for snippet in _snippets(finding):
        console.print(f"  [dim]· {escape(snippet)}[/]", highlight=False)


def _snippets(finding: Finding) -> list[str]:
    texts = (" ".join(note.text.split()) for note in finding.evidence.reviews[:SNIPPETS])
    return [
        text if len(text) <= SNIPPET_CHARACTERS else f"{text[:SNIPPET_CHARACTERS]}…"
        for text in texts
    ]
