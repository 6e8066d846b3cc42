"""A crawl of a loopback shop by our spider and by Scrapy alone, in one run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.loopback_shop import REVIEWS, open_shop
from crawlers.conversation import Fetched, Order
from crawlers.fetching import ChildFetcher
from crawlers.jobs import run_job
from pipeline.clock import SystemClock
from pipeline.embedded import EmbeddedStore
from pipeline.log.open import open_log
from pipeline.mongo import connect, create_indexes
from pipeline.records import CrawlJob
from pipeline.settings import CrawlSettings, Settings
from pipeline.topics import TOPICS

SOURCE = "schemaorg"
CHAIN, BENCH = "Scrapy, page by page", "Scrapy, its own bench"


@dataclass(frozen=True)
class Speed:
    """How fast one crawl went, its start left out."""

    name: str
    pages_per_second: float
    cpu_ms_per_page: float
    """Processor time of the crawl's processes, the site's and the store's left out."""
    reviews_per_page: int


@dataclass(frozen=True)
class _Spent:
    seconds: float
    cpu_seconds: float


def crawls(pages: int, rounds: int, tell: Callable[[str], None]) -> list[Speed]:
    """Median of each crawl, after `rounds` of all of them in turn."""
    with open_shop() as first, _bench_server():
        ways = _ways(first)
        found: dict[str, list[Speed]] = {name: [] for name in ways}
        for number in range(1, rounds + 1):
            for name, (crawl, reviews) in ways.items():
                tell(f"round {number} of {rounds}: {name}")
                found[name].append(_speed(name, crawl, pages, reviews))
    return [_median(speeds) for speeds in found.values()]


def _ways(first: str) -> Mapping[str, tuple[Callable[[int], None], int]]:
    """Name → crawl of so many pages, and reviews that it reads on each."""
    return {
        "Otzvuk, a worker's job": (lambda pages: our_job(first, pages), REVIEWS),
        "Otzvuk, its spider process": (lambda pages: our_spider(first, pages), REVIEWS),
        CHAIN: (lambda pages: bare(first, pages, "chain"), 0),
        "Scrapy, all pages at once": (lambda pages: bare(first, pages, "heap"), 0),
        BENCH: (lambda pages: bare(first, pages, "bench"), 0),
    }


def our_spider(first: str, pages: int) -> None:
    """The process that a worker starts for a job, asked for one page after the other."""
    order = Order(
        source=SOURCE, entity_id="tea", crawl_id="benchmark", is_backfill=True,
        crawl=hurried(pages), listing=first,
    )  # fmt: skip
    url = first
    with ChildFetcher(order) as fetcher:
        for _ in range(pages):
            reply = fetcher.fetch(url, 30.0)
            if not isinstance(reply, Fetched) or len(reply.reviews) != REVIEWS:
                raise SystemExit(f"{url} was not read: {reply}")
            url = reply.next_urls[0]


def our_job(first: str, pages: int) -> None:
    """All that a worker does: its process, known reviews, the log, journal and schedule."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data_dir=directory, crawl=hurried(pages))
        embedded = EmbeddedStore(Path(directory) / "store", clock)
        embedded.start()
        store = connect(embedded.uri, "benchmark")
        log = open_log(f"sqlite:///{directory}/log.db", prefix="", session_timeout_seconds=30.0)
        try:
            create_indexes(store)
            log.create_topics(TOPICS)
            job = CrawlJob(
                job_id="b", entity_id="tea", source=SOURCE, url=first, is_full=True,
                due_at=clock.now(),
            )  # fmt: skip
            report = run_job(job, settings, log, store, clock, lambda _text: None)
        finally:
            log.close()
            store.client.close()
            embedded.stop()
    if report.new != pages * REVIEWS:
        raise SystemExit(f"{report.new} reviews were published: {report.outcome} {report.reason}")


def hurried(pages: int) -> CrawlSettings:
    """Without the polite delay, which is there to be slow."""
    return CrawlSettings(delay_seconds=0.0, allow_loopback=True, max_pages=pages)


def bare(first: str, pages: int, manner: str) -> None:
    """Scrapy without us."""
    command = [sys.executable, "-m", "benchmarks.bare_spider", manner, first, str(pages)]
    subprocess.run(command, check=True)


@contextmanager
def _bench_server() -> Iterator[None]:
    """What `scrapy bench` starts: small pages of links to each other."""
    command = [sys.executable, "-u", "-m", "scrapy.utils.benchserver"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise SystemExit("the server of scrapy bench did not start: is port 8998 taken?")
            yield
        finally:
            process.terminate()


def _speed(name: str, crawl: Callable[[int], None], pages: int, reviews: int) -> Speed:
    """What a page more costs: a crawl of many pages less one of a single page."""
    start, whole = _spent(crawl, 1), _spent(crawl, pages + 1)
    return Speed(
        name,
        pages / (whole.seconds - start.seconds),
        (whole.cpu_seconds - start.cpu_seconds) / pages * 1e3,
        reviews,
    )


def _spent(crawl: Callable[[int], None], pages: int) -> _Spent:
    wall, cpu = time.perf_counter(), _cpu_seconds()
    crawl(pages)
    return _Spent(time.perf_counter() - wall, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _median(speeds: list[Speed]) -> Speed:
    return sorted(speeds, key=lambda one: one.cpu_ms_per_page)[len(speeds) // 2]
