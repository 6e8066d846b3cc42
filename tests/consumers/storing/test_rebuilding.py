"""Views made anew equal those that the stage kept."""

from __future__ import annotations

from collections.abc import Callable

from consumers.storing.rebuilding import rebuild
from consumers.storing.stage import StoreStage
from pipeline.clock import FixedClock
from pipeline.mongo import Document, Store
from pipeline.stage import Delivery


def figures(store: Store) -> list[Document]:
    hidden = {"version": 0, "updated_at": 0}
    return list(store["day_buckets"].find({"total": {"$gt": 0}}, hidden, sort=[("_id", 1)]))


def test_a_rebuild_gives_back_what_was_lost(
    store: Store, clock: FixedClock, make_delivery: Callable[..., Delivery]
) -> None:
    stage = StoreStage(store, clock)
    stage.handle([make_delivery(str(number)) for number in range(7)])
    stage.tick(clock.now())
    facts, buckets = list(store["facts"].find({}, sort=[("_id", 1)])), figures(store)
    store["facts"].delete_many({})
    store["entities"].delete_many({})
    store["day_buckets"].update_many({}, {"$set": {"total": 99}})
    assert rebuild(store, clock, lambda _: None) == 7
    assert list(store["facts"].find({}, sort=[("_id", 1)])) == facts
    assert figures(store) == buckets
    entity = store["entities"].find_one({"_id": "acme"})
    assert entity is not None
    assert entity["total"] == 7
