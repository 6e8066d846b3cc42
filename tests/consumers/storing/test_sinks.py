"""Crawl reports and dead letters find their place once, however often they are delivered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from consumers.storing.dead_letters import DeadLetterStage
from consumers.storing.reports import ReportsStage
from pipeline import metrics
from pipeline.clock import FixedClock
from pipeline.codec import CRAWL_DAY_HEADER, SOURCE_HEADER, encode
from pipeline.log.protocol import Message
from pipeline.mongo import Store
from pipeline.records import CrawlReport, DeadLetter
from pipeline.stage import Delivery

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def delivered(record: Any) -> Delivery:
    message = encode(record)
    return Delivery(
        record,
        Message(
            topic=message.topic, partition=0, offset=0, key=message.key, value=message.value,
            headers=message.headers, written_at=NOW,
        ),
    )  # fmt: skip


def test_a_portion_of_a_crawl_is_one_document(store: Store, clock: FixedClock) -> None:
    report = CrawlReport(
        crawl_id="c", sequence=3, entity_id="acme", source="shop.example", started_at=NOW,
        reported_at=NOW, published={"shop.example": {"2026-03-10": 7}},
    )  # fmt: skip
    for _ in range(2):
        ReportsStage(store, clock).handle([delivered(report)])
    stored = list(store["crawl_reports"].find({}))
    assert [one["_id"] for one in stored] == ["c:3"]
    assert stored[0]["published"] == [
        {"source": "shop.example", "crawl_day": "2026-03-10", "count": 7}
    ]
    assert stored[0]["reported_at"] == NOW


def test_a_crawl_is_counted_once_however_often_it_is_delivered(
    store: Store, clock: FixedClock
) -> None:
    report = CrawlReport(
        crawl_id="counted", sequence=0, entity_id="acme", source="counted.example",
        started_at=NOW, reported_at=NOW, published={"counted.example": {"2026-03-10": 7}},
        is_final=True, outcome="blocked", pages=2,
    )  # fmt: skip
    for _ in range(2):
        ReportsStage(store, clock).handle([delivered(report)])
    value = metrics.REGISTRY.get_sample_value
    source = {"source": "counted.example"}
    assert value("otzvuk_crawl_reviews_total", source) == 7
    assert value("otzvuk_crawl_pages_total", source) == 2
    assert value("otzvuk_crawl_outcomes_total", {**source, "outcome": "blocked"}) == 1


def test_a_letter_keeps_its_raw_bytes_and_what_people_did_with_it(
    store: Store, clock: FixedClock
) -> None:
    letter = DeadLetter(
        letter_id="store:reviews.scored:0:7", stage="store", topic="reviews.scored", partition=0,
        offset=7, key=b"k", value=b"\xff\x00{", error="UndecodableMessage", reason="not JSON",
        headers={SOURCE_HEADER: "shop", CRAWL_DAY_HEADER: "2026-03-10"}, failed_at=NOW,
    )  # fmt: skip
    stage = DeadLetterStage(store, clock)
    stage.handle([delivered(letter)])
    store["dead_letters"].update_one({"_id": letter.letter_id}, {"$set": {"status": "replayed"}})
    stage.handle([delivered(letter)])
    stored = store["dead_letters"].find_one({})
    assert stored is not None
    assert bytes(stored["value"]) == b"\xff\x00{"
    assert (stored["status"], stored["source"], stored["crawl_day"]) == (
        "replayed", "shop", "2026-03-10",
    )  # fmt: skip
