"""Weeks of crawling on a virtual clock: the real scheduler, jobs, budgets and store, with invented
sites behind the fetcher and workers that die."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from consumers.storing.reports import ReportsStage
from consumers.storing.stage import StoreStage
from crawlers import schedule
from crawlers.conversation import Fetched, Order, Reply, Unfetched
from crawlers.file_budget import FileBudget
from crawlers.jobs import Workplace, perform
from crawlers.outcomes import Outcome
from crawlers.schedule import Schedule, Take
from crawlers.scheduler import Scheduler
from crawlers.store_budget import StoreBudget
from pipeline.clock import FixedClock
from pipeline.codec import decode, encode
from pipeline.log.protocol import EventLog, TopicPartition
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import CrawlSettings, Settings
from pipeline.stage import Delivery
from pipeline.topics import TOPIC_BY_NAME
from tests.crawlers.simulated_sites import Listing, Unrest, Weather, text_of
from tests.crawlers.worlds import scored

REQUEST_SECONDS = 2.0
PORTION = 500
MOST_SETTLING = timedelta(days=16)
"""The longest interval, moved by its jitter, twice: by then everything was read in full."""


class WorkerKilled(BaseException):
    """As if the process had got SIGKILL."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """A pass that ended well."""

    listing: Listing
    is_full: bool
    at: datetime
    since: datetime | None
    """The end of the one before."""


@dataclass
class Simulation:
    """Everything in this process and on one clock; `run` is its life."""

    log: EventLog
    store: Store
    clock: FixedClock
    folder: Path
    listings: list[Listing]
    weather: Weather
    unrest: Unrest
    chance: random.Random
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    step_hours: int = 1
    """How often the scheduler looks."""
    passes: list[Pass] = field(default_factory=list)
    reports: list[CrawlReport] = field(default_factory=list)
    crashes: int = 0
    hours_without_worker: int = 0
    banned_requests: int = 0
    wrongly_gone_for_a_while: int = 0
    _offsets: dict[TopicPartition, int] = field(default_factory=dict)
    _waiting: list[CrawlJob] = field(default_factory=list)
    """Jobs that no worker has committed."""
    _down_until: datetime | None = None
    _is_calm: bool = False

    def __post_init__(self) -> None:
        self._by_url = {listing.url: listing for listing in self.listings}
        self._last: dict[str, datetime] = {}
        self._stage = StoreStage(self.store, self.clock)
        self._reports_stage = ReportsStage(self.store, self.clock)
        self._schedule = Schedule(self.store, self.crawl)
        producer = self.log.producer()
        watched = [
            schedule.Listing(entity_id=one.entity_id, source=one.manner.source, url=one.url)
            for one in self.listings
        ]
        self._scheduler = Scheduler(
            self._schedule,
            lambda: watched,
            lambda job: producer.publish([encode(job)]),
            self.clock,
        )
        self._place = Workplace(
            settings=Settings(data_dir=str(self.folder), crawl=self.crawl),
            log=self.log,
            store=self.store,
            clock=self.clock,
            budget=StoreBudget(self.store, self.clock, FileBudget(self.folder, self.clock)),
            progress=lambda text: None,
            environment={},
            open_fetcher=self._fetcher,
        )

    def run(self, days: float, told: Callable[[str], None] = lambda text: None) -> None:
        """So many days of unrest, then quiet until every listing was read in full once more."""
        end = self.clock.now() + timedelta(days=days)
        while self.clock.now() < end:
            for _ in range(self.step_hours):
                self.weather.hour(self.clock.now())
            self._step(told)
        self._is_calm = True
        calm_since = self.clock.now()
        self.weather.banned_until.clear()
        while not self._is_settled(calm_since):
            assert self.clock.now() < calm_since + MOST_SETTLING, "it never comes to rest"
            self._step(told)

    def _is_settled(self, since: datetime) -> bool:
        read = {one.listing.url for one in self.passes if one.is_full and one.at > since}
        return len(read) == len(self.listings)

    def _step(self, told: Callable[[str], None]) -> None:
        until = self.clock.now() + timedelta(hours=self.step_hours)
        while True:
            given = self._scheduler.round()
            self._waiting += [one.record for one in self._new("crawl.jobs")]
            if self._is_down():
                break
            if not self._waiting:
                break
            self._work()
            self.feed()
            if not given:
                break
        if self.clock.now() < until:
            self.clock.set(until)
        if until.hour < self.step_hours:
            told(f"{until:%Y-%m-%d}: {len(self.reports)} passes, {self.requests} requests")

    def _is_down(self) -> bool:
        """Whether there is no worker at all now."""
        now = self.clock.now()
        is_out = self.chance.random() < self.unrest.outages_per_day * self.step_hours / 24
        if self._down_until is None and is_out and not self._is_calm:
            hours = self.chance.randint(*self.unrest.outage_hours)
            self.hours_without_worker += hours
            self._down_until = now + timedelta(hours=hours)
        if self._down_until is not None and now >= self._down_until:
            self._down_until = None
        return self._down_until is not None

    def _work(self) -> None:
        """As the worker does: take, perform, commit; who dies before that leaves it to others."""
        while self._waiting:
            job = self._waiting[0]
            if self._schedule.take(job, self.clock.now()) is Take.WORK:
                try:
                    self._note(job, perform(job, self._place))
                except WorkerKilled:
                    self.crashes += 1
                    continue
            if not self._is_calm and self.chance.random() < self.unrest.crashes_before_commit:
                self.crashes += 1
                continue
            self._waiting.pop(0)

    def _note(self, job: CrawlJob, report: CrawlReport) -> None:
        self.reports.append(report)
        if Outcome(report.outcome).is_failure:
            return
        listing = self._by_url[job.url]
        self.passes.append(
            Pass(
                listing=listing,
                is_full=job.is_full or report.outcome == "complete",
                at=self.clock.now(),
                since=self._last.get(job.url),
            )
        )
        self._last[job.url] = self.clock.now()

    @property
    def requests(self) -> int:
        """Pages that were asked for, whatever came of it."""
        return sum(listing.requests for listing in self.listings)

    def feed(self) -> None:
        """Move what is on the log into the store."""
        deliveries = self._new("reviews.raw")
        for start in range(0, len(deliveries), PORTION):
            self._stage.handle(
                [
                    Delivery(scored(one.record), one.message)
                    for one in deliveries[start : start + PORTION]
                ]
            )
        self._stage.tick(self.clock.now())
        reports = self._new("crawl.reports")
        if reports:
            self._reports_stage.handle(reports)
            self._doubt([one.record for one in reports])

    def _doubt(self, reports: list[CrawlReport]) -> None:
        gone = {review_id for report in reports for review_id in report.gone_ids}
        if not gone:
            return
        now = self.clock.now()
        self.wrongly_gone_for_a_while += sum(
            listing.review_id(post.number) in gone
            for listing in self.listings
            for post in listing.posts.values()
            if post.is_there(now)
        )

    def _new(self, topic: str) -> list[Delivery]:
        found = []
        for number in range(TOPIC_BY_NAME[topic].partitions):
            partition = TopicPartition(topic, number)
            for message in self.log.read(partition, self._offsets.get(partition, 0), 100_000):
                self._offsets[partition] = message.offset + 1
                found.append(Delivery(decode(message), message))
        return found

    @contextmanager
    def _fetcher(self, order: Order, _is_stopped: Callable[[], bool]) -> Iterator[_Reader]:
        assert order.listing is not None
        yield _Reader(self, self._by_url[order.listing], order)

    def answer(self, listing: Listing, order: Order, url: str) -> Reply:
        """What the site says to one request, unless it kills who asks."""
        listing.requests += 1
        self.clock.advance(REQUEST_SECONDS)
        now = self.clock.now()
        if not self._is_calm and self.chance.random() < self.unrest.crashes_per_request:
            raise WorkerKilled
        if self.weather.bans_now(listing, now):
            self.banned_requests += 1
            return Unfetched(url=url, outcome=Outcome.BLOCKED, reason="HTTP 403")
        number = int(url.partition("simulated-page=")[2] or 1)
        posts, is_more = listing.page(number, now)
        mark = "&" if "?" in listing.url else "?"
        return Fetched(
            url=url,
            source=listing.manner.source,
            reviews=tuple(listing.review(post, order, now) for post in posts),
            next_urls=(f"{listing.url}{mark}simulated-page={number + 1}",) if is_more else (),
            claimed_total=len(listing.there(now)) if listing.manner.claims else None,
        )


@dataclass(frozen=True)
class _Reader:
    simulation: Simulation
    listing: Listing
    order: Order

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        return self.simulation.answer(self.listing, self.order, url)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The store against the sites, when both rest."""

    shown: int
    stored: int
    missing: tuple[str, ...]
    wrong_version: tuple[str, ...]
    wrongly_gone: tuple[str, ...]
    not_called_gone: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        faults = self.missing, self.wrong_version, self.wrongly_gone, self.not_called_gone
        return not any(faults)


def difference(simulation: Simulation) -> Difference:
    """Compare every review that a visitor can reach, and every stored one that is not there.

    Beyond a cap nothing can be known: what was removed below the last review that is shown need
    not be called gone.
    """
    now = simulation.clock.now()
    found = simulation.store["reviews"].find({}, {"review.text": 1, "gone": 1})
    stored = {one["_id"]: (one["review"]["text"], one["gone"]) for one in found}
    shown, missing, wrong, lost, kept = 0, [], [], [], []
    for listing in simulation.listings:
        visible = listing.shown(now)
        shown += len(visible)
        is_capped = len(visible) < len(listing.there(now))
        for post in visible:
            review_id = listing.review_id(post.number)
            if review_id not in stored:
                missing.append(review_id)
            elif stored[review_id][0] != text_of(post):
                wrong.append(review_id)
        for post in listing.posts.values():
            review_id = listing.review_id(post.number)
            is_gone = stored.get(review_id, ("", False))[1]
            if post.is_there(now):
                lost += [review_id] if is_gone else []
            elif review_id in stored and not is_gone:
                is_reachable = not is_capped or post.written_at > visible[-1].written_at
                kept += [review_id] if is_reachable else []
    return Difference(
        shown=shown,
        stored=len(stored),
        missing=tuple(missing),
        wrong_version=tuple(wrong),
        wrongly_gone=tuple(lost),
        not_called_gone=tuple(kept),
    )


def least_requests(passes: list[Pass]) -> int:
    """Pages that every crawler has to ask for that reads as often, and as often in full.

    A full pass takes all pages; another one those down to the last new review, the first page at
    least; of a listing without dates or in another order all, since only a reader of the last
    page knows that nothing new stands there. Bans, crashes and overlaps take nothing.
    """
    return sum(
        one.listing.pages(one.at)
        if one.is_full or one.since is None or one.listing.manner.is_read_whole
        else one.listing.pages_with_new(one.since, one.at)
        for one in passes
    )


def least_with_foresight(passes: list[Pass]) -> int:
    """As `least_requests`, but by somebody who also knows beforehand where the new ones stand."""
    return sum(
        one.listing.pages(one.at)
        if one.is_full or one.since is None
        else one.listing.pages_with_new(one.since, one.at)
        for one in passes
    )
