"""Three weeks on a virtual clock: the store follows the sites, with few requests."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.worlds import PAGE_REVIEWS, Place, World

WEEKS = 3
STEP = timedelta(hours=1)


def populated(world: World, entity_id: str, count: int, every: timedelta) -> Place:
    place = world.add(entity_id)
    for number in range(count):
        place.write(number, NOW - (number + 1) * every)
    return place


def test_the_store_equals_the_sites_within_their_caps(
    log: EventLog, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    world = World(log, store, clock, tmp_path, CrawlSettings(delay_seconds=1.0))
    places = {
        "busy": populated(world, "busy", 60, timedelta(hours=8)),
        "quiet": populated(world, "quiet", 25, timedelta(days=9)),
        "capped": populated(world, "capped", 50, timedelta(days=2)),
    }
    places["capped"].cap = 2 * PAGE_REVIEWS
    chance = random.Random(5)
    rates = {"busy": 1 / 8, "quiet": 1 / 216, "capped": 1 / 48}
    removed: dict[str, set[int]] = {name: set() for name in places}
    last_change = NOW + timedelta(weeks=WEEKS - 1, days=-1)

    def happen(now: datetime) -> None:
        places["busy"].is_banning = 40 < (now - NOW) / STEP < 60
        if now > last_change:
            return
        for name, place in places.items():
            if chance.random() < rates[name]:
                place.write(1 + max(post.number for post in place.posts), now)
            if chance.random() < 0.02:
                place.edit(chance.choice(place.shown).number)
            if chance.random() < 0.01:
                left = chance.choice(place.shown[:PAGE_REVIEWS]).number
                removed[name].add(left)
                place.remove(left)

    world.run_until(NOW + timedelta(weeks=WEEKS), STEP, happen)
    for name, place in places.items():
        stored = world.stored(name)
        for post in place.shown:
            assert stored[post.number] == (f"Отзыв {post.number}, правка {post.edits}", False)
        there = {post.number for post in place.posts}
        gone = {number for number, (_, is_gone) in stored.items() if is_gone}
        assert gone <= removed[name], f"{name}: beyond a cap nothing is gone"
        assert gone == {number for number in stored if number not in there}
    assert any(removed.values())
    assert "captcha" in {report.outcome for report in world.reports}
    requests = sum(place.requests for place in places.values())
    visits = len(world.reports)
    full = sum(report.pages for report in world.reports if report.is_full)
    assert requests <= 1.3 * (visits - sum(r.is_full for r in world.reports) + full)
