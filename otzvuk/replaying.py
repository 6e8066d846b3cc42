"""Where a group starts again when a person wants it to read the kept messages once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.log.protocol import EventLog, PartitionLag, TopicPartition


def replay_offsets(
    log: EventLog, parts: Iterable[PartitionLag], since: datetime | None, offset: int | None
) -> Mapping[TopicPartition, int]:
    """The offset of each partition to start from; never one that the log does not hold."""
    if (since is None) == (offset is None):
        raise UsageError("say where to start again: either --since TIME or --offset NUMBER")
    parts = list(parts)
    wanted = {TopicPartition(part.topic, part.partition): offset or 0 for part in parts}
    if since is not None:
        for topic in {part.topic for part in parts}:
            wanted |= log.offsets_for_time(topic, since)
    return {
        place: min(max(wanted[place], part.beginning), part.end)
        for part in parts
        for place in [TopicPartition(part.topic, part.partition)]
    }
