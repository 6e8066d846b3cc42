"""Reviews and the report that counts them reach the log as one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crawlers.outcomes import Outcome
from crawlers.publishing import PORTION_REVIEWS, Publisher, Run
from pipeline.clock import FixedClock
from pipeline.errors import LogUnavailable, StoreUnavailable
from pipeline.log.protocol import EventLog
from tests.crawlers.conftest import NOW
from tests.crawlers.published import (
    FlakyProducer,
    a_review,
    assert_balanced,
    reports_on,
    reviews_on,
)

RUN = Run(crawl_id="c1", entity_id="tea", source="shop", url=None, is_backfill=True, started_at=NOW)


def test_every_portion_comes_with_the_report_that_counts_it(
    log: EventLog, clock: FixedClock
) -> None:
    publisher = Publisher(log.producer(), RUN, clock)
    publisher.add(a_review(n, source="shop" if n % 3 else "forum") for n in range(1_203))
    publisher.finish(Outcome.COMPLETE)
    reports = reports_on(log)
    assert [report.sequence for report in reports] == [0, 1, 2, 3]
    assert [report.is_final for report in reports] == [False, False, False, True]
    assert all(
        sum(sum(days.values()) for days in report.published.values()) <= PORTION_REVIEWS
        for report in reports
    )
    assert len(reviews_on(log)) == reports[-1].seen == 1_203
    assert_balanced(log)


def test_an_id_is_published_once_a_run(log: EventLog, clock: FixedClock) -> None:
    publisher = Publisher(log.producer(), RUN, clock)
    publisher.add([a_review(1), a_review(2)])
    tally = publisher.add([a_review(2), a_review(3)])
    report = publisher.finish(Outcome.COMPLETE)
    assert tally.repeated == 1
    assert tally.fresh == ("shop:3",)
    assert report.seen == len(reviews_on(log)) == 3


def test_new_changed_and_unchanged_add_up_to_seen(log: EventLog, clock: FixedClock) -> None:
    stored = {"shop:1": a_review(1).content_hash, "shop:2": "0" * 32}
    publisher = Publisher(log.producer(), RUN, clock, lambda ids: stored)
    publisher.add(map(a_review, range(1, 5)))
    report = publisher.finish(Outcome.COMPLETE)
    assert (report.new, report.changed, report.unchanged, report.seen) == (2, 1, 1, 4)


def test_a_store_that_goes_away_is_said_and_does_not_stop_the_run(
    log: EventLog, clock: FixedClock
) -> None:
    def known(ids: Sequence[str]) -> dict[str, str]:
        raise StoreUnavailable("gone")

    publisher = Publisher(log.producer(), RUN, clock, known)
    publisher.add([a_review(1)])
    report = publisher.finish(Outcome.COMPLETE)
    assert report.seen == 1
    assert "gone" in report.problems[0]


def test_a_log_that_comes_back_gets_everything_once(log: EventLog, clock: FixedClock) -> None:
    publisher = Publisher(FlakyProducer(log.producer(), 3), RUN, clock)
    publisher.add(map(a_review, range(600)))
    publisher.finish(Outcome.COMPLETE)
    assert len(reviews_on(log)) == 600
    assert clock.monotonic() > 0
    assert_balanced(log)


def test_a_log_that_stays_away_is_told_to_the_caller(log: EventLog, clock: FixedClock) -> None:
    publisher = Publisher(FlakyProducer(log.producer(), 99), RUN, clock)
    with pytest.raises(LogUnavailable):
        publisher.add(map(a_review, range(600)))
    assert reviews_on(log) == []


def test_a_report_names_the_first_problems_and_counts_all(log: EventLog, clock: FixedClock) -> None:
    publisher = Publisher(log.producer(), RUN, clock)
    for number in range(100):
        publisher.skip(1, f"row {number}: broken")
    report = publisher.finish(Outcome.FAILED, "nothing was good")
    assert report.skipped == 100
    assert len(report.problems) == 20
    assert report.reason.startswith("nothing was good: ")
