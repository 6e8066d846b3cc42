"""`otzvuk notify test`: does a channel reach anybody?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from consumers.notifying.channel import SendingFailed, SendingRefused
from consumers.notifying.configured import build_channels
from consumers.notifying.stage import make_notice
from otzvuk.application import application
from pipeline.errors import UsageError
from pipeline.identity import digest
from pipeline.records import Alert


def register(app: typer.Typer) -> None:
    """Add the commands."""
    notify = typer.Typer(help="Channels.", no_args_is_help=True)
    notify.command("test")(test)
    notify.command("list")(list_channels)
    app.add_typer(notify, name="notify", rich_help_panel="Watching")


def list_channels(context: typer.Context) -> None:
    """List the configured channels.

    Example: otzvuk notify list
    """
    for name, channel in application(context).settings.channels.items():
        typer.echo(f"{name}\t{channel.type}\t{channel.min_severity} and worse")


def test(context: typer.Context, channel: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Send a test notice to one channel and say what became of it.

    Example: otzvuk notify test telegram
    """
    app = application(context)
    channels = build_channels(app.settings, app.clock)
    if channel not in channels:
        known = ", ".join(channels) or "none is configured"
        raise UsageError(f"no channel {channel!r}: {known}")
    alert = trial_alert(app.clock.now())
    key = f"{alert.fingerprint}#0#{channel}"
    notice = make_notice(key, alert, app.settings.alerts.language, is_repeat=False)
    try:
        channels[channel].channel.send(notice)
    except SendingRefused as error:
        typer.echo(f"{channel}: refused, trying again will not help: {error}", err=True)
        raise typer.Exit(1) from error
    except SendingFailed as error:
        typer.echo(f"{channel}: failed for now, an alert would be tried again: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{channel}: sent", err=True)


def trial_alert(now: datetime) -> Alert:
    """An alert that says it is a test."""
    day = now.date().isoformat()
    return Alert(
        fingerprint=f"test-{digest(now)}",
        sequence=0,
        rule="test",
        entity_id="test",
        severity="critical",
        state="open",
        window_start=day,
        window_end=day,
        observed=0.0,
        expected=0.0,
        surprise=0.0,
        threshold=0.0,
        title_ru="Отзвук: проверка канала",
        title_en="Otzvuk: channel test",
        text_ru="Это проверка. Настоящие оповещения придут сюда же.",
        text_en="This is a test. Real alerts will arrive here.",
        started_at=now,
        raised_at=now,
    )
