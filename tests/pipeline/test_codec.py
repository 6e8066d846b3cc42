"""Records survive the wire; old versions decode, newer ones are refused, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from pipeline import codec
from pipeline.errors import UndecodableMessage, UnknownSchema
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.records import Review
from pipeline.topics import TOPICS

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def review(**changes: Any) -> Review:
    fields: dict[str, Any] = {
        "review_id": "shop:1", "source": "shop", "entity_id": "e", "text": "Хорошо",
        "crawled_at": NOW,
    }  # fmt: skip
    return make_review(**{**fields, **changes})


def message(value: bytes, headers: dict[str, str], topic: str = "reviews.raw") -> Message:
    return Message(
        topic=topic, partition=0, offset=0, key=b"k", value=value, headers=headers, written_at=NOW
    )


def test_a_review_survives_the_wire() -> None:
    sent = review(rating=4.5, published_at=NOW, replies=(), extra={"version": "1.2"})
    outgoing = codec.encode(sent)
    assert outgoing.topic == "reviews.raw"
    assert outgoing.key == b"shop:1"
    assert codec.decode(message(outgoing.value, outgoing.headers)) == sent


def test_headers_let_an_undecodable_message_be_audited() -> None:
    headers = codec.encode(review()).headers
    assert headers[codec.SOURCE_HEADER] == "shop"
    assert headers[codec.CRAWL_DAY_HEADER] == "2026-05-01"


def test_fields_an_older_writer_did_not_know_get_their_defaults() -> None:
    value = msgspec.json.encode(
        {"review_id": "a:1", "source": "a", "entity_id": "e", "crawled_at": "2026-05-01T00:00:00Z",
         "content_hash": "0" * 32}
    )  # fmt: skip
    decoded = codec.decode(message(value, {}))
    assert decoded.rating is None
    assert decoded.replies == ()


def test_a_newer_version_is_refused() -> None:
    outgoing = codec.encode(review())
    newer = {**outgoing.headers, codec.SCHEMA_HEADER: "reviews.raw/2"}
    with pytest.raises(UnknownSchema, match="version 2"):
        codec.decode(message(outgoing.value, newer))


def test_the_header_of_another_topic_is_refused() -> None:
    outgoing = codec.encode(review())
    with pytest.raises(UnknownSchema):
        codec.decode(message(outgoing.value, {codec.SCHEMA_HEADER: "alerts/1"}))


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff", b"[]", b"{}", b'{"review_id": ""}', b"{" * 10_000,
     b'{"review_id":"a","source":"a","entity_id":"e","crawled_at":"2026-05-01T00:00:00",'
     b'"content_hash":"00000000000000000000000000000000"}'],
)  # fmt: skip
def test_what_is_no_record_is_refused(value: bytes) -> None:
    with pytest.raises(UndecodableMessage):
        codec.decode(message(value, {}))


@pytest.mark.parametrize("field", [{"rating": 6.0}, {"rating": 0.0}, {"kind": "planet"}])
def test_impossible_values_are_refused(field: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        review(**field)


def test_every_topic_has_a_record_of_its_own() -> None:
    assert len({topic.record for topic in TOPICS}) == len(TOPICS)
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("field", ["published_at", "edited_at", "crawled_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_without_a_utc_day_is_refused(field: str, moment: str) -> None:
    value = {"review_id": "a:1", "source": "a", "entity_id": "e", "content_hash": "0" * 32,
             "crawled_at": "2026-05-01T00:00:00Z", field: moment}  # fmt: skip
    with pytest.raises(UndecodableMessage, match="calendar"):
        codec.decode(message(msgspec.json.encode(value), {}))


@pytest.mark.parametrize("value", [b'{"extra":{"a":' + b"[" * 100_000, b'{"a":' * 100_000])
def test_endless_nesting_is_refused(value: bytes) -> None:
    with pytest.raises(UndecodableMessage, match="recursion"):
        codec.decode(message(value, {}))


def test_a_version_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(UnknownSchema, match="does not belong"):
        codec.decode(message(b"{}", {codec.SCHEMA_HEADER: "reviews.raw/" + "9" * 5_000}))
