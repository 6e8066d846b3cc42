"""Runs one crawl job from its order to its report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from crawlers.conversation import Order
from crawlers.crawl import Crawl
from crawlers.fetching import ChildFetcher
from crawlers.journal import open_journal
from crawlers.known import known_in, was_read_before
from crawlers.publishing import Publisher, Run
from crawlers.recognition import AUTO, source_named
from pipeline.clock import Clock
from pipeline.errors import StoreUnavailable
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import Settings

Progress = Callable[[str], None]


def run_job(
    job: CrawlJob,
    settings: Settings,
    log: EventLog,
    store: Store | None,
    clock: Clock,
    progress: Progress,
) -> CrawlReport:
    """Crawl in a child process and publish; without a store nothing is known beforehand.

    Raises UsageError for an unknown source, or while the same address is being crawled.
    """
    check_source(job.source)
    order = _order(job, settings, store)
    run = Run(
        crawl_id=order.crawl_id,
        entity_id=job.entity_id,
        source=job.source,
        url=job.url,
        is_backfill=order.is_backfill,
        started_at=clock.now(),
    )
    publisher = Publisher(
        log.producer(), run, clock, known_in(store) if store is not None else None
    )
    try:
        with (
            open_journal(Path(settings.data_dir), job, clock.now()) as journal,
            ChildFetcher(order) as fetcher,
        ):
            crawl = Crawl(
                job=job,
                settings=settings.crawl,
                fetcher=fetcher,
                publisher=publisher,
                journal=journal,
                clock=clock,
                start_urls=lambda source: start_urls(source, job.url),
                progress=progress,
            )
            return crawl.run()
    finally:
        publisher.close()


def check_source(name: str) -> None:
    """Raises UsageError for a source that does not exist."""
    if name != AUTO:
        source_named(name)


def start_urls(source: str, url: str) -> tuple[str, ...]:
    """Addresses where reading begins; the page itself while its source is not known."""
    return (url,) if source == AUTO else source_named(source).start_urls(url)


def _order(job: CrawlJob, settings: Settings, store: Store | None) -> Order:
    return Order(
        source=job.source,
        entity_id=job.entity_id,
        crawl_id=uuid.uuid4().hex,
        is_backfill=store is None or _is_first_pass(store, job),
        crawl=settings.crawl,
    )


def _is_first_pass(store: Store, job: CrawlJob) -> bool:
    """History must not ring as news: in doubt the pass counts as the first."""
    try:
        return not was_read_before(store, job.entity_id, job.source, job.url)
    except StoreUnavailable:
        return True
