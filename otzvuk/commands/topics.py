"""`otzvuk topics`: the topics of the event log, and how far each group is behind on them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from otzvuk.application import Application, application
from otzvuk.recounting import PUBLISHING_GROUPS, counted_reset
from otzvuk.replaying import replay_offsets
from otzvuk.stages import STAGES
from pipeline.errors import UsageError
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog, PartitionLag, TopicPartition
from pipeline.topics import DAY_SECONDS, TOPIC_BY_NAME, TOPICS

Row = Mapping[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    topics = typer.Typer(help="The topics of the event log.", no_args_is_help=True)
    topics.command("create")(create)
    topics.command("describe")(describe)
    topics.command("lag")(lag)
    topics.command("replay")(replay)
    app.add_typer(topics, name="topics", rich_help_panel="Operating")


def create(context: typer.Context, as_json: AsJson = False) -> None:
    """Create the topics that are missing; existing ones are kept as they are.

    Example: otzvuk topics create
    """
    settings = application(context).settings
    # Not `Application.log`, which creates them on its own.
    log = open_log(
        settings.log_url,
        prefix=settings.topic_prefix,
        session_timeout_seconds=settings.stages.session_timeout_seconds,
    )
    with closing(log):
        created = log.create_topics(TOPICS)
    rows = [
        {"topic": topic.name, "partitions": topic.partitions, "created": topic.name in created}
        for topic in TOPICS
    ]
    _show(rows, f"{len(created)} of {len(TOPICS)} topics created", as_json)


def describe(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what the log holds of every topic.

    Example: otzvuk topics describe
    """
    with application(context).log() as log:
        described = log.describe()
    rows = [
        {
            "topic": description.topic,
            "partitions": description.partitions,
            "messages": description.messages,
            "retention_days": description.retention_seconds / DAY_SECONDS,
            "why": _why(description.topic),
        }
        for description in described
    ]
    _show(rows, f"{len(rows)} topics", as_json)


def lag(
    context: typer.Context,
    group: Annotated[
        str | None, typer.Option(help="Only this group; by default that of every stage.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how many messages wait for each group, partition by partition.

    Example: otzvuk topics lag --group store
    """
    with application(context).log() as log:
        groups = list(STAGES) if group is None else [group]
        rows = [row for name in groups for row in _lag_rows(log, name)]
    waiting = sum(row["lag"] for row in rows)
    _show(rows, f"{waiting} messages wait", as_json)


def replay(
    context: typer.Context,
    group: Annotated[str, typer.Option(help="Whose messages: a stage's name, or any group.")],
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="From the first message written at this time (UTC).",
        ),
    ] = None,
    offset: Annotated[
        int | None, typer.Option(min=0, help="From this offset in every partition.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only show what would be read again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a stopped group start from an earlier (or later) place when it runs next.

    The group must have no running workers. `store` and the stages after it count nothing twice.
    `sentiment` and `authenticity` publish their reviews anew: nothing is doubled in the store,
    and a report tells the audit how many reviews come once more.

    Example: otzvuk topics replay --group store --since 2026-11-20
    """
    since = None if since is None else since.replace(tzinfo=UTC)
    with application(context).log() as log:
        parts = _parts(log, group)
        offsets = replay_offsets(log, parts, since, offset)
        if not dry_run:
            _reset(application(context), log, group, parts, offsets)
    rows = [_replay_row(part, offsets) for part in parts]
    waiting = sum(row["lag"] for row in rows)
    done = "would wait" if dry_run else "wait"
    _show(rows, f"{waiting} messages {done} for {group}", as_json)


def _reset(
    app: Application,
    log: EventLog,
    group: str,
    parts: Sequence[PartitionLag],
    offsets: Mapping[TopicPartition, int],
) -> None:
    if group not in PUBLISHING_GROUPS:
        log.reset_group(group, offsets)
        return
    with app.store() as store:
        counted_reset(log, store, group, parts, offsets, app.clock)


def _replay_row(part: PartitionLag, offsets: Mapping[TopicPartition, int]) -> Row:
    start = offsets[TopicPartition(part.topic, part.partition)]
    return {
        "topic": part.topic,
        "partition": part.partition,
        "committed": part.committed,
        "start": start,
        "end": part.end,
        "lag": part.end - start,
    }


def _lag_rows(log: EventLog, group: str) -> list[Row]:
    members = log.members(group)
    return [
        {
            "group": group,
            "members": members,
            "topic": part.topic,
            "partition": part.partition,
            "beginning": part.beginning,
            "end": part.end,
            "committed": part.committed,
            "lag": part.lag,
            "expired": part.expired,
        }
        for part in _parts(log, group)
    ]


def _parts(log: EventLog, group: str) -> list[PartitionLag]:
    if group in STAGES:
        return log.lag(group, [STAGES[group].topic])
    # Of a group that is no stage, only its commits tell what it reads.
    parts = log.lag(group, list(TOPIC_BY_NAME))
    read = {part.topic for part in parts if part.committed is not None}
    if not read:
        raise UsageError(
            f"group {group!r} has never committed; the stages' groups are {', '.join(STAGES)}"
        )
    return [part for part in parts if part.topic in read]


def _why(topic: str) -> str:
    return TOPIC_BY_NAME[topic].why if topic in TOPIC_BY_NAME else "Not declared by this version."


def _show(rows: Iterable[Row], title: str, as_json: bool) -> None:
    rows = list(rows)
    if as_json or not sys.stdout.isatty():
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(title=title)
    for name in rows[0] if rows else ():
        is_number = isinstance(rows[0][name], int | float) or name == "committed"
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console().print(table)


def _cell(value: Any) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
