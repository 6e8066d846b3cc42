"""Runs one crawl job from its order to its report."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from crawlers.browser import check_browser
from crawlers.budget import Budget
from crawlers.conversation import Order
from crawlers.crawl import Crawl
from crawlers.fetching import ChildFetcher, Fetcher, never
from crawlers.file_budget import FileBudget
from crawlers.health import History
from crawlers.journal import open_journal
from crawlers.keys import KeyMissing, Secrets, check_options, options_of, secrets_of
from crawlers.known import known_in, owners_in, places_in, was_read_before
from crawlers.outcomes import Outcome
from crawlers.publishing import Publisher, Run
from crawlers.recognition import AUTO, source_named
from crawlers.schedule import Schedule
from crawlers.selection import everything
from crawlers.source import Access
from crawlers.store_budget import StoreBudget
from crawlers.watching import WatchedNames
from pipeline.clock import Clock
from pipeline.errors import StoreUnavailable, UsageError
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings, Settings

Progress = Callable[[str], None]
OpenFetcher = Callable[[Order, Callable[[], bool]], AbstractContextManager[Fetcher]]


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """What every job of a process is done with."""

    settings: Settings
    log: EventLog
    store: Store | None
    """Without it nothing is known beforehand, and nothing can be gone."""
    clock: Clock
    budget: Budget
    progress: Progress
    environment: Mapping[str, str]
    """Where keys are."""
    open_fetcher: OpenFetcher = ChildFetcher
    is_about: Callable[[str], Callable[[Review], bool]] = lambda _entity_id: everything
    """Entity id → whether a mention speaks of it."""


def run_job(
    job: CrawlJob,
    settings: Settings,
    log: EventLog,
    store: Store | None,
    clock: Clock,
    progress: Progress,
) -> CrawlReport:
    """Crawl in a child process and publish.

    Raises UsageError for an unknown source, or while the same address is being crawled.
    """
    return perform(job, workplace(settings, log, store, clock, progress))


def workplace(
    settings: Settings, log: EventLog, store: Store | None, clock: Clock, progress: Progress
) -> Workplace:
    """The usual one: child processes, the environment's keys, and budgets that all share.

    Raises ConfigurationError for options of a source that does not exist.
    """
    check_options(settings.crawl)
    local = FileBudget(Path(settings.data_dir), clock)
    return Workplace(
        settings=settings,
        log=log,
        store=store,
        clock=clock,
        budget=local if store is None else StoreBudget(store, clock, local),
        progress=progress,
        environment=os.environ,
        is_about=WatchedNames(
            Path(settings.entities), allow_loopback=settings.crawl.allow_loopback
        ),
    )


def perform(job: CrawlJob, place: Workplace, is_stopped: Callable[[], bool] = never) -> CrawlReport:
    """One job from its order to its report, noted in the schedule.

    Raises UsageError for an unknown source, or while the same address is being crawled.
    """
    check_source(job.source)
    report = _published(job, place, is_stopped)
    if place.store is not None:
        try:
            _schedule(place.store, job, place).finished(job, report, place.clock.now())
        except StoreUnavailable as error:
            place.progress(f"the schedule was not updated: {error}")
    return report


def check_source(name: str) -> None:
    """Raises UsageError for a source that does not exist."""
    if name != AUTO:
        source_named(name)


def start_urls(source: str, url: str, key: str | None = None) -> tuple[str, ...]:
    """Addresses where reading begins: of the official API when there is a key, else of the
    public pages; the page itself while its source is not known.

    Raises KeyMissing for a source that shows nothing without its key, UsageError for an address
    that is not the source's.
    """
    if source == AUTO:
        return (url,)
    named = source_named(source)
    if key is not None and (found := named.api_urls(url)):
        return found
    if named.access.needs_key and key is None:
        raise KeyMissing(
            f"{source} shows nothing without the key of its API: export {named.access.key}, and "
            f"name the source ({source}) beside the address"
        )
    return named.start_urls(url)


def _published(job: CrawlJob, place: Workplace, is_stopped: Callable[[], bool]) -> CrawlReport:
    crawl_settings = effective(place.settings.crawl, job.source)
    order = _order(job, place, crawl_settings)
    try:
        secrets = secrets_of(job.source, crawl_settings, place.environment)
        if order.use_browser:
            check_browser()
        is_api = _asks_api(job, secrets)
    except UsageError as error:
        return _refused(job, order, place, error)
    order = replace(order, secrets=secrets)
    run = replace(_run(job, order, place), is_api=is_api)
    known = known_in(place.store) if place.store is not None else None
    with (
        closing(Publisher(place.log.producer(), run, place.clock, known)) as publisher,
        open_journal(Path(place.settings.data_dir), job, place.clock.now()) as journal,
        place.open_fetcher(order, is_stopped) as fetcher,
    ):
        crawl = Crawl(
            job=job,
            settings=crawl_settings,
            fetcher=fetcher,
            publisher=publisher,
            journal=journal,
            clock=place.clock,
            start_urls=lambda source: start_urls(
                source, job.url, secrets.key if source == job.source else None
            ),
            progress=place.progress,
            access=access_of,
            history=_history(job, place),
            is_api=is_api,
            places=None if place.store is None else places_in(place.store, job.entity_id, job.url),
            owners=None if place.store is None else owners_in(place.store, job.entity_id),
            unread_since=_unread_since(job, place),
            begins=lambda now: _note_begin(job, place, now),
            is_about=place.is_about(job.entity_id),
            budget=place.budget,
            is_stopped=is_stopped,
        )
        return crawl.run()


def access_of(source: str) -> Access:
    """Where a source ends; nowhere while it is not known."""
    return Access() if source == AUTO else source_named(source).access


def effective(crawl: CrawlSettings, source: str) -> CrawlSettings:
    """The settings with the source's own in place of the general ones."""
    options = options_of(source, crawl)
    delay, pages = options.delay_seconds, options.max_pages
    return replace(
        crawl,
        delay_seconds=crawl.delay_seconds if delay is None else delay,
        max_pages=crawl.max_pages if pages is None else min(pages, crawl.max_pages),
    )


def _asks_api(job: CrawlJob, secrets: Secrets) -> bool:
    if job.source == AUTO or secrets.key is None:
        return False
    return bool(source_named(job.source).api_urls(job.url))


def _refused(job: CrawlJob, order: Order, place: Workplace, error: UsageError) -> CrawlReport:
    """The report of a crawl that could not begin."""
    with closing(
        Publisher(place.log.producer(), _run(job, order, place), place.clock)
    ) as publisher:
        return publisher.finish(Outcome.FAILED, str(error))


def _run(job: CrawlJob, order: Order, place: Workplace) -> Run:
    return Run(
        crawl_id=order.crawl_id,
        entity_id=job.entity_id,
        source=job.source,
        url=job.url,
        is_backfill=order.is_backfill,
        is_full=job.is_full,
        job_id=job.job_id,
        started_at=place.clock.now(),
    )


def _order(job: CrawlJob, place: Workplace, crawl: CrawlSettings) -> Order:
    return Order(
        source=job.source,
        entity_id=job.entity_id,
        crawl_id=uuid.uuid4().hex,
        is_backfill=place.store is None or _is_first_pass(place.store, job),
        crawl=crawl,
        listing=job.url,
        use_browser=options_of(job.source, crawl).browser,
    )


def _is_first_pass(store: Store, job: CrawlJob) -> bool:
    """History must not ring as news: in doubt the pass counts as the first."""
    try:
        return not was_read_before(store, job.entity_id, job.source, job.url)
    except StoreUnavailable:
        return True


def _history(job: CrawlJob, place: Workplace) -> History:
    if place.store is None:
        return History()
    try:
        return _schedule(place.store, job, place).history(job)
    except StoreUnavailable:
        return History()


def _schedule(store: Store, job: CrawlJob, place: Workplace) -> Schedule:
    return Schedule(store, effective(place.settings.crawl, job.source))


def _unread_since(job: CrawlJob, place: Workplace) -> datetime | None:
    """In doubt there are unread reviews below the known ones."""
    if place.store is None:
        return None
    try:
        return _schedule(place.store, job, place).unread_since(job)
    except StoreUnavailable:
        return place.clock.now()


def _note_begin(job: CrawlJob, place: Workplace, now: datetime) -> None:
    if place.store is None:
        return
    try:
        _schedule(place.store, job, place).begins(job, now)
    except StoreUnavailable as error:
        place.progress(f"the schedule was not updated: {error}")
