"""Scheduled crawls over Kafka: a worker is killed in the middle of a job, and nothing is lost."""

from __future__ import annotations

import json
import signal
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

from crawlers.schedule import Schedule
from crawlers.worker import NAME, TOPIC
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import CrawlSettings
from pipeline.topics import TOPICS
from tests.crawlers.published import assert_balanced, read_all, reports_on, reviews_on
from tests.crawlers.site import Answer, Site, reviews_page
from tests.otzvuk.otzvuk_process import Otzvuk, Service, until

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(400)]

QUICK_LISTINGS = 3
SESSION_SECONDS = 6.0
"""The least that Kafka allows."""
STALLED = "/stalled"
HANDED_OVER_SECONDS = 240.0
"""A job that changes hands waits until its former worker is known to have left it."""
STALLED_SECONDS = 12.0
"""No other crawl takes so long."""


@pytest.fixture
def prefix() -> str:
    return f"crawl-{uuid.uuid4().hex[:8]}."


@pytest.fixture
def log(kafka_bootstrap: str, prefix: str) -> Iterator[EventLog]:
    log = open_log(
        f"kafka://{kafka_bootstrap}", prefix=prefix, session_timeout_seconds=SESSION_SECONDS
    )
    with closing(log):
        log.create_topics(TOPICS)
        yield log


@pytest.fixture
def otzvuk(
    kafka_bootstrap: str, prefix: str, store_uri: str, store: Store, tmp_path: Path
) -> Otzvuk:
    return Otzvuk(
        tmp_path,
        {
            "LOG": f"kafka://{kafka_bootstrap}",
            "TOPIC_PREFIX": prefix,
            "STORE": store_uri,
            "STORE_DATABASE": store.name,
            "ENTITIES": str(tmp_path / "entities.yaml"),
            "CRAWL__ALLOW_LOOPBACK": "true",
            "CRAWL__DELAY_SECONDS": "0",
            "CRAWL__TIMEOUT_SECONDS": "120",
            "CRAWL__RETRIES": "0",
            "STAGES__SESSION_TIMEOUT_SECONDS": str(SESSION_SECONDS),
        },
    )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Listings of two pages under two names; the second page of one never ends."""
    with Site() as site:
        urls = [site.url(STALLED)]
        site.pages[STALLED] = reviews_page(["Анна", "Борис"], next_url=f"{STALLED}?page=2")
        site.pages[f"{STALLED}?page=2"] = Answer(drip=True)
        for number in range(QUICK_LISTINGS):
            path = f"/quick{number}"
            urls.append(site.url(path, host="localhost"))
            names = [f"{name} {number}" for name in ("Вера", "Глеб", "Дина")]
            site.pages[path] = reviews_page(names[:2], next_url=f"{path}?page=2")
            site.pages[f"{path}?page=2"] = reviews_page(names[2:], day="2026-03-{:02d}")
        sources = [{"url": url, "source": "schemaorg"} for url in urls]
        entities = {"entities": {"tea": {"name": "Чай", "sources": sources}}}
        (tmp_path / "entities.yaml").write_text(json.dumps(entities), encoding="utf-8")
        yield site


def finals(log: EventLog) -> list[CrawlReport]:
    return [report for report in reports_on(log) if report.is_final]


def completed(log: EventLog) -> list[CrawlReport]:
    return [report for report in finals(log) if report.outcome == "complete"]


def lag(log: EventLog) -> int:
    return sum(part.lag for part in log.lag(NAME, [TOPIC]))


def stalled(workers: list[Service]) -> list[Service]:
    """The workers whose child has been at it for long: those of quick jobs end soon."""
    before = time.time() - STALLED_SECONDS
    return [
        worker
        for worker in workers
        if any(child.create_time() < before for child in psutil.Process(worker.pid).children())
    ]


def killed(worker: Service) -> None:
    """With SIGKILL; its child must follow."""
    children = psutil.Process(worker.pid).children()
    worker.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


def test_killed_workers_lose_no_job_and_double_no_review(
    otzvuk: Otzvuk, log: EventLog, store: Store, site: Site
) -> None:
    with ExitStack() as running:
        running.enter_context(otzvuk.running("scheduler"))
        workers = [running.enter_context(otzvuk.running("crawl-worker")) for _ in range(2)]
        until(lambda: log.members(NAME) == 2)
        until(lambda: site.paths.count(f"{STALLED}?page=2") > 0)
        until(lambda: len(stalled(workers)) == 1)
        (busy,) = stalled(workers)
        workers.remove(busy)
        read = site.paths.count(f"{STALLED}?page=2")
        killed(busy)
        until(lambda: site.paths.count(f"{STALLED}?page=2") > read)
        # A second worker joins while the first is at the job that it took over.
        workers.append(running.enter_context(otzvuk.running("crawl-worker")))
        until(lambda: log.members(NAME) == 2)
        site.pages[f"{STALLED}?page=2"] = reviews_page(["Вера"], day="2026-03-{:02d}")
        until(lambda: len(completed(log)) == QUICK_LISTINGS + 1, HANDED_OVER_SECONDS)
        until(lambda: lag(log) == 0)
        assert [worker.end() for worker in workers] == [0, 0]

    jobs: list[CrawlJob] = read_all(log, TOPIC)
    done = completed(log)
    assert Counter(job.url for job in jobs) == Counter(report.url for report in done)
    assert {report.job_id for report in done} == {job.job_id for job in jobs}
    # A job that went to another worker while it was at work ends twice.
    assert {one.outcome for one in finals(log)} - {"complete"} <= {"interrupted"}
    reviews = reviews_on(log)
    assert len(reviews) == len({review.review_id for review in reviews}) == 3 * (QUICK_LISTINGS + 1)
    assert read_all(log, "dead-letters") == []
    assert_balanced(log)
    states = Schedule(store, CrawlSettings(allow_loopback=True)).all()
    assert [(state["job_id"], state["failures"]) for state in states] == [(None, 0)] * 4
