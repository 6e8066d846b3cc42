"""A review that a crawl misses is marked, one that comes back is there again, none is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from consumers.storing.leaving import mark_gone
from consumers.storing.stage import StoreStage
from pipeline.clock import FixedClock
from pipeline.mongo import Document, Store
from pipeline.records import CrawlReport
from pipeline.stage import Delivery
from tests.consumers.storing.conftest import NOW

MakeDelivery = Callable[..., Delivery]
PASS = NOW + timedelta(days=7)
NEXT_PASS = NOW + timedelta(days=14)


@pytest.fixture
def stage(store: Store, clock: FixedClock) -> StoreStage:
    return StoreStage(store, clock)


def report(*ids: str, at: datetime = PASS) -> CrawlReport:
    return CrawlReport(
        crawl_id="c", sequence=1, entity_id="acme", source="shop", gone_ids=ids,
        started_at=at, reported_at=at + timedelta(minutes=5),
    )  # fmt: skip


def stored(store: Store) -> Document:
    found = store["reviews"].find_one({"_id": "shop:1"})
    assert found is not None
    return found


def ledger_total(store: Store) -> int:
    return sum(line["stored"] + line["unchanged"] for line in store["ledger"].find({}))


def test_what_a_report_names_is_marked_once_and_counted_as_before(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery("1"), make_delivery("2")])
    assert mark_gone(store, [report("shop:1", "shop:unknown")]) == 1
    assert mark_gone(store, [report("shop:1")]) == 0
    assert (stored(store)["gone"], stored(store)["gone_at"]) == (True, PASS + timedelta(minutes=5))
    assert ledger_total(store) == 2


def test_a_review_that_comes_back_is_there_again_and_an_old_report_does_not_take_it_away(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery
) -> None:
    stage.handle([make_delivery()])
    mark_gone(store, [report("shop:1")])
    back = make_delivery(crawled_at=NEXT_PASS)
    (notice,) = stage.handle([back]).outputs
    assert (stored(store)["gone"], stored(store)["revision"]) == (False, 1)
    assert getattr(notice, "outcome", None) == "changed"
    assert stage.handle([back]).outputs == [notice]
    assert mark_gone(store, [report("shop:1")]) == 0
    assert ledger_total(store) == 2


@pytest.mark.parametrize("change", [{}, {"model": "model@2"}])
def test_a_replay_of_what_was_read_before_does_not_bring_it_back(
    stage: StoreStage, store: Store, make_delivery: MakeDelivery, change: dict[str, Any]
) -> None:
    stage.handle([make_delivery()])
    mark_gone(store, [report("shop:1")])
    stage.handle([make_delivery(**change)])
    assert stored(store)["gone"]
