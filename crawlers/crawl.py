"""One pass over one source of one entity: which page next, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from crawlers.addresses import AddressRefused
from crawlers.budget import Budget, SiteBusy, SitePaused
from crawlers.conversation import Fetched, Unfetched
from crawlers.course import Course, newest_first
from crawlers.fetching import Fetcher, never
from crawlers.frontier import Frontier
from crawlers.gone import Places, coverage
from crawlers.health import CORE, History, emptied
from crawlers.journal import Journal, Visited
from crawlers.keys import KeyMissing
from crawlers.known import Owners
from crawlers.outcomes import Outcome
from crawlers.polite import PoliteFetcher
from crawlers.publishing import Publisher, Tally
from crawlers.resuming import id_set, take_up
from crawlers.selection import Selection, everything
from crawlers.source import Access
from crawlers.verdict import End, Passed, departed, verdict
from pipeline.clock import Clock
from pipeline.errors import LogUnavailable, StoreUnavailable, UsageError
from pipeline.records import CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings

StartUrls = Callable[[str], tuple[str, ...]]
"""Source name → machine-readable addresses for the job's address."""


@dataclass
class Crawl:
    """State of a running crawl; `run` is the whole of its life."""

    job: CrawlJob
    settings: CrawlSettings
    fetcher: Fetcher
    publisher: Publisher
    journal: Journal
    clock: Clock
    start_urls: StartUrls
    progress: Callable[[str], None]
    access: Callable[[str], Access] = lambda _source: Access()
    """Source name → where it ends."""
    history: History = field(default_factory=History)
    """What earlier passes over the listing found."""
    is_api: bool = False
    """Whether the source's official API is asked."""
    places: Places | None = None
    """What the store has of the listing; None when it cannot be asked."""
    unread_since: datetime | None = None
    """Begin of the last pass that published reviews above ones that nobody has read; None when all
    below a known review is in the store."""
    begins: Callable[[datetime], None] = lambda _now: None
    """Told before a fresh pass publishes its first reviews: should it die, others are unread."""
    owners: Owners | None = None
    """Whose the reviews are that the store has for other entities; None when it cannot be asked."""
    is_about: Callable[[Review], bool] = everything
    """Whether a mention speaks of the entity; it is not asked about reviews."""
    budget: Budget | None = None
    """Keeps workers from asking one site together; None for a crawl that is alone."""
    is_stopped: Callable[[], bool] = never
    """Asked before every page."""
    _pages: int = 0
    _passed_over: int = 0
    """Items that the sources count but that are no reviews, such as system posts."""
    _course: Course = field(default_factory=Course)
    _read_as: str | None = None
    _stopped_at_known: bool = False
    _is_cut_short: bool = False
    """Whether links were not followed because their page repeated itself."""
    _has_begun: bool = False
    """Whether this pass, or the one it takes up, has published reviews."""
    _reads_past_known: bool = False
    """Whether known reviews may stand above unread ones, so that none of them ends the pass."""
    _seam: str | None = None
    """The page at which an interrupted crawl is taken up: it is read a second time."""
    _failure: End | None = None
    _started_at: datetime | None = None
    _id_sets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._polite = PoliteFetcher(self.fetcher, self.budget, self.settings, self.is_stopped)
        self._frontier = Frontier(
            allow_loopback=self.settings.allow_loopback,
            skipped=lambda reason: self.publisher.skip(1, reason),
        )
        self._selection = Selection(self.is_about, self.owners, self.publisher.skip)

    def run(self) -> CrawlReport:
        """Read pages until there is a reason to stop; publishes the final report.

        An unreachable log gives a report that only the caller sees; the journal is kept then.
        """
        try:
            (outcome, reason), gone = self._judged(self._read_all())
            report = self.publisher.finish(outcome, reason, gone)
        except LogUnavailable as error:
            return self.publisher.report(Outcome.FAILED, str(error))
        if not outcome.keeps_place:
            self.journal.clear()
        return report

    def _read_all(self) -> End:
        deadline = self.clock.monotonic() + self.settings.max_seconds
        try:
            self._begin()
            while self._frontier:
                if ended := self._limit(deadline):
                    return ended
                ended = self._visit(self._frontier.take(), deadline - self.clock.monotonic())
                if ended is not None:
                    return ended
        except (KeyboardInterrupt, InterruptedError):
            return Outcome.INTERRUPTED, "stopped by hand"
        except SitePaused as error:
            return Outcome.RATE_LIMITED, str(error)
        except SiteBusy as error:
            return Outcome.TIMEOUT, str(error)
        except AddressRefused as error:
            return Outcome.ADDRESS_REFUSED, str(error)
        except KeyMissing as error:
            return Outcome.KEY_MISSING, str(error)
        except UsageError as error:
            return Outcome.FAILED, str(error)
        return self._failure or verdict(self._passed, self.history)

    def _limit(self, deadline: float) -> End | None:
        """Why no further page is read, if so."""
        if self.is_stopped():
            return Outcome.INTERRUPTED, "told to stop"
        if self.clock.monotonic() >= deadline:
            return Outcome.TIMEOUT, f"{self.settings.max_seconds} seconds have passed"
        if self._pages >= self.settings.max_pages:
            return Outcome.CAPPED, f"{self._pages} pages were read, more are waiting"
        most = self._access.max_pages
        if most is not None and self._pages >= most:
            return Outcome.CAPPED, f"the source serves {most} pages at most"
        return None

    def _begin(self) -> None:
        self._frontier.canonical(self.job.url)
        self._started_at = self.clock.now()
        self._start_at(self.start_urls(self.job.source))
        visited = self.journal.visited
        if visited:
            self._take_up(visited)
        self._reads_past_known = self.unread_since is not None and not _is_next(
            visited, self.unread_since
        )

    def _take_up(self, visited: Sequence[Visited]) -> None:
        earlier = take_up(visited, self._frontier, self.publisher)
        self._seam, self._passed_over = earlier.seam, earlier.passed_over
        self._is_cut_short = earlier.is_cut_short
        self._id_sets |= earlier.id_sets
        self._pages = len(visited)
        self._has_begun = any(page.review_ids for page in visited)
        self._course = visited[-1].course
        self._started_at = visited[0].at
        self.progress(f"going on after {len(visited)} pages of an interrupted crawl")

    def _start_at(self, urls: Sequence[str]) -> tuple[str, ...]:
        self._frontier.visit(self.job.url, *urls)
        return self._frontier.add(urls)

    def _visit(self, url: str, seconds_left: float) -> End | None:
        self.progress(f"page {self._pages + 1}: {url}")
        reply = self._polite.fetch(url, seconds_left)
        if isinstance(reply, Unfetched):
            return self._missed(reply)
        if self._is_signpost(url, reply):
            self._note(url, reply, Tally(), self._start_at(self.start_urls(reply.source)))
            return None
        return self._take(url, reply)

    @property
    def _access(self) -> Access:
        return self.access(self._read_as or self.job.source)

    def _missed(self, reply: Unfetched) -> End | None:
        if reply.outcome.keeps_place:
            return reply.outcome, reply.reason
        self._failure = self._failure or (reply.outcome, reply.reason)
        self.publisher.skip(1, reply.reason)
        return None

    def _is_signpost(self, url: str, reply: Fetched) -> bool:
        """Whether the page only tells which source it is, whose own addresses are read then."""
        if self._pages or url != self._frontier.canonical(self.job.url):
            return False
        starts = [self._frontier.canonical(start) for start in self.start_urls(reply.source)]
        return url not in starts and not reply.reviews

    def _take(self, url: str, reply: Fetched) -> End | None:
        self._frontier.visit(reply.url)
        ids = id_set(review.review_id for review in reply.reviews)
        if reply.reviews and ids in self._id_sets:
            return Outcome.REPEATED_PAGE, f"{reply.url} repeats an earlier page under a new address"
        if ended := self._broken(reply):
            return ended
        self._id_sets.add(ids)
        if reply.reviews and not self._has_begun:
            self.begins(self.clock.now())
            self._has_begun = True
        kept, others = self._selection.of(reply.reviews)
        self._passed_over += others
        reviews = [replace(review, listing=self.job.url) for review in kept]
        tally = self.publisher.add(reviews)
        self._follow(url, reviews, tally)
        added = self._frontier.add(reply.next_urls) if self._goes_on(url, reply, tally) else ()
        self._note(url, reply, tally, added)
        return None

    def _follow(self, url: str, reviews: Sequence[Review], tally: Tally) -> None:
        """Note how far down the page has come."""
        if url != self._seam:
            fresh = set(tally.fresh)
            below = [review for review in reviews if review.review_id in fresh]
            self._course = self._course.after(below, tally.known)
            return
        if tally.fresh:  # above or below those seen before: no order is learned from them
            self._course = replace(self._course, known_run=0)
        if reviews and not tally.repeated:  # moved by more than a page: some were never shown
            self._is_cut_short = True

    def _broken(self, reply: Fetched) -> End | None:
        """A page that lost a field it always had: without a core field it is kept back, since
        its reviews would replace better ones."""
        lost = emptied(self.history, reply.reviews, is_api=self.is_api)
        if not lost:
            return None
        reason = f"{reply.url}: {', '.join(lost)} used to be filled and is empty in all reviews"
        if CORE.intersection(lost):
            return Outcome.LAYOUT_CHANGE, reason
        self._failure = self._failure or (Outcome.LAYOUT_CHANGE, reason)
        return None

    def _goes_on(self, url: str, reply: Fetched, tally: Tally) -> bool:
        """Whether the pages that this one leads to are worth asking for."""
        if reply.reviews and not tally.fresh and tally.repeated and url != self._seam:
            self._is_cut_short |= bool(reply.next_urls)
            return False
        if self.job.is_full or self._reads_past_known or not reply.reviews:
            return True
        is_overlapped = self._course.known_run >= self.settings.overlap_reviews
        if not (is_overlapped and (newest_first(reply.reviews) or self._course.falls)):
            return True
        self._stopped_at_known = bool(reply.next_urls)
        return False

    def _note(self, url: str, reply: Fetched, tally: Tally, added: tuple[str, ...]) -> None:
        """Publish what the page brought, then remember that it was read."""
        self._pages += 1
        self._read_as = reply.source
        passed_over = sum(reply.skipped.values())
        self._passed_over += passed_over
        self.publisher.skip(passed_over, *reply.problems)
        self.publisher.page_read(reply.claimed_total, reply.source)
        self.publisher.flush()
        self.journal.append(
            Visited(
                url=url,
                next_urls=added,
                review_ids=tuple(review.review_id for review in reply.reviews),
                tally=tally,
                claimed_total=reply.claimed_total,
                course=self._course,
                passed_over=passed_over,
                reads_past_known=self._reads_past_known,
                at=self.clock.now(),
            )
        )

    @property
    def _passed(self) -> Passed:
        return Passed(
            seen=self.publisher.seen,
            passed_over=self._passed_over,
            claimed=self.publisher.claimed_total,
            cap=self._access.cap,
            has_stopped_at_known=self._stopped_at_known,
        )

    def _judged(self, end: End) -> tuple[End, tuple[str, ...]]:
        """The end of the crawl, and which stored reviews it shows to be gone."""
        if self._started_at is None or self.places is None or self._is_cut_short:
            return end, ()
        covered = coverage(end[0], self._course, self._started_at)
        if covered is None:
            return end, ()
        try:
            seen = self.publisher.seen_ids | self._selection.others
            return departed(end, self._passed, covered, self.places, seen)
        except StoreUnavailable as error:
            self.publisher.skip(0, f"what is gone could not be asked: {error}")
            return end, ()


def _is_next(visited: Sequence[Visited], unread_since: datetime) -> bool:
    """Whether the interrupted pass is the last one that began, so that what it calls known lies
    below its own pages."""
    first = next((page for page in visited if page.review_ids), None)
    return first is not None and not first.reads_past_known and first.at >= unread_since
