"""Records to messages and back: the only place that knows the wire format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.errors import MessageTooLarge, UndecodableMessage, UnknownSchema
from pipeline.log.protocol import Message, OutgoingMessage
from pipeline.records import DeadLetter, Record, Review, ScoredReview, UnderstoodReview
from pipeline.topics import TOPIC_BY_NAME, TOPIC_BY_RECORD

SCHEMA_HEADER = "otzvuk-schema"
"""`topic/version` of the value."""
VERSION_DIGITS = 9
"""Of a longer one Python would make no number, but a bug."""
SOURCE_HEADER = "otzvuk-source"
"""Source of the review, so that even an undecodable message can be audited."""
CRAWL_DAY_HEADER = "otzvuk-crawl-day"
"""UTC day on which the review was read, for the same reason."""
CRAWLED_AT_HEADER = "otzvuk-crawled-at"
"""ISO time at which the review was read: end-to-end seconds are measured from it."""
LARGEST_RECORD_BYTES = 5 * 1024 * 1024
"""A record of this size fits into the log also as a dead letter, which is a third longer; the
longest texts and all replies of a review that a crawler keeps stay below."""

_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(topic.record) for name, topic in TOPIC_BY_NAME.items()
}


def encode(record: Record) -> OutgoingMessage:
    """The message that carries `record` on its own topic.

    Raises MessageTooLarge for one that could not be put aside whole as a dead letter.
    """
    topic = TOPIC_BY_RECORD[type(record)]
    headers = {SCHEMA_HEADER: f"{topic.name}/{topic.version}"}
    headers.update(_audit_headers(record))
    value = _encoder.encode(record)
    if len(value) > LARGEST_RECORD_BYTES and not isinstance(record, DeadLetter):
        raise MessageTooLarge(
            f"a {type(record).__name__} of {len(value)} bytes for {topic.name}: "
            f"{LARGEST_RECORD_BYTES} are allowed"
        )
    return OutgoingMessage(
        topic=topic.name,
        key=topic.key(record).encode(),
        value=value,
        headers=headers,
    )


def decode(message: Message) -> Any:
    """The record in `message`.

    Raises UnknownSchema for a newer version than ours, UndecodableMessage for anything that
    is no valid record of the topic. A missing header means version 1.
    """
    topic = TOPIC_BY_NAME[message.topic]
    version = _version(message.headers, topic.name)
    if version > topic.version:
        raise UnknownSchema(
            f"{topic.name} message has schema version {version}, this program knows up to "
            f"{topic.version}: upgrade this stage, then replay the dead letter"
        )
    try:
        return _decoders[topic.name].decode(message.value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableMessage(f"not a {topic.record.__name__}: {error}") from error


def _version(headers: Mapping[str, str], topic: str) -> int:
    header = headers.get(SCHEMA_HEADER)
    if header is None:
        return 1
    name, _, version = header.rpartition("/")
    if name != topic or not version.isdecimal() or len(version) > VERSION_DIGITS:
        raise UnknownSchema(f"header {SCHEMA_HEADER}={header[:100]!r} does not belong on {topic}")
    return int(version)


def _audit_headers(record: Record) -> dict[str, str]:
    match record:
        case Review():
            review = record
        case UnderstoodReview() | ScoredReview():
            review = record.review
        case _:
            return {}
    return {
        SOURCE_HEADER: review.source,
        CRAWL_DAY_HEADER: review.crawl_day,
        CRAWLED_AT_HEADER: review.crawled_at.isoformat(),
    }
