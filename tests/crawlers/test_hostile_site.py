"""Workers read one hostile page after another: each has its named outcome, and they live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.file_budget import FileBudget
from crawlers.jobs import perform, workplace
from crawlers.listing import listing_of
from crawlers.schedule import Schedule
from crawlers.worker import NAME, CrawlWorker
from pipeline.clock import SystemClock
from pipeline.codec import encode
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store, connect, create_indexes
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import CrawlSettings, Settings, StageSettings
from pipeline.topics import TOPICS
from tests.crawlers.hostile_pages import TRAPS
from tests.crawlers.published import reports_on
from tests.crawlers.site import Site, reviews_page

WORKERS = 3
PATIENCE_SECONDS = 240.0
CRAWL = CrawlSettings(
    allow_loopback=True, delay_seconds=0.0, timeout_seconds=3.0, retries=0,
    max_response_megabytes=8, max_seconds=60, max_pages=20,
)  # fmt: skip
GOOD = "/good"


class Crew:
    """Workers of one group, who do rounds of jobs."""

    def __init__(self, log: EventLog, store: Store, folder: Path) -> None:
        self._log = log
        self._clock = SystemClock()
        self._schedule = Schedule(store, CRAWL)
        self._stop = threading.Event()
        self._workers = [
            threading.Thread(target=self._worker(store, folder / str(number)).run)
            for number in range(WORKERS)
        ]
        for worker in self._workers:
            worker.start()

    def _worker(self, store: Store, folder: Path) -> CrawlWorker:
        place = workplace(
            Settings(data_dir=str(folder), crawl=CRAWL),
            self._log, store, self._clock, lambda text: None,
        )  # fmt: skip

        def alone(job: CrawlJob, is_stopped: Callable[[], bool]) -> CrawlReport:
            # The traps share one address, but a ban by one of them is not to spare us the others.
            budget = FileBudget(folder / job.job_id, self._clock)
            return perform(job, replace(place, budget=budget), is_stopped)

        return CrawlWorker(
            self._log, self._schedule, alone, StageSettings(poll_seconds=0.05),
            self._clock, self._stop, longest_job_seconds=60.0,
        )  # fmt: skip

    def do(self, addresses: Sequence[tuple[str, str]]) -> dict[str, CrawlReport]:
        """A job for every id and address; the final reports by job id, once all are done."""
        now = self._clock.now()
        jobs = [
            CrawlJob(job_id=name, entity_id="tea", source="auto", is_full=True, url=url, due_at=now)
            for name, url in addresses
        ]
        for job in jobs:  # a listing that was read before is read again only when it is given out
            self._schedule.claim({"_id": listing_of(job).key}, job, now)
        self._log.producer().publish([encode(job) for job in jobs])
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        while self._clock.monotonic() < deadline and self._lag():
            self._clock.sleep(0.1)
        assert all(worker.is_alive() for worker in self._workers)
        return {one.job_id or "": one for one in reports_on(self._log) if one.is_final}

    def _lag(self) -> int:
        return sum(one.lag for one in self._log.lag(NAME, ["crawl.jobs"]))

    def leave(self) -> None:
        """Send them home."""
        self._stop.set()
        for worker in self._workers:
            worker.join()


@pytest.fixture(scope="module")
def ended(
    store_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, CrawlReport]]:
    """Final reports by trap: of its last pass."""
    folder = tmp_path_factory.mktemp("hostile")
    store = connect(store_uri, "hostile")
    create_indexes(store)
    log = open_log(f"sqlite:///{folder / 'log.db'}", prefix="", session_timeout_seconds=30.0)
    log.create_topics(TOPICS)
    try:
        yield _all_read(log, store, folder)
    finally:
        log.close()
        store.client.drop_database(store.name)
        store.client.close()


def _all_read(log: EventLog, store: Store, folder: Path) -> dict[str, CrawlReport]:
    """A good page before the traps, while the workers share out the work, and one after them."""
    with Site() as site:
        site.pages |= {GOOD: reviews_page(["Анна", "Борис"]), "/early": reviews_page(["Анна"])}
        for trap in TRAPS.values():
            site.pages |= trap.pages
        crew = Crew(log, store, folder)
        try:
            crew.do([("early", site.url("/early"))])
            for turn in range(max(trap.passes for trap in TRAPS.values())):
                crew.do(
                    [
                        (f"{name} {turn}", site.url(trap.first))
                        for name, trap in TRAPS.items()
                        if turn < trap.passes
                    ]
                )
            reports = crew.do([(GOOD, site.url(GOOD))])
        finally:
            crew.leave()
    last = {name: f"{name} {trap.passes - 1}" for name, trap in TRAPS.items()} | {GOOD: GOOD}
    return {name: reports[job_id] for name, job_id in last.items() if job_id in reports}


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap_has_its_named_outcome(name: str, ended: dict[str, CrawlReport]) -> None:
    trap, report = TRAPS[name], ended[name]
    assert (report.outcome, report.seen) == (trap.outcome, trap.seen), report.reason
    assert report.pages <= trap.most_pages


def test_a_good_page_after_all_traps_is_read(ended: dict[str, CrawlReport]) -> None:
    assert (ended[GOOD].outcome, ended[GOOD].seen) == ("complete", 2)
