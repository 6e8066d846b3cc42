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
from crawlers.conversation import Fetched, Order, Reply, Unfetched
from crawlers.file_budget import FileBudget
from crawlers.jobs import Workplace, perform
from crawlers.listing import Listing as Watched
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
from tests.crawlers.mortal_clock import MortalClock, WorkerKilled
from tests.crawlers.simulated_sites import Listing, Unrest, Weather, edits_in
from tests.crawlers.worlds import scored

REQUEST_SECONDS = 2.0
PORTION = 500
MOST_SETTLING = timedelta(days=16)
"""The longest interval, moved by its jitter, twice: by then everything was read in full."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """A pass that ended well."""

    listing: Listing
    is_full: bool
    """Whether everything was to be read."""
    is_whole: bool
    """Whether everything was read, as also happens by itself where there is little."""
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
    given_up: int = 0
    banned_requests: int = 0
    wrongly_gone_for_a_while: int = 0
    seen_at: dict[tuple[str, int], datetime] = field(default_factory=dict)
    """Review and how often it had been edited → when the store first had it so."""
    gone_at: dict[str, datetime] = field(default_factory=dict)
    """Review → when it was first called gone, rightly."""
    calm_since: datetime | None = None
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
            Watched(entity_id=one.entity_id, source=one.manner.source, url=one.url)
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
            clock=MortalClock(self.clock, self._kill_at_the_clock),
            budget=StoreBudget(self.store, self.clock, FileBudget(self.folder, self.clock)),
            progress=lambda text: None,
            environment={},
            open_fetcher=self._fetcher,
        )

    def run(self, days: float, told: Callable[[float], None] = lambda hours: None) -> None:
        """So many days of unrest, then quiet until every listing was read in full once more."""
        end = self.clock.now() + timedelta(days=days)
        while self.clock.now() < end:
            for hour in range(self.step_hours):
                self.weather.hour(self.clock.now() + timedelta(hours=hour))
            self._step(told)
        # What the last hour holds in store happens before all is quiet.
        self._step(told)
        self._is_calm = True
        self.calm_since = self.clock.now()
        self.weather.banned_until.clear()
        while not self._is_settled(self.calm_since):
            assert self.clock.now() < self.calm_since + MOST_SETTLING, "it never comes to rest"
            self._step(told)

    def _is_settled(self, since: datetime) -> bool:
        read = {one.listing.url for one in self.passes if one.is_whole and one.at > since}
        return len(read) == len(self.listings)

    def _step(self, told: Callable[[float], None]) -> None:
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
        told(self.step_hours)

    def _is_down(self) -> bool:
        """Whether there is no worker at all now."""
        if self._down_until is None:
            self._maybe_down(self.unrest.outages_per_day * self.step_hours / 24)
        elif self.clock.now() >= self._down_until:
            self._down_until = None
        return self._down_until is not None

    def _maybe_down(self, chance: float) -> None:
        if not self._is_calm and self.chance.random() < chance:
            hours = self.chance.randint(*self.unrest.outage_hours)
            self.hours_without_worker += hours
            self._down_until = self.clock.now() + timedelta(hours=hours)

    def _work(self) -> None:
        """As the worker does: take, perform, commit; who dies before that leaves it to others."""
        while self._waiting and self._down_until is None:
            job = self._waiting[0]
            try:
                self._do(job)
                self._kill(self.unrest.crashes_before_commit)
            except WorkerKilled:
                self.crashes += 1
                self._maybe_down(self.unrest.outages_after_crash)
                continue
            self._waiting.pop(0)

    def _do(self, job: CrawlJob) -> None:
        match self._schedule.take(job, self.clock.now()):
            case Take.WORK:
                self._note(job, perform(job, self._place))
            case Take.GIVE_UP:
                self._schedule.give_up(job, "its workers died", self.clock.now())
                self.given_up += 1

    def _kill(self, chance: float) -> None:
        if not self._is_calm and self.chance.random() < chance:
            raise WorkerKilled

    def _kill_at_the_clock(self) -> None:
        self._kill(self.unrest.crashes_per_look_at_the_clock)

    def _note(self, job: CrawlJob, report: CrawlReport) -> None:
        self.reports.append(report)
        if Outcome(report.outcome).is_failure:
            return
        listing = self._by_url[job.url]
        self.passes.append(
            Pass(
                listing=listing,
                is_full=job.is_full,
                is_whole=job.is_full or report.outcome == Outcome.COMPLETE,
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
        for one in deliveries:
            version = one.record.review_id, edits_in(one.record.text)
            self.seen_at.setdefault(version, self.clock.now())
        reports = self._new("crawl.reports")
        if reports:
            self._reports_stage.handle(reports)
            self._doubt([one.record for one in reports])

    def _doubt(self, reports: list[CrawlReport]) -> None:
        """Note who is called gone, and who of them stands on the site."""
        now = self.clock.now()
        for report in reports:
            listing = self._by_url[report.url or ""]
            for review_id in report.gone_ids:
                if listing.posts[int(review_id.rpartition("-")[2])].is_there(now):
                    self.wrongly_gone_for_a_while += 1
                else:
                    self.gone_at.setdefault(review_id, now)

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
        self._kill(self.unrest.crashes_per_request)
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
