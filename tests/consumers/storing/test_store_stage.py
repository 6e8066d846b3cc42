"""What the store stage writes, and that redelivery after any crash repairs it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from consumers.storing.pending import QUIET_CALLS, count_pending
from consumers.storing.settling import settle
from consumers.storing.stage import StoreStage
from pipeline.clock import FixedClock
from pipeline.errors import InvalidRecord, StoreConflict
from pipeline.mongo import Document, Store
from pipeline.records import StoredReview
from pipeline.stage import BatchResult, Delivery

MakeDelivery = Callable[..., Delivery]
LATER = datetime(2026, 3, 11, 12, tzinfo=UTC)
VIEWS = ("reviews", "revisions", "facts", "day_buckets", "ledger", "pending_buckets")


@pytest.fixture
def stage(store: Store, clock: FixedClock) -> StoreStage:
    return StoreStage(store, clock)


def everything(store: Store) -> dict[str, list[Document]]:
    """The whole content, without what only says when something was done."""
    return {name: list(store[name].find({}, sort=[("_id", 1)])) for name in VIEWS}


def outcomes(result: BatchResult) -> list[tuple[str, str]]:
    notices = [one for one in result.outputs if isinstance(one, StoredReview)]
    assert len(notices) == len(result.outputs)
    return [(notice.review_id, notice.outcome) for notice in notices]


def bucket(store: Store, day: str = "2026-03-09") -> Document:
    found = store["day_buckets"].find_one({"_id": f"acme|{day}|shop"})
    assert found is not None
    return found


def ledger_counts(store: Store) -> tuple[int, int]:
    lines = list(store["ledger"].find({}))
    return sum(line["stored"] for line in lines), sum(line["unchanged"] for line in lines)


def test_a_new_review_is_stored_counted_and_announced(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    result = stage.handle([make_delivery()])
    stored = store["reviews"].find_one({"_id": "shop:1"})
    assert stored is not None
    assert (stored["revision"], stored["label"], stored["gone"]) == (1, "negative", False)
    assert stored["author_key"] is None
    assert stored["review"]["text"] == "Доставку ждали долго, номер 1"
    assert outcomes(result) == [("shop:1", "new")]
    assert bucket(store)["negative"] == 1
    assert bucket(store)["arrivals"] == {"1": 1}
    assert ledger_counts(store) == (1, 0)


def test_handling_the_same_deliveries_twice_changes_nothing_and_announces_the_same(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    stage.handle([make_delivery("2"), make_delivery("3")])
    batch = [
        make_delivery("1"),
        make_delivery("2", text="Исправлено", crawled_at=LATER),
        make_delivery("3", model="model@2"),
        make_delivery("4"),
        make_delivery("4", text="Вторая версия", crawled_at=LATER),
        make_delivery("1"),
    ]
    first = stage.handle(batch)
    before = everything(store)
    clock.advance(60)
    again = StoreStage(store, clock).handle(batch)
    assert again.outputs == first.outputs
    assert everything(store) == before


@pytest.mark.parametrize("lost", ["facts", "reviews", "day_buckets", "ledger"])
def test_a_crash_before_any_write_is_repaired_by_redelivery(
    lost: str, stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    """A crash before a write leaves that collection and all later ones as they were."""
    order = ["facts", "reviews", "day_buckets", "ledger"]
    batch = [make_delivery("1"), make_delivery("2", label="positive")]
    outputs = stage.handle(batch).outputs
    expected = {name: list(store[name].find({}, sort=[("_id", 1)])) for name in order}
    for name in order[order.index(lost) :]:
        store[name].delete_many({})
    assert StoreStage(store, clock).handle(batch).outputs == outputs
    assert {name: list(store[name].find({}, sort=[("_id", 1)])) for name in order} == expected


def test_an_edit_keeps_the_earlier_version_and_the_first_sight(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery()])
    edited = make_delivery(text="Всё исправили", label="positive", crawled_at=LATER)
    result = stage.handle([edited])
    stored = store["reviews"].find_one({"_id": "shop:1"})
    earlier = store["revisions"].find_one({"_id": "shop:1#1"})
    assert stored is not None
    assert earlier is not None
    assert stored["revision"] == 2
    assert stored["first_seen_at"] < stored["crawled_at"]
    assert earlier["document"]["review"]["text"].startswith("Доставку")
    assert outcomes(result) == [("shop:1", "changed")]
    assert (bucket(store)["negative"], bucket(store)["positive"]) == (0, 1)


def test_an_edit_that_moves_the_date_counts_both_days_anew(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery()])
    moved = datetime(2026, 3, 5, tzinfo=UTC)
    stage.handle([make_delivery(published_at=moved, text="Новая дата", crawled_at=LATER)])
    assert bucket(store)["total"] == 0
    assert bucket(store, "2026-03-05")["total"] == 1


def test_an_unchanged_review_is_not_announced(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery()])
    before = store["reviews"].find_one({"_id": "shop:1"})
    assert stage.handle([make_delivery(crawled_at=LATER)]).outputs == []
    assert store["reviews"].find_one({"_id": "shop:1"}) == before
    assert ledger_counts(store) == (1, 1)


def test_another_model_is_a_new_judgement_not_a_new_revision(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery()])
    result = stage.handle([make_delivery(model="model@2", label="neutral")])
    stored = store["reviews"].find_one({"_id": "shop:1"})
    assert stored is not None
    assert (stored["revision"], stored["label"]) == (1, "neutral")
    assert outcomes(result) == [("shop:1", "rescored")]
    assert store["revisions"].count_documents({}) == 0


def test_an_older_look_that_arrives_late_only_joins_the_history(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery(text="Сейчас", crawled_at=LATER)])
    late = make_delivery(text="Раньше")
    for _ in range(2):
        assert stage.handle([late]).outputs == []
    stored = store["reviews"].find_one({"_id": "shop:1"})
    assert stored is not None
    assert stored["review"]["text"] == "Сейчас"
    revisions = list(store["revisions"].find({}))
    assert [one["document"]["review"]["text"] for one in revisions] == ["Раньше"]
    assert ledger_counts(store) == (2, 0)


def test_replaying_the_whole_log_with_the_same_models_changes_no_review(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    versions: list[dict[str, Any]] = [{"text": "Раз"}, {"text": "Два", "crawled_at": LATER}]
    stage.handle([make_delivery(**fields) for fields in versions])
    before = {name: list(store[name].find({})) for name in ("reviews", "revisions")}
    assert stage.handle([make_delivery(**fields) for fields in versions]).outputs == []
    assert {name: list(store[name].find({})) for name in ("reviews", "revisions")} == before


def test_a_log_begun_anew_is_counted_though_its_offsets_are(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    stage.handle([make_delivery(str(number)) for number in range(5)])
    one = make_delivery("new", written_at=clock.now() + timedelta(days=1))
    restarted = Delivery(one.record, msgspec.structs.replace(one.message, offset=0))
    stage.handle([restarted])
    stage.handle([restarted])
    assert ledger_counts(store) == (6, 0)


def test_a_backfill_is_counted_when_idle_and_survives_a_killed_worker(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    stage.handle([make_delivery(str(number), is_backfill=True) for number in range(5)])
    assert count_pending(store) == 1
    successor = StoreStage(store, clock)
    successor.tick(clock.now())
    assert count_pending(store) == 0
    assert bucket(store)["total"] == 5
    assert bucket(store)["arrivals"] == {}


def test_a_busy_worker_lets_history_wait_and_an_idle_one_counts_it(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    stage.handle([make_delivery("1", is_backfill=True)])
    for _ in range(QUIET_CALLS - 1):
        stage.tick(clock.now())
    assert count_pending(store) == 1
    stage.tick(clock.now())
    assert count_pending(store) == 0


def test_whoever_waits_for_the_end_counts_what_a_living_worker_noted(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    stage.handle([make_delivery("1", is_backfill=True)])
    settle(store, clock)
    assert count_pending(store) == 0
    assert bucket(store)["total"] == 1
    entity = store["entities"].find_one({})
    assert entity is not None
    assert (entity["total"], entity["mark"]) == (1, None)
    for _ in range(QUIET_CALLS):
        stage.tick(clock.now())
    assert bucket(store)["version"] == 1


def test_news_count_at_once_with_the_history_that_waits(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery("1", is_backfill=True)])
    stage.handle([make_delivery("2")])
    assert bucket(store)["total"] == 2
    assert count_pending(store) == 0


def test_equal_long_texts_of_negatives_count_once_short_ones_each(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    long, short = "Не советую никому, обманули с доставкой и деньгами!", "Плохо"
    texts = [long, long.upper(), short, short]
    stage.handle([make_delivery(str(n), text=text) for n, text in enumerate(texts)])
    assert bucket(store)["negative"] == 4
    assert bucket(store)["negative_distinct"] == 3


def test_unlikely_negatives_are_counted_apart(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery("1", authenticity=0.2), make_delivery("2")])
    assert bucket(store)["negative_unlikely"] == 1


def test_entities_are_a_view_over_the_buckets(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, clock: FixedClock
) -> None:
    early = datetime(2025, 1, 1, tzinfo=UTC)
    stage.handle([make_delivery("1"), make_delivery("2", published_at=early)])
    stage.tick(clock.now())
    entity = store["entities"].find_one({"_id": "acme"})
    assert entity is not None
    assert (entity["first_event_day"], entity["last_event_day"]) == ("2025-01-01", "2026-03-09")
    assert (entity["total"], entity["sources"]) == (2, {"shop": 2})


@pytest.mark.parametrize("extra", [{"big": 2**70}, {"nul\x00key": 1}])
def test_what_no_store_can_hold_is_rejected_not_a_crash(
    extra: dict[str, Any], stage: StoreStage, make_delivery: MakeDelivery
) -> None:
    with pytest.raises(InvalidRecord):
        stage.handle([make_delivery(extra=extra)])


@pytest.mark.parametrize("extra", [{"$set": {"a.b": 1}}, {"": None, "_id": [1, {"$where": "x"}]}])
def test_hostile_field_names_are_kept_as_they_are(
    extra: dict[str, Any], stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery(extra=extra)])
    stored = store["reviews"].find_one({"_id": "shop:1"})
    assert stored is not None
    assert stored["review"]["extra"] == extra


def test_two_workers_that_count_the_same_day_at_once_agree_with_the_reviews(
    store: Store, clock: FixedClock, make_delivery: MakeDelivery
) -> None:
    def work(batches: list[list[Delivery]]) -> None:
        stage = StoreStage(store, clock)
        for batch in batches:
            handle_with_retries(stage, batch)

    shares = [
        [
            [make_delivery(f"{worker}-{n}-{m}", partition=worker) for m in range(3)]
            for n in range(12)
        ]
        for worker in range(2)
    ]
    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(work, share) for share in shares]:
            done.result()
    assert bucket(store)["total"] == 72
    assert ledger_counts(store) == (72, 0)


def handle_with_retries(stage: StoreStage, batch: list[Delivery]) -> None:
    """As the runner does."""
    while True:
        try:
            stage.handle(batch)
        except StoreConflict:
            continue
        return
