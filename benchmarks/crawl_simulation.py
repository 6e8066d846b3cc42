"""Thirty days of crawling on a virtual clock, then the store against the sites.

    python -m benchmarks.crawl_simulation [--world 50:1 …] [--days 30] [--write]

A world is so many entities and a seed. The real scheduler, jobs, crawls, budgets, log and storing
stage; the store is kept in memory, and the sites are invented: eight sources (two capped, one in
another order, one without dates), reviews that come at random, edits, removals, bans for hours,
workers that die between all that they write, hours without any. Afterwards the sites stand still
until everything was read in full once more. Ends with 1 when a promise is broken: the store equals
the sites within their caps, no review is called gone that is there, nothing is noticed later than
it must be, and no more than 1.3 times the least possible requests were made.

The least possible are counted in three ways, whose crawlers know ever more beforehand.

1. For the same passes: whoever makes the passes that ended well, at the same times, and asks in
   each for the fewest pages. A full pass takes all, another one those down to the last new review,
   the first page at least; of a listing without dates or in another order all, since nothing tells
   on which page a new review stands. Bans, crashes, overlaps and failed passes cost nothing.
2. For the duty: whoever visits each listing as often as the settings ask (when one new review is
   expected, within their bounds, and everything once a week), but knows from the beginning how
   often is really written there, and never fails. Visits that rest on a wrong guess of that rate
   are counted against us here. A ratio below 1 is no merit: visits were lost to outages, or
   listings with a short past were taken for quieter than they are.
3. When told: whom the sites tell of every change. Nobody is told, so that this one is no promise:
   a look at a listing where nothing happened costs it nothing.

The promise is about the first two.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawlers.outcomes import Outcome
from pipeline.clock import FixedClock
from pipeline.log.open import open_log
from pipeline.topics import TOPICS
from tests.crawlers import reckoning
from tests.crawlers.simulated_sites import MANNERS, Unrest, Weather, populated
from tests.crawlers.simulation import Simulation
from tests.memory_store import memory_store

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
MOST_RATIO = 1.3
SESSION_SECONDS = 30.0
LOOK_SECONDS = 0.5
MEMORY = Path("/dev/shm")  # nothing there outlives the run or is read again
PAGE = Path(__file__).resolve().parent.parent / "docs" / "crawl-simulation.md"


@dataclass(frozen=True)
class World:
    """What is simulated."""

    entities: int
    seed: int
    days: float
    sources: int

    @property
    def name(self) -> str:
        return f"{self.entities} entities, seed {self.seed}"


@dataclass(frozen=True)
class Result:
    """What came of it."""

    world: World
    rows: dict[str, str]
    broken: tuple[str, ...]
    """Promises that were not kept."""


def main() -> None:
    """Simulate, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--world", action="append", metavar="ENTITIES:SEED")
    parser.add_argument("--sources", type=int, default=len(MANNERS))
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--at-once", type=int, default=2, help="worlds in processes of their own")
    parser.add_argument("--write", action="store_true", help=f"the table into {PAGE.name}")
    options = parser.parse_args()
    worlds = []
    for text in options.world or ["50:1"]:
        entities, seed = map(int, text.split(":"))
        worlds.append(World(entities, seed, options.days, options.sources))
    results = simulated(worlds, options.at_once)
    Console(width=60 + 26 * len(results)).print(table_of(results))
    for result in results:
        for promise in result.broken:
            print(f"{result.world.name}: broken: {promise}", file=sys.stderr)
    if options.write:
        PAGE.write_text(page_of(results), encoding="utf-8")
    sys.exit(1 if any(result.broken for result in results) else 0)


def simulated(worlds: list[World], at_once: int) -> list[Result]:
    """All of them, with a bar for each; hours of the clock are told through a queue."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("day {task.completed:.0f}")
    with (
        multiprocessing.Manager() as manager,
        ProcessPoolExecutor(at_once) as pool,
        Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress,
    ):
        told = manager.Queue()
        futures = [pool.submit(one_world, world, told.put) for world in worlds]
        bars = {world: progress.add_task(world.name, total=world.days + 8) for world in worlds}
        while _are_running(futures):
            time.sleep(LOOK_SECONDS)
            while not told.empty():
                world, hours = told.get()
                progress.advance(bars[world], hours / 24)
        return [future.result() for future in futures]


def _are_running(futures: Iterable[Future[Result]]) -> bool:
    return any(not future.done() for future in futures)


def one_world(world: World, told: Callable[[tuple[World, float]], None]) -> Result:
    """Simulate one, with a store in memory and a log of its own."""
    began = time.monotonic()
    in_memory = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=in_memory) as directory:
        folder = Path(directory)
        log = open_log(
            f"sqlite:///{folder / 'log.db'}", prefix="", session_timeout_seconds=SESSION_SECONDS
        )
        with closing(log):
            log.create_topics(TOPICS)
            chance, unrest = random.Random(world.seed), Unrest()
            listings = populated(MANNERS[: world.sources], world.entities, BEGIN, chance)
            weather = Weather(listings, unrest, chance)
            simulation = Simulation(
                log, memory_store(), FixedClock(BEGIN), folder, listings, weather, unrest, chance
            )
            simulation.run(world.days, lambda hours: told((world, hours)))
            return judged(world, simulation, time.monotonic() - began)


def judged(world: World, simulation: Simulation, seconds: float) -> Result:
    """What happened, what was found, what it cost, and which promises it breaks."""
    found = reckoning.difference(simulation)
    new = reckoning.news(simulation, BEGIN)
    edits, removals = reckoning.edits(simulation), reckoning.removals(simulation)
    weather, requests = simulation.weather, simulation.requests
    end, passes = simulation.clock.now(), simulation.passes
    same = reckoning.least_for_the_same_passes(passes)
    duty = reckoning.least_for_the_duty(simulation.listings, BEGIN, end, simulation.crawl)
    told = reckoning.least_if_told(passes)
    failed = sum(Outcome(report.outcome).is_failure for report in simulation.reports)
    rows = {
        "listings": f"{len(simulation.listings)}",
        "days of unrest, then quiet": f"{world.days:g}, {(end - BEGIN).days - world.days:g}",
        "written, edits, removals": f"{weather.written:,}, {weather.edits:,}, {weather.removals:,}",
        "bans, hours without a worker": f"{weather.bans}, {simulation.hours_without_worker}",
        "crashes of workers, jobs given up": f"{simulation.crashes}, {simulation.given_up}",
        "passes, of them failed": f"{len(simulation.reports):,}, {failed:,}",
        "reviews that the sites show at the end": f"{found.shown:,}",
        "reviews in the store, with those gone": f"{found.stored:,}",
        "shown but missing": f"{len(found.missing)}",
        "stored in an old version": f"{len(found.wrong_version)}",
        "called gone but there, at the end": f"{len(found.wrongly_gone)}",
        "called gone but there, on the way": f"{simulation.wrongly_gone_for_a_while}",
        "gone but not called so": f"{len(found.not_called_gone)}",
        "new known within hours (half, 95 %)": _hours(new),
        "edits known within hours (half, 95 %)": _hours(edits),
        "removals known within hours (half, 95 %)": _hours(removals),
        "known later than a week and 36 hours": f"{len(new.late)}, {len(edits.late)}, "
        f"{len(removals.late)}",
        "requests, of them into a ban": f"{requests:,}, {simulation.banned_requests:,}",
        "least for the same passes, ratio": f"{same:,}, {requests / same:.3f}",
        "least for the duty, ratio": f"{duty:,}, {requests / duty:.3f}",
        "least when told of changes, ratio": f"{told:,}, {requests / told:.2f}",
        "minutes it took": f"{seconds / 60:.1f}",
    }
    promises = {
        "the store equals the sites within their caps": found.is_none,
        "no review is called gone that is there": not simulation.wrongly_gone_for_a_while,
        "nothing is known too late": not (new.late or edits.late or removals.late),
        f"at most {MOST_RATIO} times the least for the same passes": requests <= MOST_RATIO * same,
        f"at most {MOST_RATIO} times the least for the duty": requests <= MOST_RATIO * duty,
    }
    return Result(world, rows, tuple(name for name, is_kept in promises.items() if not is_kept))


def _hours(delays: reckoning.Delays) -> str:
    return f"{delays.quantile(0.5):.0f}, {delays.quantile(0.95):.0f} of {len(delays.hours):,}"


def table_of(results: list[Result]) -> Table:
    """A column for each world."""
    table = Table(title="Weeks of crawling on a virtual clock")
    table.add_column("")
    for result in results:
        table.add_column(result.world.name, justify="right")
    for name in results[0].rows:
        table.add_row(name, *(result.rows[name] for result in results))
    broken = (", ".join(result.broken) or "none" for result in results)
    table.add_row("promises broken", *broken)
    return table


def page_of(results: list[Result]) -> str:
    """The same for people who did not run it."""
    head = ["", *(result.world.name for result in results)]
    lines = [_line(head), _line(["---", *("---:" for _ in results)])]
    lines += [_line([name, *(one.rows[name] for one in results)]) for name in results[0].rows]
    lines.append(_line(["promises broken", *(", ".join(one.broken) or "none" for one in results)]))
    worlds = " ".join(f"--world {one.world.entities}:{one.world.seed}" for one in results)
    command = f"python -m benchmarks.crawl_simulation {worlds} --write"
    told = (__doc__ or "").split("\n\n", 2)[2].strip()
    return "\n".join(
        ["# Weeks of crawling on a virtual clock", "", f"Written by `{command}`.", "",
         told, "", *lines, ""]
    )  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
