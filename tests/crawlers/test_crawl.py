"""Which page next and when to stop, with pages from a shelf instead of a site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from crawlers.conversation import Fetched, Reply, Unfetched
from crawlers.course import newest_first
from crawlers.crawl import Crawl
from crawlers.journal import open_journal
from crawlers.outcomes import Outcome
from crawlers.publishing import Known, Publisher, Run
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.log.protocol import EventLog, Producer
from pipeline.records import CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.published import (
    FlakyProducer,
    a_review,
    assert_balanced,
    reports_on,
    reviews_on,
)

START = "https://shop.example/reviews"


def page_url(number: int) -> str:
    return f"{START}?page={number}"


def reviews(first: int, last: int) -> tuple[Review, ...]:
    return tuple(map(a_review, range(first, last)))


def fetched(found: tuple[Review, ...], *next_urls: str, claimed: int | None = None) -> Fetched:
    return Fetched(
        url=START, source="shop", reviews=found, next_urls=next_urls, claimed_total=claimed
    )


class Shelf:
    """Answers from a table; notes what it was asked for."""

    def __init__(self, pages: Mapping[str, Reply | BaseException]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        self.asked.append(url)
        reply = self.pages.get(url)
        if isinstance(reply, BaseException):
            raise reply
        return reply or Unfetched(url=url, outcome=Outcome.HTTP_ERROR, reason="HTTP 404")


def run(
    shelf: Shelf,
    log: EventLog,
    clock: FixedClock,
    folder: Path,
    *,
    known: Known | None = None,
    is_full: bool = False,
    source: str = "shop",
    settings: CrawlSettings | None = None,
    producer: Producer | None = None,
) -> CrawlReport:
    job = CrawlJob(
        job_id="j", entity_id="tea", source=source, url=START, is_full=is_full, due_at=NOW
    )
    identity = Run(
        crawl_id=f"c{clock.monotonic()}",
        entity_id="tea",
        source=source,
        url=START,
        is_backfill=False,
        started_at=NOW,
    )
    with open_journal(folder, job, clock.now()) as journal:
        return Crawl(
            job=job,
            settings=settings or CrawlSettings(),
            fetcher=shelf,
            publisher=Publisher(producer or log.producer(), identity, clock, known),
            journal=journal,
            clock=clock,
            start_urls=lambda name: (START,) if name != "forum" else (f"{START}.json",),
            progress=lambda text: None,
        ).run()


def test_all_pages_are_read_and_published(log: EventLog, clock: FixedClock, tmp_path: Path) -> None:
    shelf = Shelf(
        {
            START: fetched(reviews(0, 3), page_url(2), page_url(2), START, claimed=5),
            page_url(2): fetched(reviews(3, 5), page_url(1)),
            page_url(1): fetched(()),
        }
    )
    report = run(shelf, log, clock, tmp_path)
    assert (report.outcome, report.seen, report.pages) == ("complete", 5, 3)
    assert shelf.asked == [START, page_url(2), page_url(1)]
    assert_balanced(log)


def test_fewer_reviews_than_claimed_are_never_called_complete(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    report = run(Shelf({START: fetched(reviews(0, 3), claimed=600)}), log, clock, tmp_path)
    assert report.outcome == "capped"
    assert "3 of 600" in report.reason


def test_the_page_limit_caps(log: EventLog, clock: FixedClock, tmp_path: Path) -> None:
    pages = {page_url(n): fetched(reviews(n, n + 1), page_url(n + 1)) for n in range(50)}
    shelf = Shelf({START: fetched((), page_url(0)), **pages})
    report = run(shelf, log, clock, tmp_path, settings=CrawlSettings(max_pages=4))
    assert (report.outcome, report.pages) == ("capped", 4)


def test_the_time_limit_ends_a_crawl(log: EventLog, clock: FixedClock, tmp_path: Path) -> None:
    class Slow(Shelf):
        def fetch(self, url: str, timeout_seconds: float) -> Reply:
            clock.advance(100)
            return super().fetch(url, timeout_seconds)

    pages = {page_url(n): fetched(reviews(n, n + 1), page_url(n + 1)) for n in range(50)}
    shelf = Slow({START: fetched((), page_url(0)), **pages})
    report = run(shelf, log, clock, tmp_path, settings=CrawlSettings(max_seconds=250))
    assert (report.outcome, report.seen) == ("timeout", 2)


def test_equal_pages_under_new_addresses_are_a_failure(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf(
        {
            START: fetched(reviews(0, 3), page_url(2)),
            page_url(2): fetched(tuple(reversed(reviews(0, 3))), page_url(3)),
        }
    )
    report = run(shelf, log, clock, tmp_path)
    assert report.outcome == "repeated_page"
    assert len(reviews_on(log)) == 3


def test_a_page_without_new_ids_leads_nowhere(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf(
        {
            START: fetched(reviews(0, 3), page_url(2)),
            page_url(2): fetched(reviews(1, 3), page_url(3)),
            page_url(3): fetched(reviews(0, 2), page_url(4)),
        }
    )
    assert run(shelf, log, clock, tmp_path).outcome == "complete"
    assert shelf.asked == [START, page_url(2)]


def test_a_site_without_reviews_is_a_failure_unless_it_says_so(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    assert run(Shelf({START: fetched(())}), log, clock, tmp_path).outcome == "empty_page"
    assert run(Shelf({START: fetched((), claimed=0)}), log, clock, tmp_path).outcome == "complete"


def test_an_incremental_crawl_stops_at_known_reviews(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    stored = {review.review_id: review.content_hash for review in reviews(3, 99)}
    shelf = Shelf(
        {
            START: fetched(reviews(0, 5), page_url(2)),
            page_url(2): fetched(reviews(5, 10), page_url(3)),
            page_url(3): fetched(reviews(10, 12)),
        }
    )
    report = run(shelf, log, clock, tmp_path, known=lambda ids: stored)
    assert report.outcome == "stopped_at_known"
    assert (report.new, report.unchanged, report.seen) == (3, 7, 10)
    full = run(shelf, log, clock, tmp_path, known=lambda ids: stored, is_full=True)
    assert (full.outcome, full.seen) == ("complete", 12)


def test_known_pages_of_a_thread_are_passed_since_news_stands_at_its_end(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    oldest_first = tuple(reversed(reviews(5, 10)))
    stored = {review.review_id: review.content_hash for review in oldest_first}
    shelf = Shelf({START: fetched(oldest_first, page_url(2)), page_url(2): fetched(reviews(1, 3))})
    report = run(shelf, log, clock, tmp_path, known=lambda ids: stored)
    assert (report.outcome, report.new) == ("complete", 2)


def test_other_sites_and_forbidden_addresses_are_not_followed(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    links = ("https://evil.example/x", "http://169.254.169.254/", "https://m.shop.example/2")
    shelf = Shelf({START: fetched(reviews(0, 1), *links), links[2]: fetched(reviews(1, 2))})
    report = run(shelf, log, clock, tmp_path)
    assert shelf.asked == [START, links[2]]
    assert report.skipped == 2
    assert any("evil.example" in problem for problem in report.problems)


def test_a_missing_page_does_not_stop_the_others_but_spoils_the_outcome(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf(
        {
            START: fetched(reviews(0, 1), page_url(404), page_url(2)),
            page_url(2): fetched(reviews(1, 2)),
        }
    )
    report = run(shelf, log, clock, tmp_path)
    assert (report.outcome, report.seen) == ("http_error", 2)


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.TIMEOUT, Outcome.UNREACHABLE])
def test_a_crawl_that_was_stopped_goes_on_where_it_was(
    log: EventLog, clock: FixedClock, tmp_path: Path, outcome: Outcome
) -> None:
    stop = Unfetched(url=page_url(3), outcome=outcome, reason="the site asks: captcha")
    first = Shelf(
        {
            START: fetched(reviews(0, 3), page_url(2), claimed=8),
            page_url(2): fetched(reviews(3, 6), page_url(3)),
            page_url(3): stop,
        }
    )
    report = run(first, log, clock, tmp_path)
    assert (report.outcome, report.seen) == (outcome, 6)
    clock.advance(3_600)
    second = Shelf(
        {page_url(2): fetched(reviews(3, 6), page_url(3)), page_url(3): fetched(reviews(5, 8))}
    )
    report = run(second, log, clock, tmp_path)
    assert second.asked == [page_url(2), page_url(3)], "the page at the seam is read again"
    assert (report.outcome, report.seen, report.pages) == ("complete", 8, 4)
    assert len(reviews_on(log)) == 8
    assert_balanced(log)


def test_a_log_that_stays_away_fails_the_crawl_and_keeps_its_place(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf({START: fetched(reviews(0, 3), page_url(2)), page_url(2): fetched(reviews(3, 5))})
    away = run(shelf, log, clock, tmp_path, producer=FlakyProducer(log.producer(), 99))
    assert (away.outcome, reviews_on(log)) == ("failed", [])
    assert "away" in away.reason
    again = run(shelf, log, clock, tmp_path, producer=FlakyProducer(log.producer(), 3))
    assert (again.outcome, again.seen) == ("complete", 5)
    assert_balanced(log)


def test_one_address_is_crawled_by_one_process_at_a_time(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    job = CrawlJob(job_id="j", entity_id="tea", source="shop", url=START, due_at=NOW)
    with open_journal(tmp_path, job, NOW), pytest.raises(UsageError, match="another process"):
        run(Shelf({}), log, clock, tmp_path)


def test_an_old_position_is_not_gone_on_from(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    pages: dict[str, Reply | BaseException] = {
        START: fetched(reviews(0, 3), page_url(2)),
        page_url(2): KeyboardInterrupt(),
    }
    assert run(Shelf(pages), log, clock, tmp_path).outcome == "interrupted"
    clock.advance(24 * 3_600)
    shelf = Shelf({START: fetched(reviews(0, 3))})
    assert run(shelf, log, clock, tmp_path).outcome == "complete"
    assert shelf.asked == [START]


def test_a_torn_journal_line_costs_one_page(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    pages: dict[str, Reply | BaseException] = {
        START: fetched(reviews(0, 3), page_url(2)),
        page_url(2): fetched(reviews(3, 6), page_url(3)),
        page_url(3): KeyboardInterrupt(),
    }
    run(Shelf(pages), log, clock, tmp_path)
    (path,) = (tmp_path / "crawls").iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    shelf = Shelf(
        {
            START: fetched(reviews(0, 3), page_url(2)),
            page_url(2): fetched(reviews(3, 6), page_url(3)),
            page_url(3): fetched(reviews(6, 7)),
        }
    )
    assert run(shelf, log, clock, tmp_path).seen == 7
    assert shelf.asked == [START, page_url(2), page_url(3)]


def test_a_page_that_tells_its_source_sends_the_crawl_to_the_machine_address(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf(
        {
            START: Fetched(url=START, source="forum"),
            f"{START}.json": fetched(reviews(0, 2)),
        }
    )
    report = run(shelf, log, clock, tmp_path, source="auto")
    assert (report.outcome, report.seen) == ("complete", 2)


def test_a_forbidden_start_is_refused_before_any_request(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    job = CrawlJob(job_id="j", entity_id="e", source="shop", url="http://10.0.0.1/", due_at=NOW)
    identity = Run(
        crawl_id="c", entity_id="e", source="shop", url=job.url, is_backfill=True, started_at=NOW
    )
    shelf = Shelf({})
    with open_journal(tmp_path, job, NOW) as journal:
        report = Crawl(
            job=job,
            settings=CrawlSettings(allow_loopback=True),
            fetcher=shelf,
            publisher=Publisher(log.producer(), identity, clock),
            journal=journal,
            clock=clock,
            start_urls=lambda name: (job.url,),
            progress=lambda text: None,
        ).run()
    assert report.outcome == "address_refused"
    assert shelf.asked == []
    assert reports_on(log) == [report]


def test_order_is_seen_in_the_dates() -> None:
    assert newest_first(reviews(0, 3))
    assert not newest_first(tuple(reversed(reviews(0, 3))))
    undated = msgspec.structs.replace(a_review(1), published_at=None)
    assert not newest_first((a_review(0), undated))
