"""`otzvuk topics` creates what is missing, and tells what waits for whom."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import topics
from otzvuk.stages import STAGES
from pipeline.errors import UsageError
from pipeline.log.open import open_log
from pipeline.log.protocol import OutgoingMessage
from pipeline.settings import Settings
from pipeline.topics import TOPICS

Row = dict[str, Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path))


def run(settings: Settings, *arguments: str) -> list[Row]:
    """The rows that the command prints where no person looks."""
    result = invoke(settings, *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def invoke(settings: Settings, *arguments: str) -> Result:
    app = typer.Typer()
    topics.register(app)
    return CliRunner().invoke(
        app, ["topics", *arguments], obj=Application(settings=settings), catch_exceptions=False
    )


def publish_and_commit(settings: Settings, group: str, *, published: int, committed: int) -> None:
    """Some messages to `reviews.raw`, fewer of them committed by a group that then leaves."""
    log = open_log(settings.log_url, prefix=settings.topic_prefix, session_timeout_seconds=30)
    with closing(log):
        log.create_topics(TOPICS)
        message = OutgoingMessage(topic="reviews.raw", key=b"shop:1", value=b"{}")
        with closing(log.producer()) as producer:
            producer.publish([message] * published)
        with closing(log.consumer(group, ["reviews.raw"])) as consumer:
            last = consumer.poll(1, committed)[-1]
            consumer.commit({last.topic_partition: last.offset + 1})


def test_create_says_which_topics_were_missing(settings: Settings) -> None:
    names = [topic.name for topic in TOPICS]
    first, second = run(settings, "create"), run(settings, "create")

    assert [row["topic"] for row in first] == names
    assert all(row["created"] for row in first)
    assert not any(row["created"] for row in second)


def test_describe_counts_what_is_kept(settings: Settings) -> None:
    publish_and_commit(settings, "sentiment", published=5, committed=1)

    rows = {row["topic"]: row for row in run(settings, "describe")}
    assert rows.keys() == {topic.name for topic in TOPICS}
    assert rows["reviews.raw"]["messages"] == 5
    assert rows["reviews.raw"]["retention_days"] == 30
    assert rows["reviews.raw"]["why"]


def test_lag_covers_every_stage(settings: Settings) -> None:
    publish_and_commit(settings, "sentiment", published=5, committed=2)

    rows = run(settings, "lag")
    assert {row["group"] for row in rows} == set(STAGES)
    assert sum(row["lag"] for row in rows if row["group"] == "sentiment") == 3
    assert {row["members"] for row in rows} == {0}


def test_lag_of_a_group_that_is_no_stage_covers_what_it_reads(settings: Settings) -> None:
    publish_and_commit(settings, "somebody-else", published=5, committed=2)

    rows = run(settings, "lag", "--group", "somebody-else")
    assert {row["topic"] for row in rows} == {"reviews.raw"}
    assert sum(row["lag"] for row in rows) == 3


def test_lag_of_an_unknown_group_names_the_known_ones(settings: Settings) -> None:
    with pytest.raises(UsageError, match="sentiment"):
        run(settings, "lag", "--group", "sentimnt")


def test_replay_starts_a_group_at_an_offset(settings: Settings) -> None:
    publish_and_commit(settings, "sentiment", published=5, committed=4)

    planned = run(settings, "replay", "--group", "sentiment", "--offset", "2", "--dry-run")
    assert sum(row["lag"] for row in planned) == 3
    assert waiting(settings, "sentiment") == 1

    run(settings, "replay", "--group", "sentiment", "--offset", "2")
    assert waiting(settings, "sentiment") == 3


def test_replay_starts_a_group_at_a_time(settings: Settings) -> None:
    publish_and_commit(settings, "sentiment", published=5, committed=4)

    run(settings, "replay", "--group", "sentiment", "--since", "2000-01-01")
    assert waiting(settings, "sentiment") == 5

    run(settings, "replay", "--group", "sentiment", "--since", "2100-01-01T12:30")
    assert waiting(settings, "sentiment") == 0


@pytest.mark.parametrize("where", [(), ("--since", "2026-11-20", "--offset", "1")])
def test_replay_needs_one_place_to_start(settings: Settings, where: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--since TIME or --offset NUMBER"):
        run(settings, "replay", "--group", "sentiment", *where)


def waiting(settings: Settings, group: str) -> int:
    return sum(row["lag"] for row in run(settings, "lag", "--group", group))
