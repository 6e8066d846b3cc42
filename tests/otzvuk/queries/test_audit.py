"""The audit balances when everything is accounted for, and says where it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from otzvuk.queries.audit import AuditLine, audit
from pipeline.mongo import Store

Fill = Callable[..., None]
DAY = "2026-03-10"


def published(store: Store, count: int, portion: int = 0) -> None:
    store["crawl_reports"].insert_one(
        {
            "_id": f"c:{portion}",
            "published": [{"source": "shop", "crawl_day": DAY, "count": count}],
        }
    )


def refused(store: Store, number: int, status: str = "pending", topic: str = "reviews.raw") -> None:
    store["dead_letters"].insert_one(
        {"_id": str(number), "topic": topic, "status": status, "source": "shop", "crawl_day": DAY}
    )


def test_stored_unchanged_and_refused_add_up(store: Store, fill: Fill) -> None:
    fill({"id": "1"}, {"id": "2"})
    fill({"id": "1"})
    published(store, 3)
    published(store, 2, portion=1)
    refused(store, 1)
    refused(store, 2, "dropped")
    line = AuditLine(
        source="shop", crawl_day=DAY, scraped=5, stored=2, unchanged=1, dead_lettered=2
    )
    assert audit(store) == [line]
    assert line.difference == 0


def test_a_replayed_letter_and_one_of_another_path_do_not_count(store: Store) -> None:
    refused(store, 1, "replayed")
    refused(store, 2, topic="alerts")
    assert audit(store) == []


def test_a_lost_review_is_a_difference(store: Store, fill: Fill) -> None:
    fill({"id": "1"})
    published(store, 2)
    assert [line.difference for line in audit(store)] == [1]


def test_a_later_beginning_leaves_out_earlier_days(store: Store, fill: Fill) -> None:
    fill({"id": "1"})
    published(store, 2)
    refused(store, 1)
    reported = datetime.fromisoformat(DAY).replace(tzinfo=UTC) + timedelta(hours=5)
    store["crawl_reports"].update_many({}, {"$set": {"reported_at": reported}})
    store["dead_letters"].update_many({}, {"$set": {"failed_at": reported}})
    that_day = date.fromisoformat(DAY)
    assert audit(store, that_day) == audit(store)
    assert audit(store, that_day + timedelta(days=1)) == []


def test_a_strangers_message_is_shown_but_nobodys_loss(store: Store) -> None:
    store["dead_letters"].insert_one(
        {"_id": "1", "topic": "reviews.raw", "status": "pending", "source": None, "crawl_day": None}
    )
    (line,) = audit(store)
    assert (line.dead_lettered, line.difference) == (1, 0)
