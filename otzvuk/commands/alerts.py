"""`otzvuk alerts`: the inbox on the command line."""

from __future__ import annotations

import getpass
import json
import re
import sys
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table

from otzvuk.application import application
from otzvuk.inbox import (
    InboxFilter,
    acknowledge,
    find_alert,
    list_alerts,
    notices_of,
    resolve,
    snooze,
)
from otzvuk.terminal import harmless
from otzvuk.view import alert_panel, alert_table
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store

Fingerprint = Annotated[str, typer.Argument(help="Fingerprint, or its first characters.")]
Person = Annotated[str | None, typer.Option("--by", help="Who does it (default: your login).")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    alerts = typer.Typer(help="The inbox of alerts.", no_args_is_help=True)
    alerts.command("list")(list_command)
    alerts.command("show")(show)
    alerts.command("ack")(ack)
    alerts.command("snooze")(snooze_command)
    alerts.command("resolve")(resolve_command)
    app.add_typer(alerts, name="alerts", rich_help_panel="Watching")


def list_command(
    context: typer.Context,
    entity: Annotated[str | None, typer.Option(help="Only this entity.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List alerts, newest first.

    Example: otzvuk alerts list --entity gazprombank --all
    """
    app = application(context)
    wanted = InboxFilter(entity_id=entity, rule=rule, is_open_only=not everything)
    with app.store() as store:
        found = list_alerts(store, wanted, limit)
    if as_json or not sys.stdout.isatty():
        for alert in found:
            typer.echo(to_json(alert))
        return
    Console().print(alert_table(found, app.settings.alerts.language))


def show(context: typer.Context, fingerprint: Fingerprint, as_json: AsJson = False) -> None:
    """Show an alert with its evidence, its handling, and what was sent.

    Example: otzvuk alerts show 3f9a
    """
    app = application(context)
    with app.store() as store:
        alert = find_alert(store, fingerprint)
        notices = notices_of(store, alert["_id"])
        if as_json or not sys.stdout.isatty():
            typer.echo(to_json({**alert, "notices": notices}))
            return
        panel = alert_panel(store, alert, app.settings.alerts.language)
    Console().print(Group(panel, _handling(alert), _notice_table(notices)))


def ack(context: typer.Context, fingerprint: Fingerprint, by: Person = None) -> None:
    """Take an alert on: quiet until it gets more severe or ends.

    Example: otzvuk alerts ack 3f9a --by anna
    """
    app = application(context)
    with app.store() as store:
        alert = find_alert(store, fingerprint)
        acknowledge(store, alert, _person(by), app.clock.now())
        _confirm(store, alert["_id"])


def snooze_command(
    context: typer.Context,
    fingerprint: Fingerprint,
    length: Annotated[str, typer.Argument(help="30m, 4h, 2d or 1w.")] = "1d",
    by: Person = None,
) -> None:
    """Hear nothing of an alert for a while.

    Example: otzvuk alerts snooze 3f9a 2d
    """
    app = application(context)
    with app.store() as store:
        alert = find_alert(store, fingerprint)
        snooze(store, alert, _person(by), parse_length(length), app.clock.now())
        _confirm(store, alert["_id"])


def resolve_command(context: typer.Context, fingerprint: Fingerprint, by: Person = None) -> None:
    """Close an alert by hand.

    Example: otzvuk alerts resolve 3f9a --by anna
    """
    app = application(context)
    with app.store() as store:
        alert = find_alert(store, fingerprint)
        resolve(store, alert, _person(by), app.clock.now())
        _confirm(store, alert["_id"])


def parse_length(text: str) -> timedelta:
    """`30m`, `4h`, `2d`, `1w`; raises UsageError for anything else."""
    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    match = re.fullmatch(r"(\d{1,4})([mhdw])", text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise UsageError(f"{text!r} is no length of time: write 30m, 4h, 2d or 1w")
    return timedelta(**{units[match[2]]: int(match[1])})


def to_json(document: Document) -> str:
    """One JSON line; times in ISO 8601."""

    def render(value: Any) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.dumps(document, ensure_ascii=False, default=render)


def _person(by: str | None) -> str:
    return by or getpass.getuser()


def _confirm(store: Store, fingerprint: str) -> None:
    alert = find_alert(store, fingerprint)
    typer.echo(to_json(alert) if not sys.stdout.isatty() else f"{fingerprint}: {_brief(alert)}")


def _brief(alert: Document) -> str:
    last = alert["history"][-1]
    return f"{last['action']} by {last['by']}"


def _handling(alert: Document) -> Panel:
    lines = [
        f"{entry['at']:%Y-%m-%d %H:%M} {entry['action']} by {entry['by']}"
        for entry in alert.get("history", [])
    ]
    return Panel(harmless("\n".join(lines) or "nobody yet"), title="handled", title_align="left")


def _notice_table(notices: list[Document]) -> Table:
    table = Table(title="sent", title_justify="left", expand=True)
    for column in ("created", "channel", "state", "outcome", "attempts", "reason"):
        table.add_column(column)
    for notice in notices:
        table.add_row(
            f"{notice['created_at']:%Y-%m-%d %H:%M:%S}",
            notice["channel"],
            notice["alert"]["state"],
            notice["status"],
            str(notice["attempts"]),
            harmless(notice["reason"]),
        )
    return table
