"""A pass that is taken up calls nothing gone that only moved, and reads what it had to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.crawl import Crawl
from crawlers.gone import Place, Places
from crawlers.journal import open_journal
from crawlers.known import places_in
from crawlers.outcomes import Outcome
from crawlers.publishing import Publisher, Run
from pipeline.clock import FixedClock
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob, CrawlReport, Review
from pipeline.settings import CrawlSettings
from tests.crawlers.conftest import NOW
from tests.crawlers.published import a_review
from tests.crawlers.test_crawl import START, Shelf, fetched, page_url

HOUR = 3_600.0
PAGE = 3


def listed(*numbers: int) -> tuple[Review, ...]:
    return tuple(a_review(number) for number in numbers)


def pages(numbers: Sequence[int], *, claimed: int | None = None) -> Shelf:
    """A listing of so many reviews, three a page."""
    last = (len(numbers) - 1) // PAGE + 1
    return Shelf(
        {
            START if page == 1 else page_url(page): fetched(
                listed(*numbers[(page - 1) * PAGE : page * PAGE]),
                *([page_url(page + 1)] if page < last else []),
                claimed=claimed,
            )
            for page in range(1, last + 1)
        }
    )


class Killed(BaseException):
    """As if the process had got SIGKILL."""


def run(
    shelf: Shelf,
    log: EventLog,
    clock: FixedClock,
    folder: Path,
    store: Store,
    *,
    is_full: bool,
    places: Places | None = None,
) -> CrawlReport:
    job = CrawlJob(
        job_id="j", entity_id="tea", source="shop", url=START, is_full=is_full, due_at=NOW
    )
    identity = Run(
        crawl_id=f"c{clock.monotonic()}", entity_id="tea", source="shop", url=START,
        is_backfill=False, started_at=clock.now(),
    )  # fmt: skip

    def known(ids: Sequence[str]) -> dict[str, str]:
        found = store["reviews"].find({"_id": {"$in": list(ids)}})
        return {document["_id"]: document["content_hash"] for document in found}

    with open_journal(folder, job, clock.now()) as journal:
        return Crawl(
            job=job, settings=CrawlSettings(overlap_reviews=2), fetcher=shelf, journal=journal,
            publisher=Publisher(log.producer(), identity, clock, known), clock=clock,
            start_urls=lambda name: (START,), progress=lambda text: None,
            places=places or places_in(store, "tea", START),
        ).run()  # fmt: skip


def stored(store: Store, *numbers: int) -> None:
    store["reviews"].insert_many(
        {
            "_id": review.review_id, "entity_id": "tea", "listing": START, "gone": False,
            "event_at": review.event_time, "crawled_at": NOW.replace(year=2025),
            "content_hash": review.content_hash, "review": {"published_precision": "second"},
        }
        for review in listed(*numbers)
    )  # fmt: skip


def banned_at(shelf: Shelf, number: int) -> Shelf:
    shelf.pages = {**shelf.pages, page_url(number): KeyboardInterrupt()}
    return shelf


def test_what_moved_up_over_the_seam_is_not_gone(
    log: EventLog, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    """Between the two halves of a pass a review on the first page was removed."""
    everything = range(12)
    stored(store, *everything)
    first = run(banned_at(pages(everything), 3), log, clock, tmp_path, store, is_full=True)
    assert first.outcome == Outcome.INTERRUPTED
    clock.advance(HOUR)
    left = [number for number in everything if number not in (1, 9)]
    report = run(pages(left), log, clock, tmp_path, store, is_full=True)
    assert report.outcome == Outcome.COMPLETE
    assert report.gone == 1, "9 is gone; 6 moved up; 1 was seen before it went"


def test_after_a_move_by_more_than_a_page_nothing_is_called_gone(
    log: EventLog, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    stored(store, *range(15))
    run(banned_at(pages(range(15)), 3), log, clock, tmp_path, store, is_full=True)
    clock.advance(HOUR)
    report = run(pages(range(6, 15)), log, clock, tmp_path, store, is_full=True)
    assert (report.outcome, report.gone) == (Outcome.COMPLETE, 0)


def test_a_pass_that_had_come_to_its_end_ends_there_again(
    log: EventLog, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    """Killed after the page that ended it: what it left out is not gone for that."""
    stored(store, *range(2, 12))
    interrupted = pages((0, 1, *range(2, 12)))

    def killed(newer_than: datetime | None) -> Iterable[Place]:
        raise Killed

    with pytest.raises(Killed):
        run(interrupted, log, clock, tmp_path, store, is_full=False, places=killed)
    assert interrupted.asked == [START, page_url(2)]
    clock.advance(HOUR)
    shelf = pages((0, 1, *range(2, 12)))
    report = run(shelf, log, clock, tmp_path, store, is_full=False)
    assert (report.outcome, report.gone) == (Outcome.STOPPED_AT_KNOWN, 0)
    assert shelf.asked == [page_url(2)]
