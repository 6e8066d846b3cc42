"""A review belongs to one entity, and does not change hands because another crawl came by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crawlers.known import owners_in
from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.worlds import World

COUNT = 5


def entities_of(store: Store) -> dict[str, str]:
    return {one["_id"]: one["entity_id"] for one in store["reviews"].find({}, {"entity_id": 1})}


def test_only_reviews_of_other_entities_have_another_owner(store: Store) -> None:
    store["reviews"].insert_many(
        [{"_id": f"shop:{n}", "entity_id": "tea" if n % 2 else "coffee"} for n in range(6)]
    )
    found = owners_in(store, "tea")([f"shop:{n}" for n in range(9)])
    assert found == {"shop:0": "coffee", "shop:2": "coffee", "shop:4": "coffee"}


def test_an_edit_seen_by_another_entity_changes_no_owner(
    log: EventLog, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    world = World(log, store, clock, tmp_path, CrawlSettings(delay_seconds=0.0))
    place = world.places["north"] = world.add("moon")
    place.shared_as = "both"
    for number in range(COUNT):
        place.write(number, NOW - timedelta(days=number + 1))
    assert world.read("moon").new == COUNT
    before = entities_of(store)
    assert set(before.values()) == {"moon"}
    place.edit(2)
    clock.advance(3_600)
    report = world.read("north", is_full=True)
    assert (report.new, report.changed) == (0, 0)
    assert any("stored for moon and stay there" in problem for problem in report.problems)
    assert entities_of(store) == before
    assert world.stored("moon")[2] == ("Отзыв 2, правка 0", False)
    world.read("moon", is_full=True)
    assert world.stored("moon")[2] == ("Отзыв 2, правка 1", False)
