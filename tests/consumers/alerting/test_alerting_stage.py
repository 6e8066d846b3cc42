"""The stage on a real store: when it speaks, what it writes, and what a crash changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.alerting.stage import SWEEP_SECONDS, AlertingStage
from otzvuk.inbox import find_alert, resolve
from pipeline import metrics
from pipeline.clock import FixedClock
from pipeline.errors import NotReady
from pipeline.log.protocol import Message
from pipeline.mongo import Document, Store
from pipeline.records import Alert, Record, StoredReview
from pipeline.settings import AlertSettings
from pipeline.stage import Delivery
from tests.consumers.alerting.alerting_worlds import (
    ENTITY,
    TODAY,
    bucket,
    calm_buckets,
    days_ago,
    review,
)

NOON = datetime(2024, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def stage(store: Store, clock: FixedClock) -> AlertingStage:
    return AlertingStage(store, clock, AlertSettings())


def deliver(offset: int = 0, count: int = 1, **fields: Any) -> list[Delivery]:
    stored: dict[str, Any] = {
        "entity_id": ENTITY, "source": "maps", "event_day": TODAY.isoformat(), "outcome": "new",
        "label": "negative", "stored_at": NOON, "crawled_at": NOON, **fields,
    }  # fmt: skip
    return [
        Delivery(
            StoredReview(review_id=f"maps:{at}", **stored),
            Message(
                topic="reviews.stored", partition=3, offset=at, key=b"", value=b"", headers={},
                written_at=NOON,
            ),
        )
        for at in range(offset, offset + count)
    ]  # fmt: skip


def store_wave(store: Store, negatives: int = 9, *, is_backfill: bool = False) -> None:
    """The calm half-year, and so many negatives today."""
    calm = [found for found in calm_buckets() if found["day"] != TODAY.isoformat()]
    arrivals = {} if is_backfill else {"0": negatives}
    today = bucket(
        TODAY, total=negatives + 2, negative=negatives, negative_distinct=negatives, positive=2,
        arrivals=arrivals,
    )  # fmt: skip
    store["day_buckets"].insert_many([*calm, today])
    reviews = [review(at, TODAY, is_backfill=is_backfill) for at in range(negatives)]
    store["reviews"].insert_many(reviews)


def alerts(outputs: Iterable[Record]) -> list[Alert]:
    return [output for output in outputs if isinstance(output, Alert)]


def handled(stage: AlertingStage, deliveries: Sequence[Delivery]) -> list[Alert]:
    return alerts(stage.handle(deliveries).outputs)


def document(store: Store) -> Document:
    found = store["alerts"].find_one({"rule": "negative_spike"})
    assert found is not None
    return found


def test_a_wave_is_told_with_its_evidence(stage: AlertingStage, store: Store) -> None:
    store_wave(store)
    (alert,) = handled(stage, deliver())
    assert (alert.rule, alert.state, alert.sequence) == ("negative_spike", "open", 0)
    assert set(alert.evidence) == {f"maps:{at}" for at in range(9)}
    assert alert.started_at == alert.raised_at
    kept = document(store)
    assert kept["_id"] == alert.fingerprint
    assert kept["alert"]["text_ru"] == alert.text_ru


def test_what_is_complained_of_more_than_before_is_told_and_kept(
    stage: AlertingStage, store: Store
) -> None:
    store_wave(store)
    late = [{"aspect": "delivery", "polarity": "negative"}]
    dear = [{"aspect": "price", "polarity": "negative"}]
    store["reviews"].update_many({}, {"$set": {"understanding.aspects": [*late, *dear]}})
    before = [review(at, days_ago(at - 480), aspects=dear) for at in range(500, 530)]
    store["reviews"].insert_many(before)
    (alert,) = handled(stage, deliver())
    (driver,) = (driver for driver in alert.drivers if driver.name == "aspect")
    assert (driver.value, driver.count, driver.whole) == ("delivery", 9, 9)
    assert (driver.usual_count, driver.usual_whole) == (0, 30)
    assert driver.chance is not None
    assert 0 < driver.chance < 0.001
    assert set(driver.evidence) == {f"maps:{at}" for at in range(9)}
    kept = document(store)["alert"]["drivers"][0]
    assert (kept["value"], kept["chance"]) == ("delivery", driver.chance)


def test_an_alert_stored_by_an_earlier_version_goes_on(
    stage: AlertingStage, store: Store, clock: FixedClock
) -> None:
    store_wave(store)
    handled(stage, deliver(0))
    old = {"name": "aspect", "value": "delivery", "count": 8, "share": 0.9, "usual_share": None}
    store["alerts"].update_many({}, {"$set": {"alert.drivers": [old]}})
    clock.advance(10 * 86_400.0)
    (ended,) = handled(stage, deliver(1))
    assert (ended.state, ended.drivers[0].value) == ("resolved", "delivery")
    assert "тема «доставка» — 8 (90 %)" in ended.text_ru


def test_further_reviews_of_one_wave_are_silent(stage: AlertingStage, store: Store) -> None:
    store_wave(store)
    assert handled(stage, deliver(0))
    assert handled(stage, deliver(1)) == []


def test_an_alert_closed_by_a_person_stays_closed(
    stage: AlertingStage, store: Store, clock: FixedClock
) -> None:
    store_wave(store)
    (alert,) = handled(stage, deliver(0))
    resolve(store, find_alert(store, alert.fingerprint), "anna", clock.now())
    assert handled(stage, deliver(1)) == []
    closed = document(store)
    assert (closed["state"], closed["resolved_by"]) == ("resolved", "anna")
    assert closed["active_until"] == TODAY.isoformat()
    clock.advance(86_400.0)
    assert handled(stage, deliver(2)) == [], "the cooldown holds the next episode back"
    assert store["alerts"].count_documents({}) == 1


def test_a_redelivered_batch_tells_exactly_the_same(
    stage: AlertingStage, store: Store, clock: FixedClock
) -> None:
    store_wave(store)
    first = handled(stage, deliver(5, count=3))
    clock.advance(60.0)
    after_crash = AlertingStage(store, clock, AlertSettings())
    again = handled(after_crash, deliver(5, count=3))
    assert [(a.fingerprint, a.sequence, a.text_ru, a.raised_at) for a in again] == [
        (a.fingerprint, a.sequence, a.text_ru, a.raised_at) for a in first
    ]
    assert store["alerts"].count_documents({}) == 1
    assert handled(after_crash, deliver(8)) == []


def test_a_redelivered_part_of_the_batch_tells_it_too(stage: AlertingStage, store: Store) -> None:
    store_wave(store)
    first = handled(stage, deliver(5, count=3))
    assert [a.fingerprint for a in handled(stage, deliver(5))] == [first[0].fingerprint]


def test_what_people_did_is_kept(stage: AlertingStage, store: Store, clock: FixedClock) -> None:
    store_wave(store)
    handled(stage, deliver(0))
    handling = {"acknowledged_by": "anna", "snoozed_until": NOON}
    store["alerts"].update_many({}, {"$set": handling})
    clock.advance(10 * 86_400.0)
    ended = handled(stage, deliver(1))
    assert [alert.state for alert in ended] == ["resolved"]
    kept = document(store)
    assert kept["acknowledged_by"] == "anna"
    assert kept["state"] == "resolved"
    assert kept["sequence"] == 1


def test_backfills_are_silent(stage: AlertingStage, store: Store) -> None:
    store_wave(store, is_backfill=True)
    assert handled(stage, deliver(0, is_backfill=True)) == []
    assert store["alerts"].count_documents({}) == 0


def test_one_live_review_does_not_make_a_backfilled_wave_news(
    stage: AlertingStage, store: Store
) -> None:
    store_wave(store, is_backfill=True)
    store["reviews"].insert_one(review(99, TODAY, label="positive"))
    assert handled(stage, deliver(0, label="positive")) == []
    assert store["alerts"].count_documents({}) == 0


def test_unchanged_reviews_bring_no_news(stage: AlertingStage, store: Store) -> None:
    store_wave(store)
    assert handled(stage, deliver(0, outcome="unchanged")) == []


def test_young_entities_are_not_judged(stage: AlertingStage, store: Store) -> None:
    day: date = days_ago(5)
    store["day_buckets"].insert_many([
        bucket(day, total=2, negative=0), bucket(TODAY, total=9, negative=9, negative_distinct=9),
    ])  # fmt: skip
    store["reviews"].insert_many([review(at, TODAY) for at in range(9)])
    assert handled(stage, deliver()) == []


def test_time_alone_ends_an_episode_and_says_so_for_an_hour(
    stage: AlertingStage, store: Store, clock: FixedClock
) -> None:
    store_wave(store)
    handled(stage, deliver())
    assert alerts(stage.tick(clock.now())) == []
    clock.advance(10 * 86_400.0)
    (ended,) = alerts(stage.tick(clock.now()))
    assert (ended.state, ended.sequence) == ("resolved", 1)
    assert len(ended.evidence) == 9
    assert alerts(stage.tick(clock.now())) == []
    clock.advance(SWEEP_SECONDS)
    restarted = AlertingStage(store, clock, AlertSettings())
    assert alerts(restarted.tick(clock.now())) == [ended]
    clock.advance(timedelta(hours=2).total_seconds())
    assert alerts(restarted.tick(clock.now())) == []


def test_a_growing_wave_is_told_again(
    stage: AlertingStage, store: Store, clock: FixedClock
) -> None:
    store_wave(store, negatives=5)
    (first,) = handled(stage, deliver())
    store["day_buckets"].update_one(
        {"day": TODAY.isoformat()},
        {"$set": {"total": 42, "negative": 40, "negative_distinct": 40}},
    )
    store["reviews"].insert_many([review(at, TODAY) for at in range(100, 135)])
    grown = [a for a in handled(stage, deliver(1)) if a.rule == "negative_spike"]
    assert [(a.fingerprint, a.sequence, a.state) for a in grown] == [
        (first.fingerprint, 1, "updated")
    ]
    assert len(grown[0].evidence) == 40
    assert grown[0].started_at == first.started_at


def test_held_back_and_raised_are_counted(stage: AlertingStage, store: Store) -> None:
    def raised() -> float:
        labels = {"rule": "negative_spike", "severity": "critical", "state": "open"}
        return metrics.REGISTRY.get_sample_value("otzvuk_alerts_raised_total", labels) or 0.0

    before = raised()
    store_wave(store)
    handled(stage, deliver())
    assert raised() == before + 1
    share = metrics.REGISTRY.get_sample_value(
        "otzvuk_reputation_negative_share", {"entity": ENTITY}
    )
    assert share is not None
    assert share > 0.2


def test_nothing_is_judged_against_a_history_that_is_still_being_counted(
    stage: AlertingStage, store: Store
) -> None:
    store_wave(store)
    waiting = [[ENTITY, days_ago(40).isoformat(), "maps"]]
    store["pending_buckets"].insert_one({"_id": "note", "buckets": waiting})
    with pytest.raises(NotReady, match=ENTITY):
        stage.handle(deliver())
    store["pending_buckets"].delete_one({"_id": "note"})
    assert handled(stage, deliver())


def test_the_history_of_another_entity_holds_nobody_back(
    stage: AlertingStage, store: Store
) -> None:
    store_wave(store)
    store["pending_buckets"].insert_one({"_id": "note", "buckets": [["other", "d", "maps"]]})
    assert handled(stage, deliver())


def test_a_wave_from_a_stale_source_alone_is_held_back_and_counted(
    stage: AlertingStage, store: Store
) -> None:
    store_wave(store)
    store["crawl_schedule"].insert_one(
        {"_id": "l", "entity_id": ENTITY, "source": "maps", "is_watched": True, "is_stale": True}
    )
    labels = {"rule": "negative_spike", "gate": "source_unhealthy"}
    name = "otzvuk_evaluations_held_back_total"
    before = metrics.REGISTRY.get_sample_value(name, labels) or 0
    assert handled(stage, deliver(0)) == []
    assert metrics.REGISTRY.get_sample_value(name, labels) == before + 1
    store["crawl_schedule"].update_one({"_id": "l"}, {"$set": {"is_stale": False}})
    assert handled(stage, deliver(1))
