"""Five days in small: the store follows the sites through bans, crashes, edits and removals."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.reckoning import (
    Difference,
    difference,
    edits,
    least_for_the_duty,
    least_for_the_same_passes,
    least_if_told,
    news,
    removals,
)
from tests.crawlers.simulated_sites import MANNERS, Unrest, Weather, populated
from tests.crawlers.simulation import Simulation
from tests.memory_store import memory_store

DAYS = 5
ENTITIES = 2
SOURCES = (MANNERS[0], MANNERS[4], MANNERS[6], MANNERS[7])
"""A capped one, one with days only, one in another order, one without dates."""
MOST_RATIO = 1.3
UNREST = Unrest(
    edits_per_day=0.4, removals_per_day=0.4, bans_per_day=0.3, crashes_per_request=0.01,
    crashes_per_look_at_the_clock=0.004, crashes_before_commit=0.01, outages_per_day=0.2,
)  # fmt: skip
CRAWL = CrawlSettings(longest_interval_days=2.0, full_every_days=2.0)


@pytest.fixture
def simulation(log: EventLog, clock: FixedClock, tmp_path: Path) -> Simulation:
    chance = random.Random(8)
    listings = populated(SOURCES, ENTITIES, NOW, chance)
    weather = Weather(listings, UNREST, chance)
    return Simulation(
        log, memory_store(), clock, tmp_path, listings, weather, UNREST, chance, CRAWL, step_hours=2
    )


def test_the_store_follows_the_sites_and_few_requests_are_made(simulation: Simulation) -> None:
    simulation.run(DAYS)
    found = difference(simulation)
    assert found.is_none, found
    assert found.shown > ENTITIES * len(SOURCES)
    assert simulation.wrongly_gone_for_a_while == 0
    for delays in (news(simulation, NOW), edits(simulation), removals(simulation)):
        assert delays.hours
        assert not delays.late
    assert min(simulation.crashes, simulation.banned_requests, simulation.weather.removals) > 0
    same = least_for_the_same_passes(simulation.passes)
    duty = least_for_the_duty(simulation.listings, NOW, simulation.clock.now(), CRAWL)
    assert least_if_told(simulation.passes) <= same <= simulation.requests
    assert simulation.requests <= MOST_RATIO * min(same, duty)


def test_a_difference_is_found(simulation: Simulation) -> None:
    """What the reckoning says of a store that somebody spoiled."""
    simulation.run(0.1)
    assert difference(simulation).is_none
    listing = simulation.listings[1]
    first, second, third = listing.shown(simulation.clock.now())[:3]
    reviews = simulation.store["reviews"]
    reviews.delete_many({"_id": listing.review_id(first.number)})
    reviews.update_one({"_id": listing.review_id(second.number)}, {"$set": {"gone": True}})
    listing.edit(third, simulation.clock.now())
    fourth = listing.shown(simulation.clock.now())[3]
    listing.remove(fourth, simulation.clock.now())
    assert difference(simulation) == Difference(
        shown=difference(simulation).shown,
        stored=difference(simulation).stored,
        missing=(listing.review_id(first.number),),
        wrong_version=(listing.review_id(third.number),),
        wrongly_gone=(listing.review_id(second.number),),
        not_called_gone=(listing.review_id(fourth.number),),
    )
    simulation.clock.advance(timedelta(days=9).total_seconds())
    assert listing.review_id(third.number) in edits(simulation).late
    assert listing.review_id(fourth.number) in removals(simulation).late
