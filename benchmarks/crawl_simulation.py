"""Thirty days of crawling on a virtual clock, then the store against the sites.

    python -m benchmarks.crawl_simulation [--entities 50] [--days 30] [--seed 1]

The real scheduler, jobs, crawls, budgets, log and store; only the sites are invented: eight sources
(two capped, one in another order, one without dates), reviews that come at random, edits, removals,
bans for hours, workers that die in the middle of a page or before they commit, hours without any.
Afterwards the sites stand still until everything was read in full once more. Ends with 1 on any
difference, and when more than 1.3 times the least possible requests were made.

The least possible are those of a crawler that makes the same passes that ended well, at the same
times, and asks in each for the fewest pages: a full pass for all, another for those down to the
last new review, the first page at least; of a listing without dates or in another order for all,
since nothing tells on which page a new review stands. Bans, crashes, overlaps and failures cost
it nothing. "With foresight" also knows where new reviews stand in those listings.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.clock import FixedClock, SystemClock
from pipeline.embedded import EmbeddedStore
from pipeline.log.open import open_log
from pipeline.mongo import connect, create_indexes
from pipeline.topics import TOPICS
from tests.crawlers.simulated_sites import MANNERS, Unrest, Weather, populated
from tests.crawlers.simulation import (
    Difference,
    Simulation,
    difference,
    least_requests,
    least_with_foresight,
)

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
MOST_RATIO = 1.3
SESSION_SECONDS = 30.0


def main() -> None:
    """Simulate, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=50)
    parser.add_argument("--sources", type=int, default=len(MANNERS))
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--step-hours", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        embedded = EmbeddedStore(Path(directory) / "store", SystemClock())
        embedded.start()
        try:
            is_good = simulated(Path(directory), embedded.uri, options)
        finally:
            embedded.stop()
    sys.exit(0 if is_good else 1)


def simulated(folder: Path, store_uri: str, options: argparse.Namespace) -> bool:
    """Whether the store equals the sites and few requests were made."""
    began = time.monotonic()
    store = connect(store_uri, "simulation")
    create_indexes(store)
    log = open_log(
        f"sqlite:///{folder / 'log.db'}", prefix="", session_timeout_seconds=SESSION_SECONDS
    )
    log.create_topics(TOPICS)
    chance, unrest = random.Random(options.seed), Unrest()
    listings = populated(MANNERS[: options.sources], options.entities, BEGIN, chance)
    simulation = Simulation(
        log, store, FixedClock(BEGIN), folder, listings, Weather(listings, unrest, chance),
        unrest, chance, step_hours=options.step_hours,
    )  # fmt: skip
    try:
        simulation.run(options.days, lambda text: print(text, file=sys.stderr, flush=True))
        found = difference(simulation)
        Console(width=100).print(table_of(simulation, found, options, time.monotonic() - began))
    finally:
        log.close()
        store.client.close()
    ratio = simulation.requests / least_requests(simulation.passes)
    return found.is_none and ratio <= MOST_RATIO


def table_of(
    simulation: Simulation, found: Difference, options: argparse.Namespace, seconds: float
) -> Table:
    """What happened, what was found, what it cost."""
    weather, requests = simulation.weather, simulation.requests
    least, foresight = least_requests(simulation.passes), least_with_foresight(simulation.passes)
    days = (simulation.clock.now() - BEGIN).days
    rows = {
        "entities, sources, listings": f"{options.entities}, {options.sources}, "
        f"{len(simulation.listings)}",
        "days of unrest, in all": f"{options.days:g}, {days}",
        "edits, removals": f"{weather.edits:,}, {weather.removals:,}",
        "bans, crashes, hours without a worker": f"{weather.bans}, {simulation.crashes}, "
        f"{simulation.hours_without_worker}",
        "passes, of them failed": f"{len(simulation.reports):,}, "
        f"{len(simulation.reports) - len(simulation.passes):,}",
        "reviews that the sites show": f"{found.shown:,}",
        "reviews in the store": f"{found.stored:,}",
        "shown but missing": f"{len(found.missing)}",
        "stored in an old version": f"{len(found.wrong_version)}",
        "called gone but there, at the end": f"{len(found.wrongly_gone)}",
        "called gone but there, on the way": f"{simulation.wrongly_gone_for_a_while}",
        "gone but not called so": f"{len(found.not_called_gone)}",
        "requests": f"{requests:,}",
        "of them into a ban": f"{simulation.banned_requests:,}",
        "least possible": f"{least:,}",
        "ratio": f"{requests / least:.3f}",
        "least with foresight, ratio": f"{foresight:,}, {requests / foresight:.3f}",
        "minutes it took": f"{seconds / 60:.1f}",
    }
    table = Table(title=f"Crawling for {days} days", show_header=False)
    for name, value in rows.items():
        table.add_row(name, value)
    return table


if __name__ == "__main__":
    main()
