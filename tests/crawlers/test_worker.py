"""Jobs from the schedule over the log to their report, with real processes and without."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from crawlers.jobs import perform, workplace
from crawlers.listing import Listing, listing_of
from crawlers.outcomes import Outcome
from crawlers.schedule import MOST_ATTEMPTS, Schedule, Take
from crawlers.scheduler import Scheduler
from crawlers.worker import NAME, CrawlWorker, Perform
from pipeline import metrics
from pipeline.clock import Clock, FixedClock, SystemClock
from pipeline.codec import encode
from pipeline.errors import UsageError
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import CrawlSettings, Settings, StageSettings
from tests.crawlers.published import read_all, reports_on, reviews_on
from tests.crawlers.site import Site, reviews_page

QUICK = CrawlSettings(allow_loopback=True, delay_seconds=0.0, timeout_seconds=5.0, retries=0)
STAGES = StageSettings(poll_seconds=0.05)
PATIENCE_SECONDS = 60.0


def scheduler_of(store: Store, log: EventLog, clock: Clock, *urls: str) -> Scheduler:
    producer = log.producer()
    return Scheduler(
        Schedule(store, QUICK),
        lambda: [Listing(entity_id="tea", source="auto", url=url) for url in urls],
        lambda job: producer.publish([encode(job)]),
        clock,
    )


@contextmanager
def working(
    log: EventLog, store: Store, clock: Clock, perform: Perform
) -> Iterator[threading.Event]:
    """A worker in a thread; whatever it ends with is raised."""
    stop = threading.Event()
    failures: list[BaseException] = []
    worker = CrawlWorker(
        log, Schedule(store, QUICK), perform, STAGES, clock, stop, longest_job_seconds=60.0
    )

    def run() -> None:
        try:
            worker.run()
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    for failure in failures:
        raise failure


def wait_for(condition: Callable[[], bool]) -> None:
    clock = SystemClock()
    deadline = clock.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert clock.monotonic() < deadline, "it did not happen in time"
        clock.sleep(0.05)


def lag(log: EventLog) -> int:
    return sum(part.lag for part in log.lag(NAME, ["crawl.jobs"]))


def reported(job: CrawlJob, outcomes: Sequence[Outcome] = (Outcome.COMPLETE,)) -> CrawlReport:
    return CrawlReport(
        crawl_id="c", sequence=0, entity_id=job.entity_id, source=job.source, url=job.url,
        is_final=True, outcome=outcomes[0], started_at=job.due_at, reported_at=job.due_at,
    )  # fmt: skip


def test_a_due_listing_is_crawled_and_due_again_later(
    log: EventLog, store: Store, site: Site, tmp_path: Path
) -> None:
    clock = SystemClock()
    url = site.url("/tea")
    site.pages["/tea"] = reviews_page(["Анна", "Борис"])
    settings = Settings(data_dir=str(tmp_path), crawl=QUICK)
    place = workplace(settings, log, store, clock, lambda text: None)
    scheduler = scheduler_of(store, log, clock, url)
    (job,) = scheduler.round()
    assert job.is_full
    assert scheduler.round() == [], "one job at a time for a listing"
    with working(log, store, clock, lambda job, stopped: perform(job, place, stopped)):
        wait_for(lambda: lag(log) == 0)
    (report,) = [report for report in reports_on(log) if report.is_final]
    assert (report.outcome, report.job_id, report.seen) == ("complete", job.job_id, 2)
    assert {review.listing for review in reviews_on(log)} == {url}
    (state,) = Schedule(store, QUICK).all()
    assert (state["job_id"], state["failures"], state["read_as"]) == (None, 0, "schemaorg")
    assert state["last"]["outcome"] == "complete"
    assert state["due_at"] > clock.now() + timedelta(hours=5)
    assert scheduler.round() == []


def test_a_worker_that_is_stopped_leaves_its_job_to_the_next(log: EventLog, store: Store) -> None:
    clock = SystemClock()
    (job,) = scheduler_of(store, log, clock, "https://shop.example/tea").round()
    started = threading.Event()

    def endless(job: CrawlJob, is_stopped: Callable[[], bool]) -> CrawlReport:
        started.set()
        while not is_stopped():
            clock.sleep(0.02)
        return reported(job, [Outcome.INTERRUPTED])

    with working(log, store, clock, endless):
        assert started.wait(PATIENCE_SECONDS)
    assert lag(log) == 1
    done: list[str] = []

    def quick(job: CrawlJob, is_stopped: Callable[[], bool]) -> CrawlReport:
        done.append(job.job_id)
        return reported(job)

    with working(log, store, clock, quick):
        wait_for(lambda: lag(log) == 0)
    assert done == [job.job_id]


def test_a_job_that_kills_its_workers_is_dead_lettered_in_the_end(
    log: EventLog, store: Store
) -> None:
    clock = SystemClock()
    scheduler_of(store, log, clock, "https://shop.example/tea").round()
    tries: list[str] = []

    def deadly(job: CrawlJob, is_stopped: Callable[[], bool]) -> CrawlReport:
        tries.append(job.job_id)
        raise ZeroDivisionError("as if the process were killed")

    for _ in range(MOST_ATTEMPTS):
        worker = CrawlWorker(
            log, Schedule(store, QUICK), deadly, STAGES, clock, threading.Event(),
            longest_job_seconds=60.0,
        )  # fmt: skip
        with pytest.raises(ZeroDivisionError):
            worker.run()
    assert lag(log) == 1
    with working(log, store, clock, deadly):
        wait_for(lambda: lag(log) == 0)
    assert len(tries) == MOST_ATTEMPTS
    (letter,) = read_all(log, "dead-letters")
    assert letter.stage == NAME
    assert "shop.example" in letter.reason
    (state,) = Schedule(store, QUICK).all()
    assert (state["job_id"], state["failures"]) == (None, 1)


def test_a_job_that_nobody_can_do_is_dead_lettered_at_once(log: EventLog, store: Store) -> None:
    clock = SystemClock()
    scheduler_of(store, log, clock, "https://shop.example/tea").round()

    def unknown(job: CrawlJob, is_stopped: Callable[[], bool]) -> CrawlReport:
        raise UsageError("there is no such source")

    with working(log, store, clock, unknown):
        wait_for(lambda: lag(log) == 0)
    (letter,) = read_all(log, "dead-letters")
    assert "no such source" in letter.reason


def test_a_lost_job_is_given_out_again_and_the_old_one_skipped(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    schedule = Schedule(store, QUICK)
    scheduler = scheduler_of(store, log, clock, "https://shop.example/tea")
    (lost,) = scheduler.round()
    clock.advance(7 * 3_600)
    (again,) = scheduler.round()
    assert again.job_id != lost.job_id
    assert schedule.take(lost, clock.now()) is Take.SKIP
    assert schedule.take(again, clock.now()) is Take.WORK


def test_one_site_gets_one_job_at_a_time(log: EventLog, store: Store, clock: FixedClock) -> None:
    scheduler = scheduler_of(
        store, log, clock, "https://shop.example/a", "https://m.shop.example/b",
        "https://other.example/c",
    )  # fmt: skip
    first = scheduler.round()
    assert len(first) == 2
    assert len({listing_of(job).site for job in first}) == 2
    schedule = Schedule(store, QUICK)
    for job in first:
        schedule.finished(job, reported(job), clock.now())
    clock.advance(10)
    (last,) = scheduler.round()
    assert listing_of(last).site == "shop.example"


def test_what_is_not_watched_any_more_is_left_alone(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    scheduler_of(store, log, clock, "https://shop.example/a")
    Schedule(store, QUICK).sync(
        [Listing(entity_id="tea", source="auto", url="https://shop.example/a")], clock.now()
    )
    assert scheduler_of(store, log, clock).round() == []
    assert [one["is_watched"] for one in Schedule(store, QUICK).all()] == [False]


def test_a_limited_pass_by_hand_does_not_stand_for_the_full_one(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    schedule = Schedule(store, QUICK)
    scheduler = scheduler_of(store, log, clock, "https://shop.example/tea")
    (first,) = scheduler.round()
    by_hand = msgspec.structs.replace(first, job_id="by hand")
    schedule.finished(by_hand, reported(by_hand, [Outcome.CAPPED]), clock.now())
    (state,) = schedule.all()
    assert state.get("last_full_at") is None
    assert state["job_id"] == first.job_id
    schedule.finished(first, reported(first, [Outcome.CAPPED]), clock.now())
    (state,) = schedule.all()
    assert state["last_full_at"] == clock.now()
    clock.advance(2 * 86_400)
    assert [job.is_full for job in scheduler.round()] == [False]


def test_failures_back_off_and_a_success_forgets_them(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    schedule = Schedule(store, QUICK)
    scheduler = scheduler_of(store, log, clock, "https://shop.example/tea")
    waits = []
    for _ in range(4):
        (job,) = scheduler.round()
        schedule.finished(job, reported(job, [Outcome.TIMEOUT]), clock.now())
        (state,) = schedule.all()
        waits.append((state["due_at"] - clock.now()).total_seconds())
        clock.set(state["due_at"])
        clock.advance(1)
    assert all(later > 1.6 * one for one, later in pairwise(waits))
    (job,) = scheduler.round()
    schedule.finished(job, reported(job), clock.now())
    assert schedule.all()[0]["failures"] == 0


def test_a_listing_that_falls_silent_is_called_stale(
    log: EventLog, store: Store, clock: FixedClock
) -> None:
    today = clock.now().date()
    for age in range(20, 200):
        day = (today - timedelta(days=age)).isoformat()
        store["day_buckets"].insert_one(
            {"_id": f"tea|{day}|shop", "entity_id": "tea", "day": day, "source": "shop", "total": 2}
        )
    schedule = Schedule(store, QUICK)
    scheduler = scheduler_of(store, log, clock, "https://shop.example/tea")
    (job,) = scheduler.round()
    report = msgspec.structs.replace(reported(job), read_as="shop")
    schedule.finished(job, report, clock.now())
    (state,) = schedule.all()
    assert state["is_stale"]
    assert state["freshness"]["silent_days"] == 20
    clock.advance(60)
    scheduler.round()
    value = metrics.REGISTRY.get_sample_value
    assert value("otzvuk_crawl_listings", {"source": "shop", "state": "stale"}) == 1
