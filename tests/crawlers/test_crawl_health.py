"""What a crawl notices about its source: emptier pages, smaller listings, vanished reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from crawlers.conversation import Fetched, Reply, Unfetched
from crawlers.crawl import Crawl
from crawlers.file_budget import FileBudget
from crawlers.gone import Place, Places
from crawlers.health import History
from crawlers.journal import open_journal
from crawlers.outcomes import Outcome
from crawlers.polite import BAN_SECONDS
from crawlers.publishing import Known, Publisher, Run
from crawlers.selection import everything
from crawlers.source import Access
from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.records import Author, CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.published import assert_balanced, reports_on, reviews_on
from tests.crawlers.test_crawl import START, Shelf, fetched, page_url, reviews

FULL = History(filled={"author": 100, "title": 95, "text": 100}, reviews=100)


def run(
    shelf: Shelf,
    log: EventLog,
    clock: FixedClock,
    folder: Path,
    *,
    history: History | None = None,
    stored: Iterable[Review] = (),
    is_full: bool = False,
    access: Access | None = None,
    settings: CrawlSettings | None = None,
    budget: FileBudget | None = None,
    is_about: Callable[[Review], bool] = everything,
) -> CrawlReport:
    known = {review.review_id: review.content_hash for review in stored}
    job = CrawlJob(
        job_id="j", entity_id="tea", source="shop", url=START, is_full=is_full, due_at=NOW
    )
    identity = Run(
        crawl_id=f"c{clock.monotonic()}", entity_id="tea", source="shop", url=START,
        is_backfill=False, is_full=is_full, started_at=clock.now(),
    )  # fmt: skip
    with open_journal(folder, job, clock.now()) as journal:
        return Crawl(
            job=job,
            settings=settings or CrawlSettings(),
            fetcher=shelf,
            publisher=Publisher(log.producer(), identity, clock, _known(known)),
            journal=journal,
            clock=clock,
            start_urls=lambda name: (START,),
            progress=lambda text: None,
            access=lambda name: access or Access(),
            history=history or History(),
            places=_places(stored),
            budget=budget,
            is_about=is_about,
        ).run()


def _known(hashes: dict[str, str]) -> Known:
    return lambda ids: {one: hashes[one] for one in ids if one in hashes}


def _places(stored: Iterable[Review]) -> Places:
    def places(newer_than: datetime | None) -> Iterable[Place]:
        for review in stored:
            yield Place(
                review_id=review.review_id,
                event_at=review.event_time,
                precision=review.published_precision,
                seen_at=NOW - timedelta(days=1),
            )

    return places


def by_someone(found: Iterable[Review], title: str = "Чай") -> tuple[Review, ...]:
    return tuple(
        msgspec.structs.replace(review, author=Author(name="Анна"), title=title) for review in found
    )


def gone_on(log: EventLog) -> set[str]:
    return {review_id for report in reports_on(log) for review_id in report.gone_ids}


def test_a_page_that_lost_a_core_field_is_kept_back(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf({START: fetched(reviews(0, 6), page_url(2))})
    report = run(shelf, log, clock, tmp_path, history=FULL)
    assert report.outcome == "layout_change"
    assert "author, title used to be filled" in report.reason
    assert reviews_on(log) == []


def test_a_page_that_lost_another_field_is_published_and_told(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf({START: fetched(by_someone(reviews(0, 6), title=""))})
    report = run(shelf, log, clock, tmp_path, history=FULL)
    assert (report.outcome, report.seen) == ("layout_change", 6)
    assert report.filled["author"] == 6
    assert "title" not in report.filled


def test_a_full_pass_finds_what_is_gone_and_only_that(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    stored = reviews(0, 12)
    left = tuple(review for number, review in enumerate(stored) if number not in (3, 8))
    shelf = Shelf({START: fetched(left[:6], page_url(2)), page_url(2): fetched(left[6:])})
    report = run(shelf, log, clock, tmp_path, stored=stored, is_full=True)
    assert (report.outcome, report.gone) == ("complete", 2)
    assert gone_on(log) == {"shop:3", "shop:8"}
    assert_balanced(log)


def test_beyond_a_cap_nothing_is_gone(log: EventLog, clock: FixedClock, tmp_path: Path) -> None:
    stored = reviews(0, 12)
    shown = tuple(review for number, review in enumerate(stored[:8]) if number != 3)
    for access in (Access(cap=7), Access(max_pages=1)):
        shelf = Shelf({START: fetched(shown, *([page_url(2)] if access.max_pages else []))})
        report = run(shelf, log, clock, tmp_path, stored=stored, is_full=True, access=access)
        assert (report.outcome, report.gone) == ("capped", 1)
    assert gone_on(log) == {"shop:3"}


def test_an_incremental_pass_finds_what_is_gone_above_where_it_stopped(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    stored = reviews(1, 30)
    listed = (reviews(0, 1)[0], *(review for review in stored if review.review_id != "shop:4"))
    shelf = Shelf({START: fetched(listed[:10], page_url(2))})
    report = run(shelf, log, clock, tmp_path, stored=stored)
    assert (report.outcome, report.new, report.pages) == ("stopped_at_known", 1, 1)
    assert gone_on(log) == {"shop:4"}


def test_a_failed_or_repeating_pass_says_nothing_of_what_is_gone(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    stored = reviews(0, 12)
    blocked = Unfetched(url=page_url(2), outcome=Outcome.CAPTCHA, reason="captcha")
    pages: dict[str, Reply | BaseException] = {
        START: fetched(stored[:3], page_url(2)), page_url(2): blocked
    }  # fmt: skip
    assert run(Shelf(pages), log, clock, tmp_path, stored=stored, is_full=True).gone == 0
    circle = Shelf(
        {START: fetched(stored[:3], page_url(3)), page_url(3): fetched(stored[:2], page_url(4))}
    )
    report = run(circle, log, clock, tmp_path / "again", stored=stored, is_full=True)
    assert (report.outcome, report.gone) == ("complete", 0)
    assert gone_on(log) == set()


def test_half_a_listing_does_not_vanish_unless_the_source_says_so(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    stored = reviews(0, 40)
    shrunk = Shelf({START: fetched(stored[:5])})
    report = run(shrunk, log, clock, tmp_path, stored=stored, is_full=True)
    assert (report.outcome, report.gone) == ("yield_drop", 0)
    told = Shelf({START: fetched(stored[:5], claimed=5)})
    report = run(told, log, clock, tmp_path, stored=stored, is_full=True)
    assert (report.outcome, report.gone) == ("complete", 35)


def test_a_full_pass_that_finds_far_less_than_the_last_one_is_a_failure(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf({START: fetched(reviews(0, 9))})
    report = run(shelf, log, clock, tmp_path, history=History(full_seen=20), is_full=True)
    assert report.outcome == "yield_drop"


def test_one_request_is_enough_where_little_is_new(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    shelf = Shelf({START: fetched(reviews(0, 10), page_url(2))})
    report = run(shelf, log, clock, tmp_path, stored=reviews(5, 40))
    assert (report.outcome, shelf.asked) == ("stopped_at_known", [START])


def test_an_overlap_that_an_edit_interrupts_is_counted_anew(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    listed = list(reviews(0, 10))
    edited = msgspec.structs.replace(listed[7], text="Исправлено", content_hash="0" * 32)
    page = (*listed[:7], edited, *listed[8:])
    shelf = Shelf({START: fetched(page, page_url(2)), page_url(2): fetched(reviews(10, 20))})
    report = run(shelf, log, clock, tmp_path, stored=reviews(0, 40))
    assert (report.changed, report.pages) == (1, 2)


def test_a_ban_pauses_the_site_for_the_next_crawl(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    budget = FileBudget(tmp_path, clock)
    banned = Shelf({START: Unfetched(url=START, outcome=Outcome.CAPTCHA, reason="captcha")})
    assert run(banned, log, clock, tmp_path, budget=budget).outcome == "captcha"
    shelf = Shelf({START: Fetched(url=START, source="shop", reviews=reviews(0, 3))})
    report = run(shelf, log, clock, tmp_path, budget=budget)
    assert (report.outcome, shelf.asked) == ("rate_limited", [])
    assert "captcha" in report.reason
    clock.advance(BAN_SECONDS + 1)
    assert run(shelf, log, clock, tmp_path, budget=budget).outcome == "complete"


def test_mentions_of_other_things_are_seen_but_not_kept_and_not_called_gone(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    posts = tuple(msgspec.structs.replace(one, is_mention=True) for one in reviews(0, 6))
    shelf = Shelf({START: fetched(posts[:3], page_url(2)), page_url(2): fetched(posts[3:])})
    report = run(
        shelf, log, clock, tmp_path, stored=posts, is_full=True,
        is_about=lambda one: one.review_id == "shop:5",
    )  # fmt: skip
    assert (report.outcome, report.seen, report.skipped, report.gone) == ("complete", 1, 5, 0)
    nothing = run(Shelf({START: fetched(posts)}), log, clock, tmp_path, is_about=lambda one: False)
    assert (nothing.outcome, nothing.seen) == ("complete", 0)
    whole = run(
        Shelf({START: fetched(reviews(0, 3))}), log, clock, tmp_path, is_about=lambda _: False
    )
    assert whole.seen == 3
