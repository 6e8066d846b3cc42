"""One pass over one source of one entity: which page next, and when to stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from crawlers.addresses import AddressRefused, checked_url, same_site
from crawlers.conversation import Fetched, Unfetched
from crawlers.fetching import Fetcher
from crawlers.journal import Journal, Visited
from crawlers.outcomes import Outcome
from crawlers.publishing import Publisher, Tally
from pipeline.clock import Clock
from pipeline.errors import LogUnavailable, UsageError
from pipeline.identity import digest
from pipeline.records import CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings

ENDING = frozenset({Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.FAILED})
"""Failures of one page after which asking for more would be useless or rude."""
RESUMED = ENDING | {Outcome.INTERRUPTED}
"""Ends after which the next crawl goes on where this one stopped, a ban included."""

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
    _pending: deque[str] = field(default_factory=deque)
    _queued: set[str] = field(default_factory=set)
    _id_sets: set[str] = field(default_factory=set)
    _sites: set[str] = field(default_factory=set)
    _pages: int = 0
    _passed_over: int = 0
    """Items that the sources count but that are no reviews, such as system posts."""
    _stopped_at_known: bool = False
    _failure: tuple[Outcome, str] | None = None

    def run(self) -> CrawlReport:
        """Read pages until there is a reason to stop; publishes the final report.

        An unreachable log gives a report that only the caller sees; the journal is kept then.
        """
        try:
            outcome, reason = self._read_all()
            report = self.publisher.finish(outcome, reason)
        except LogUnavailable as error:
            return self.publisher.report(Outcome.FAILED, str(error))
        if outcome not in RESUMED:
            self.journal.clear()
        return report

    def _read_all(self) -> tuple[Outcome, str]:
        deadline = self.clock.monotonic() + self.settings.max_seconds
        try:
            self._begin()
            while self._pending:
                left = deadline - self.clock.monotonic()
                if left <= 0:
                    return Outcome.TIMEOUT, f"{self.settings.max_seconds} seconds have passed"
                if self._pages >= self.settings.max_pages:
                    return Outcome.CAPPED, f"{self._pages} pages were read, more are waiting"
                ended = self._visit(self._pending.popleft(), left)
                if ended is not None:
                    return ended
        except KeyboardInterrupt:
            return Outcome.INTERRUPTED, "stopped by hand"
        except AddressRefused as error:
            return Outcome.ADDRESS_REFUSED, str(error)
        except UsageError as error:
            return Outcome.FAILED, str(error)
        return self._verdict()

    def _begin(self) -> None:
        self._canonical(self.job.url)
        self._start_at(self.start_urls(self.job.source))
        if self.journal.visited:
            self._take_up(self.journal.visited)

    def _take_up(self, visited: Sequence[Visited]) -> None:
        """Rebuild the queue of an interrupted crawl, and count what it had published."""
        for page in visited:
            self._sites |= {_host(url) for url in (page.url, *page.next_urls)}
            self._enqueue(page.next_urls)
            self._id_sets.add(_id_set(page.review_ids))
            self.publisher.resume(page.review_ids, page.tally, page.claimed_total)
            if page.url in self._pending:
                self._pending.remove(page.url)
        self._pages = len(visited)
        self.progress(f"going on after {len(visited)} pages of an interrupted crawl")

    def _start_at(self, urls: Sequence[str]) -> tuple[str, ...]:
        self._sites |= {_host(self.job.url), *map(_host, urls)}
        return self._enqueue(urls)

    def _visit(self, url: str, seconds_left: float) -> tuple[Outcome, str] | None:
        self.progress(f"page {self._pages + 1}: {url}")
        reply = self.fetcher.fetch(url, min(seconds_left, self._page_seconds))
        if isinstance(reply, Unfetched):
            return self._missed(reply)
        if self._is_signpost(url, reply):
            self._note(url, reply, Tally(), self._start_at(self.start_urls(reply.source)))
            return None
        return self._take(url, reply)

    @property
    def _page_seconds(self) -> float:
        """Longest one page may take with all its retries."""
        return (self.settings.retries + 1) * (self.settings.timeout_seconds + 100.0)

    def _missed(self, reply: Unfetched) -> tuple[Outcome, str] | None:
        if reply.outcome in ENDING:
            return reply.outcome, reply.reason
        self._failure = self._failure or (reply.outcome, reply.reason)
        self.publisher.skip(1, reply.reason)
        return None

    def _is_signpost(self, url: str, reply: Fetched) -> bool:
        """Whether the page only tells which source it is, whose own addresses are read then."""
        if self._pages or url != self._canonical(self.job.url):
            return False
        starts = [self._canonical(start) for start in self.start_urls(reply.source)]
        return url not in starts and not reply.reviews

    def _take(self, url: str, reply: Fetched) -> tuple[Outcome, str] | None:
        self._sites.add(_host(reply.url))
        ids = _id_set(review.review_id for review in reply.reviews)
        if reply.reviews and ids in self._id_sets:
            return Outcome.REPEATED_PAGE, f"{reply.url} repeats an earlier page under a new address"
        self._id_sets.add(ids)
        tally = self.publisher.add(reply.reviews)
        added = self._enqueue(reply.next_urls) if self._goes_on(reply, tally) else ()
        self._note(url, reply, tally, added)
        return None

    def _goes_on(self, reply: Fetched, tally: Tally) -> bool:
        """Whether the pages that this one leads to are worth asking for."""
        if reply.reviews and not tally.fresh:
            return False
        if self.job.is_full or not tally.is_all_known or not newest_first(reply.reviews):
            return True
        self._stopped_at_known = True
        return False

    def _note(self, url: str, reply: Fetched, tally: Tally, added: tuple[str, ...]) -> None:
        """Publish what the page brought, then remember that it was read."""
        self._pages += 1
        self._passed_over += sum(reply.skipped.values())
        self.publisher.skip(sum(reply.skipped.values()), *reply.problems)
        self.publisher.page_read(reply.claimed_total)
        self.publisher.flush()
        self.journal.append(
            Visited(
                url=url,
                next_urls=added,
                review_ids=tuple(review.review_id for review in reply.reviews),
                tally=tally,
                claimed_total=reply.claimed_total,
                at=self.clock.now(),
            )
        )

    def _enqueue(self, urls: Iterable[str]) -> tuple[str, ...]:
        added = []
        for url in urls:
            try:
                canonical = self._canonical(url)
            except AddressRefused as error:
                self.publisher.skip(1, str(error))
                continue
            if canonical in self._queued:
                continue
            if not any(same_site(_host(canonical), site) for site in self._sites):
                self.publisher.skip(1, f"{canonical} is on another site: not followed")
                continue
            self._queued.add(canonical)
            added.append(canonical)
        self._pending.extend(added)
        return tuple(added)

    def _canonical(self, url: str) -> str:
        return checked_url(url.partition("#")[0], allow_loopback=self.settings.allow_loopback)

    def _verdict(self) -> tuple[Outcome, str]:
        """The outcome of a crawl that ran out of pages."""
        if self._failure:
            return self._failure
        seen, claimed = self.publisher.seen, self.publisher.claimed_total
        if seen == 0 and claimed != 0:
            return Outcome.EMPTY_PAGE, "no review was found"
        if self._stopped_at_known:
            return Outcome.STOPPED_AT_KNOWN, "from there on all reviews are in the store"
        if claimed is not None and seen + self._passed_over < claimed:
            return Outcome.CAPPED, f"{seen} of {claimed} claimed reviews could be read"
        return Outcome.COMPLETE, ""


def newest_first(reviews: Sequence[Review]) -> bool:
    """Whether the page is ordered by falling date, so that older pages hold nothing new."""
    times = [review.published_at for review in reviews if review.published_at is not None]
    falling = all(one >= two for one, two in pairwise(times))
    return len(times) == len(reviews) and falling and (len(times) == 1 or times[0] > times[-1])


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _id_set(ids: Iterable[str]) -> str:
    return digest(*sorted(ids))
