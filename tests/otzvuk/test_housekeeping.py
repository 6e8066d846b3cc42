"""What a running installation says of itself without being asked."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from otzvuk.housekeeping import publish_expired
from otzvuk.stages import STAGES
from pipeline import metrics
from pipeline.clock import FixedClock
from pipeline.log.protocol import OutgoingMessage
from pipeline.log.sqlite import SqliteLog
from pipeline.topics import TOPIC_BY_NAME, TOPICS

RAW = "reviews.raw"


def expired() -> dict[str, float]:
    """The gauge, by stage."""
    [family] = metrics.EXPIRED_UNREAD.collect()
    return {sample.labels["stage"]: sample.value for sample in family.samples}


def test_messages_that_went_unread_are_counted_while_their_stage_is_down(tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    log = SqliteLog(tmp_path / "log.db", prefix="", session_timeout_seconds=30, clock=clock)
    message = OutgoingMessage(topic=RAW, key=b"shop:1", value=b"{}")
    with closing(log):
        log.create_topics(TOPICS)
        with closing(log.producer()) as producer:
            producer.publish([message] * 5)
        with closing(log.consumer("sentiment", [RAW])) as consumer:
            first = consumer.poll(1, 2)[-1]
            consumer.commit({first.topic_partition: first.offset + 1})
        publish_expired(log)
        assert set(expired().values()) == {0}

        clock.advance(TOPIC_BY_NAME[RAW].retention_seconds + 1)
        log.apply_retention()
        publish_expired(log)
    assert expired() == dict.fromkeys(STAGES, 0.0) | {"sentiment": 3.0}
