"""Known reviews end a pass only where all below them was read, whoever read what is above."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.worlds import PAGE_REVIEWS, Place, WorkerDied, World

PAGES = 6
COUNT = PAGES * PAGE_REVIEWS


@pytest.fixture
def world(log: EventLog, store: Store, clock: FixedClock, tmp_path: Path) -> World:
    return World(log, store, clock, tmp_path, CrawlSettings(delay_seconds=0.0))


def populated(world: World, count: int = COUNT) -> Place:
    place = world.add("tea")
    for number in range(count):
        place.write(number, NOW - timedelta(days=number + 1))
    return place


def with_news(world: World, clock: FixedClock) -> Place:
    """A listing that was read in full, with four new pages a day later."""
    place = populated(world)
    assert world.read("tea").outcome == "complete"
    clock.advance(86_400)
    for number in range(COUNT, COUNT + 4 * PAGE_REVIEWS):
        place.write(number, clock.now() - timedelta(minutes=2 * COUNT - number))
    return place


def test_after_a_pass_of_few_pages_the_next_one_reads_on(world: World) -> None:
    place = populated(world)
    assert world.read("tea", max_pages=2).outcome == "capped"
    report = world.read("tea")
    assert (report.outcome, report.seen) == ("complete", COUNT)
    assert len(world.stored("tea")) == COUNT
    before = place.requests
    assert world.read("tea").outcome == "stopped_at_known"
    assert place.requests == before + 1


def test_few_pages_twice_leave_as_much_unread(world: World) -> None:
    populated(world)
    for _ in range(2):
        assert world.read("tea", max_pages=2).outcome == "capped"
    assert world.read("tea").outcome == "complete"


def test_what_a_killed_worker_left_another_one_reads(
    world: World, clock: FixedClock, tmp_path: Path
) -> None:
    place = with_news(world, clock)
    place.is_deadly_at = 3
    with pytest.raises(WorkerDied):
        world.read("tea", folder=tmp_path / "a")
    place.is_deadly_at = None
    assert len(world.stored("tea")) == COUNT + 2 * PAGE_REVIEWS
    world.read("tea", folder=tmp_path / "b")
    assert len(world.stored("tea")) == COUNT + 4 * PAGE_REVIEWS


def test_the_killed_worker_itself_goes_on_and_stops_where_it_knows(
    world: World, clock: FixedClock
) -> None:
    place = with_news(world, clock)
    place.is_deadly_at = 3
    with pytest.raises(WorkerDied):
        world.read("tea")
    place.is_deadly_at = None
    before = place.requests
    assert world.read("tea").outcome == "stopped_at_known"
    assert len(world.stored("tea")) == COUNT + 4 * PAGE_REVIEWS
    # The seam, the two pages below it, and the first that is known.
    assert place.requests - before <= 4


def test_a_position_above_another_pass_does_not_trust_what_that_one_left(
    world: World, clock: FixedClock, tmp_path: Path
) -> None:
    place = populated(world)
    place.is_deadly_at = 2
    with pytest.raises(WorkerDied):
        world.read("tea", folder=tmp_path / "a")
    place.is_deadly_at = None
    assert world.read("tea", folder=tmp_path / "b", max_pages=4).outcome == "capped"
    assert world.read("tea", folder=tmp_path / "a").outcome == "complete"
    assert len(world.stored("tea")) == COUNT


def test_a_listing_that_shows_a_third_of_what_it_claims_is_no_cap(world: World) -> None:
    place = populated(world)
    assert world.read("tea", is_full=True).outcome == "complete"
    place.cap = 2 * PAGE_REVIEWS
    report = world.read("tea", is_full=True)
    assert report.outcome == "yield_drop"
    assert f"{2 * PAGE_REVIEWS} reviews where the last full pass found {COUNT}" in report.reason
    assert not any(gone for _, gone in world.stored("tea").values())


def test_a_listing_that_never_showed_all_it_claims_is_capped(world: World) -> None:
    place = populated(world)
    place.cap = 2 * PAGE_REVIEWS
    for _ in range(2):
        assert world.read("tea", is_full=True).outcome == "capped"
