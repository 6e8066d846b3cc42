"""Listings that change with a virtual clock, and a store that is fed from the log at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace as replace_struct

from consumers.storing.reports import ReportsStage
from consumers.storing.stage import StoreStage
from crawlers.conversation import Fetched, Order, Reply, Unfetched
from crawlers.file_budget import FileBudget
from crawlers.jobs import Workplace, perform
from crawlers.listing import Listing
from crawlers.outcomes import Outcome
from crawlers.schedule import Schedule
from crawlers.scheduler import Scheduler
from crawlers.store_budget import StoreBudget
from pipeline.clock import FixedClock
from pipeline.codec import decode, encode
from pipeline.identity import make_review
from pipeline.log.protocol import EventLog, TopicPartition
from pipeline.mongo import Store
from pipeline.records import (
    Authenticity,
    CrawlJob,
    CrawlReport,
    Probabilities,
    Review,
    ScoredReview,
    Understanding,
)
from pipeline.settings import CrawlSettings, Settings
from pipeline.stage import Delivery
from pipeline.topics import TOPIC_BY_NAME

PAGE_REVIEWS = 10
SOURCE = "schemaorg"
REQUEST_SECONDS = 2.0


@dataclass(frozen=True)
class Post:
    """A review on an invented site."""

    number: int
    written_at: datetime
    edits: int = 0


@dataclass
class Place:
    """One listing, newest first; whoever asks may be shut out."""

    url: str
    posts: list[Post] = field(default_factory=list)
    cap: int | None = None
    is_banning: bool = False
    shared_as: str = ""
    """Part of the ids where several entities see the same reviews."""
    is_deadly_at: int | None = None
    """Page at which the worker that asks for it dies."""
    requests: int = 0

    @property
    def shown(self) -> list[Post]:
        """What a visitor can reach."""
        newest_first = sorted(self.posts, key=lambda post: post.written_at, reverse=True)
        return newest_first[: self.cap]

    def write(self, number: int, at: datetime) -> None:
        self.posts.append(Post(number, at))

    def edit(self, number: int) -> None:
        self.posts = [
            replace(post, edits=post.edits + 1) if post.number == number else post
            for post in self.posts
        ]

    def remove(self, number: int) -> None:
        self.posts = [post for post in self.posts if post.number != number]

    def reviews(
        self, entity_id: str, posts: list[Post], order: Order, now: datetime
    ) -> list[Review]:
        return [
            make_review(
                review_id=f"{SOURCE}:{self.shared_as or entity_id}-{post.number}",
                source=SOURCE,
                entity_id=entity_id,
                text=f"Отзыв {post.number}, правка {post.edits}",
                rating=4.0,
                published_at=post.written_at,
                published_precision="second",
                crawled_at=now,
                crawl_id=order.crawl_id,
                is_backfill=order.is_backfill,
            )
            for post in posts
        ]


class WorkerDied(BaseException):
    """As by SIGKILL: nothing is noted."""


class World:
    """Places, a scheduler and one worker, all in this process and on one clock."""

    def __init__(
        self, log: EventLog, store: Store, clock: FixedClock, folder: Path, crawl: CrawlSettings
    ) -> None:
        self.places: dict[str, Place] = {}
        self.reports: list[CrawlReport] = []
        self.clock = clock
        self.store = store
        self._log = log
        self._offsets: dict[TopicPartition, int] = {}
        self._store_stage = StoreStage(store, clock)
        self._reports_stage = ReportsStage(store, clock)
        self._place = Workplace(
            settings=Settings(data_dir=str(folder), crawl=crawl),
            log=log,
            store=store,
            clock=clock,
            budget=StoreBudget(store, clock, FileBudget(folder, clock)),
            progress=lambda text: None,
            environment={},
            open_fetcher=self._fetcher,
        )
        producer = log.producer()
        self._scheduler = Scheduler(
            Schedule(store, crawl),
            lambda: [
                Listing(entity_id=entity_id, source=SOURCE, url=place.url)
                for entity_id, place in self.places.items()
            ],
            lambda job: producer.publish([encode(job)]),
            clock,
        )

    def add(self, entity_id: str) -> Place:
        place = self.places[entity_id] = Place(f"https://{entity_id}.example/reviews")
        return place

    def run_until(self, end: datetime, step: timedelta, happen: Callable[[datetime], None]) -> None:
        """Let time pass; `happen` changes the places."""
        while self.clock.now() < end:
            happen(self.clock.now())
            for job in self._scheduler.round():
                self.reports.append(perform(job, self._place))
                self.feed()
            self.clock.advance(step.total_seconds())

    def read(
        self,
        entity_id: str,
        *,
        job_id: str = "by hand",
        folder: Path | None = None,
        max_pages: int | None = None,
        is_full: bool = False,
    ) -> CrawlReport:
        """One pass outside the schedule, by a worker with a folder of its own when one is given;
        what it published is stored even when it dies."""
        settings = self._place.settings
        if folder is not None:
            settings = replace_struct(settings, data_dir=str(folder))
        if max_pages is not None:
            limited = replace_struct(settings.crawl, max_pages=max_pages)
            settings = replace_struct(settings, crawl=limited)
        job = CrawlJob(
            job_id=job_id, entity_id=entity_id, source=SOURCE, url=self.places[entity_id].url,
            is_full=is_full, due_at=self.clock.now(),
        )  # fmt: skip
        try:
            return perform(job, replace(self._place, settings=settings))
        finally:
            self.feed()

    def stored(self, entity_id: str) -> dict[int, tuple[str, bool]]:
        """Number → text and whether it is gone, as the store has it."""
        found = self.store["reviews"].find({"entity_id": entity_id})
        return {
            int(document["_id"].rpartition("-")[2]): (document["review"]["text"], document["gone"])
            for document in found
        }

    def feed(self) -> None:
        """Move what is on the log into the store."""
        self._store_stage_handle()
        reports = self._new("crawl.reports")
        if reports:
            self._reports_stage.handle(reports)

    def _store_stage_handle(self) -> None:
        deliveries = self._new("reviews.raw")
        if deliveries:
            self._store_stage.handle(
                [Delivery(scored(one.record), one.message) for one in deliveries]
            )
            self._store_stage.tick(self.clock.now())

    def _new(self, topic: str) -> list[Delivery]:
        found = []
        for number in range(TOPIC_BY_NAME[topic].partitions):
            partition = TopicPartition(topic, number)
            for message in self._log.read(partition, self._offsets.get(partition, 0), 100_000):
                self._offsets[partition] = message.offset + 1
                found.append(Delivery(decode(message), message))
        return found

    @contextmanager
    def _fetcher(self, order: Order, _is_stopped: Callable[[], bool]) -> Iterator[_Reader]:
        yield _Reader(self.places[order.entity_id], order, self.clock)


@dataclass
class _Reader:
    place: Place
    order: Order
    clock: FixedClock

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        self.place.requests += 1
        self.clock.advance(REQUEST_SECONDS)
        if self.place.is_banning:
            return Unfetched(url=url, outcome=Outcome.CAPTCHA, reason="captcha")
        page = int(url.partition("page=")[2] or 1)
        if page == self.place.is_deadly_at:
            raise WorkerDied
        shown = self.place.shown
        posts = shown[(page - 1) * PAGE_REVIEWS : page * PAGE_REVIEWS]
        more = len(shown) > page * PAGE_REVIEWS
        return Fetched(
            url=url,
            source=SOURCE,
            reviews=tuple(
                self.place.reviews(self.order.entity_id, posts, self.order, self.clock.now())
            ),
            next_urls=(f"{self.place.url}?page={page + 1}",) if more else (),
            claimed_total=len(self.place.posts),
        )


def scored(review: Review) -> ScoredReview:
    return ScoredReview(
        review=review,
        understanding=Understanding(
            label="positive",
            score=0.5,
            probabilities=Probabilities(negative=0.1, neutral=0.2, positive=0.7),
            model="constructed@1",
        ),
        authenticity=Authenticity(
            score=0.9, verdict="plausible", coverage=0.5, model="constructed@1"
        ),
    )
