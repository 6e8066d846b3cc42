"""Lets a group that publishes reviews read messages once more, and tells the audit so.

What it publishes anew is counted anew where the audit ends, so a report beside those of the crawls
counts it where the audit begins. A message that the group had refused is counted already, by its
dead letter: the letter is handled by the replay, and waits again when the message is refused again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from consumers.storing.reports import REPLAYED
from pipeline.clock import Clock
from pipeline.codec import CRAWL_DAY_HEADER, SOURCE_HEADER, encode
from pipeline.errors import UsageError
from pipeline.identity import digest
from pipeline.log.protocol import EventLog, Message, PartitionLag, TopicPartition
from pipeline.mongo import Document, Store, translated_errors
from pipeline.records import CrawlReport

PUBLISHING_GROUPS = ("sentiment", "authenticity")
"""Groups whose outputs are reviews that the audit counts."""
READ_MESSAGES = 500

Spans = Mapping[TopicPartition, range]
"""Offsets that the group has dealt with and reads once more."""


def counted_reset(
    log: EventLog,
    store: Store,
    group: str,
    parts: Sequence[PartitionLag],
    offsets: Mapping[TopicPartition, int],
    clock: Clock,
) -> None:
    """Set the group to `offsets`, and count for the audit what it will publish once more.

    Raises UsageError, with nothing changed, when the group has live members or when what it
    refused may not be known yet.
    """
    _check_quiet(log, group)
    spans = read_again(parts, offsets)
    refused = _refused(store, group, spans)
    counts = _counted(log, spans, {_place(letter) for letter in refused})
    report = _report(group, counts, clock.now())
    producer = log.producer()
    try:
        if counts:
            producer.publish([encode(report)])
        try:
            log.reset_group(group, offsets)
        except UsageError:
            # Somebody started the group meanwhile: an empty report takes this one's place.
            producer.publish([encode(_report(group, Counter(), report.started_at))])
            raise
    finally:
        producer.close()
    _handled(store, refused, report.started_at)


def read_again(parts: Sequence[PartitionLag], offsets: Mapping[TopicPartition, int]) -> Spans:
    """What lies between the new offset of each partition and the one committed before."""
    return {
        place: range(offsets[place], part.committed)
        for part in parts
        for place in [TopicPartition(part.topic, part.partition)]
        if part.committed is not None and offsets[place] < part.committed
    }


def _check_quiet(log: EventLog, group: str) -> None:
    if members := log.members(group):
        raise UsageError(f"group {group} has {members} live members: stop them first")
    if waiting := sum(part.lag for part in log.lag("dead-letters", ["dead-letters"])):
        raise UsageError(
            f"{waiting} dead letters are not in the store yet, and the audit must know them: start "
            "the stage dead-letters, then replay"
        )


def _refused(store: Store, group: str, spans: Spans) -> list[Document]:
    """Letters of the messages that are read again, as far as the audit counts them."""
    wanted: Document = {
        "stage": group,
        "topic": {"$in": sorted({place.topic for place in spans})},
        "status": {"$in": ["pending", "dropped"]},
    }
    with translated_errors():
        found = store["dead_letters"].find(wanted, {"topic": 1, "partition": 1, "offset": 1})
        return [letter for letter in found if letter["offset"] in spans.get(_place(letter)[0], ())]


def _place(letter: Document) -> tuple[TopicPartition, int]:
    return TopicPartition(letter["topic"], letter["partition"]), letter["offset"]


def _counted(
    log: EventLog, spans: Spans, refused: set[tuple[TopicPartition, int]]
) -> Counter[tuple[str, str]]:
    """(source, crawl day) → messages that come once more."""
    counts: Counter[tuple[str, str]] = Counter()
    for place, span in spans.items():
        for message in _messages(log, place, span):
            source = message.headers.get(SOURCE_HEADER)
            day = message.headers.get(CRAWL_DAY_HEADER)
            if source and day and (place, message.offset) not in refused:
                counts[source, day] += 1
    return counts


def _messages(log: EventLog, place: TopicPartition, span: range) -> Iterator[Message]:
    offset = span.start
    while offset < span.stop:
        messages = log.read(place, offset, READ_MESSAGES)
        yield from (message for message in messages if message.offset in span)
        # Behind the last message may be offsets without one, such as marks of transactions.
        offset = messages[-1].offset + 1 if messages else span.stop


def _report(group: str, counts: Counter[tuple[str, str]], now: datetime) -> CrawlReport:
    published: dict[str, dict[str, int]] = {}
    for (source, day), count in counts.items():
        published.setdefault(source, {})[day] = count
    return CrawlReport(
        crawl_id=f"replay:{digest(group, now.isoformat())}",
        sequence=0,
        entity_id="*",
        source="replay",
        published=published,
        outcome=REPLAYED,
        reason=f"{group} reads these messages once more",
        is_backfill=True,
        started_at=now,
        reported_at=now,
    )


def _handled(store: Store, letters: Sequence[Document], now: datetime) -> None:
    """What is refused again after this moment waits again."""
    if not letters:
        return
    with translated_errors():
        store["dead_letters"].update_many(
            {"_id": {"$in": [letter["_id"] for letter in letters]}},
            {"$set": {"status": "replayed", "handled_at": now}},
        )
