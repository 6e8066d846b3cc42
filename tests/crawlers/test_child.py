"""Real crawls through the child process, against a site that does what sites do."""

from __future__ import annotations

import gzip
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import psutil
import pytest

from crawlers.conversation import Fetched, Order, Unfetched
from crawlers.fetching import ChildFetcher
from crawlers.jobs import run_job
from crawlers.outcomes import Outcome
from crawlers.retrying import wait_seconds
from pipeline.clock import SystemClock
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.records import CrawlJob
from pipeline.settings import CrawlSettings, Settings
from tests.crawlers.published import assert_balanced, reports_on, reviews_on
from tests.crawlers.site import Answer, Site, reviews_page

PATIENCE_SECONDS = 60.0
QUICK = CrawlSettings(
    allow_loopback=True, delay_seconds=0.0, timeout_seconds=2.0, retries=1,
    max_response_megabytes=1,
)  # fmt: skip


@pytest.fixture
def fetcher() -> Iterator[ChildFetcher]:
    order = Order(source="auto", entity_id="tea", crawl_id="c1", is_backfill=True, crawl=QUICK)
    with ChildFetcher(order) as running:
        yield running


def outcome_of(fetcher: ChildFetcher, url: str) -> Outcome:
    reply = fetcher.fetch(url, PATIENCE_SECONDS)
    assert isinstance(reply, Unfetched), reply
    assert reply.reason
    return reply.outcome


def test_a_page_is_read_by_the_source_that_recognises_it(fetcher: ChildFetcher, site: Site) -> None:
    site.pages["/tea"] = reviews_page(["Анна", "Борис"], claimed=2)
    reply = fetcher.fetch(site.url("/tea"), PATIENCE_SECONDS)
    assert isinstance(reply, Fetched)
    assert reply.source == "schemaorg"
    assert [review.author.name for review in reply.reviews] == ["Анна", "Борис"]
    assert {review.entity_id for review in reply.reviews} == {"tea"}
    assert all(review.is_backfill for review in reply.reviews)
    assert site.paths == ["/robots.txt", "/tea"]


def test_each_obstacle_has_its_own_outcome(fetcher: ChildFetcher, site: Site) -> None:
    captcha = Answer(b"<html><title>Robot Check</title>Type the characters you see</html>")
    login = Answer("<title>Вход на сайт</title><form>Пароль</form>".encode())
    moved = Answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    inward = Answer(status=302, headers={"Location": "http://[::ffff:10.0.0.1]/"})
    refresh = Answer(
        b'<html><head><meta http-equiv="refresh" content="0; url=http://192.168.0.1/"></head></html>'
    )
    bomb = gzip.compress(b"<p>" + b"a" * 30_000_000)
    site.pages |= {
        "/captcha": captcha,
        "/login": login,
        "/forbidden": Answer(status=403),
        "/missing": Answer(status=404),
        "/metadata": moved,
        "/inward": inward,
        "/refresh": refresh,
        "/circle": Answer(status=302, headers={"Location": "/circle?again"}),
        "/circle?again": Answer(status=302, headers={"Location": "/circle"}),
        "/huge": Answer(b"a" * 3_000_000),
        "/bomb": Answer(bomb, headers={"Content-Encoding": "gzip"}),
        "/slow": Answer(drip=True),
    }
    expected = {
        "/captcha": Outcome.CAPTCHA,
        "/login": Outcome.LOGIN_WALL,
        "/forbidden": Outcome.BLOCKED,
        "/missing": Outcome.HTTP_ERROR,
        "/metadata": Outcome.ADDRESS_REFUSED,
        "/inward": Outcome.ADDRESS_REFUSED,
        "/refresh": Outcome.ADDRESS_REFUSED,
        "/circle": Outcome.HTTP_ERROR,
        "/huge": Outcome.TOO_LARGE,
        "/bomb": Outcome.TOO_LARGE,
        "/slow": Outcome.TIMEOUT,
    }
    assert {path: outcome_of(fetcher, site.url(path)) for path in expected} == expected


def test_robots_rules_are_obeyed_path_by_path(fetcher: ChildFetcher, site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private\n")
    site.pages["/private"] = site.pages["/open"] = reviews_page(["Анна"])
    assert outcome_of(fetcher, site.url("/private")) is Outcome.ROBOTS_REFUSED
    assert isinstance(fetcher.fetch(site.url("/open"), PATIENCE_SECONDS), Fetched)
    assert "/private" not in site.paths


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(b"7", 7.0), (b"0.5", 0.5), (b"-3", 0.0), (b"inf", 0.0), (b"nan", 0.0), (b"soon", 0.0)],
)
def test_the_pause_that_robots_rules_ask_for_is_told(
    fetcher: ChildFetcher, site: Site, written: bytes, seconds: float
) -> None:
    rules = b"User-agent: *\nDisallow: /private\nCrawl-delay: " + written + b"\n"
    site.pages |= {"/robots.txt": Answer(rules), "/tea": reviews_page(["Анна"])}
    for path in ("/tea", "/missing"):
        assert fetcher.fetch(site.url(path), PATIENCE_SECONDS).wait_seconds == seconds
    assert fetcher.fetch(site.url("/private"), PATIENCE_SECONDS).wait_seconds == 0.0


def test_a_crawl_keeps_the_pause_that_robots_rules_ask_for(
    site: Site, log: EventLog, tmp_path: Path
) -> None:
    site.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 1.5\n"),
        "/tea": reviews_page(["Анна", "Борис"], next_url="/tea?page=2", claimed=4),
        "/tea?page=2": reviews_page(["Вера", "Глеб"], claimed=4, day="2026-03-{:02d}"),
    }
    settings = Settings(data_dir=str(tmp_path), crawl=QUICK)
    url = site.url("/tea")
    job = CrawlJob(
        job_id="j", entity_id="tea", source="schemaorg", url=url, due_at=datetime.now(UTC)
    )
    assert run_job(job, settings, log, None, SystemClock(), lambda text: None).seen == 4
    first, second = (moment for path, moment in site.requests if path.startswith("/tea"))
    assert second - first >= 1.5


def test_a_site_that_cannot_show_its_rules_is_left_alone(fetcher: ChildFetcher, site: Site) -> None:
    site.pages["/robots.txt"] = Answer(status=503)
    site.pages["/tea"] = reviews_page(["Анна"])
    assert outcome_of(fetcher, site.url("/tea")) is Outcome.ROBOTS_REFUSED


def test_an_overloaded_site_is_asked_again_when_it_said_so(
    fetcher: ChildFetcher, site: Site
) -> None:
    answers = itertools.chain(
        [Answer(status=429, headers={"Retry-After": "1"})], itertools.repeat(reviews_page(["Анна"]))
    )
    site.pages["/busy"] = lambda: next(answers)
    assert isinstance(fetcher.fetch(site.url("/busy"), PATIENCE_SECONDS), Fetched)
    first, second = (moment for path, moment in site.requests if path == "/busy")
    assert second - first >= 1.0


def test_a_site_that_asks_for_too_long_a_wait_is_left_alone(
    fetcher: ChildFetcher, site: Site
) -> None:
    site.pages["/busy"] = Answer(status=429, headers={"Retry-After": "7200"})
    reply = fetcher.fetch(site.url("/busy"), PATIENCE_SECONDS)
    assert isinstance(reply, Unfetched)
    assert (reply.outcome, reply.retry_after_seconds) == (Outcome.RATE_LIMITED, 7_200.0)
    assert site.paths.count("/busy") == 1


def test_names_are_checked_after_they_are_resolved(site: Site) -> None:
    strict = Order(
        source="auto", entity_id="tea", crawl_id="c", is_backfill=True, crawl=CrawlSettings()
    )
    with ChildFetcher(strict) as fetcher:
        assert outcome_of(fetcher, "http://localhost:8080/tea") is Outcome.ADDRESS_REFUSED
        assert outcome_of(fetcher, site.url("/tea")) is Outcome.ADDRESS_REFUSED
    assert site.requests == []


def test_a_page_that_takes_for_ever_does_not_hold_the_crawl(
    fetcher: ChildFetcher, site: Site
) -> None:
    site.pages["/slow"] = Answer(drip=True)
    reply = fetcher.fetch(site.url("/slow"), 0.2)
    assert isinstance(reply, Unfetched)
    assert reply.outcome is Outcome.TIMEOUT
    site.pages["/tea"] = reviews_page(["Анна"])
    assert isinstance(fetcher.fetch(site.url("/tea"), PATIENCE_SECONDS), Fetched)


def test_a_crawl_from_job_to_report(
    site: Site, log: EventLog, store: Store, tmp_path: Path
) -> None:
    site.pages |= {
        "/tea": reviews_page(["Анна", "Борис"], next_url="/tea?page=2", claimed=4),
        "/tea?page=2": reviews_page(["Вера", "Глеб"], claimed=4, day="2026-03-{:02d}"),
    }
    settings = Settings(data_dir=str(tmp_path), crawl=QUICK)
    job = CrawlJob(
        job_id="j",
        entity_id="tea",
        source="schemaorg",
        url=site.url("/tea"),
        due_at=datetime.now(UTC),
    )
    said: list[str] = []
    report = run_job(job, settings, log, store, SystemClock(), said.append)
    assert (report.outcome, report.seen, report.pages, report.new) == ("complete", 4, 2, 4)
    assert len(reviews_on(log)) == 4
    assert all(review.is_backfill for review in reviews_on(log))
    assert reports_on(log)[-1] == report
    assert_balanced(log)
    assert re.search(r"page 2: .*page=2", said[-1])


def test_the_second_completed_pass_is_news(
    site: Site, log: EventLog, store: Store, tmp_path: Path
) -> None:
    site.pages["/tea"] = reviews_page(["Анна"])
    settings = Settings(data_dir=str(tmp_path), crawl=QUICK)
    job = CrawlJob(
        job_id="j", entity_id="tea", source="auto", url=site.url("/tea"), due_at=datetime.now(UTC)
    )
    identity = {"entity_id": "tea", "source": "auto", "url": job.url, "is_final": True}
    store["crawl_reports"].insert_one({"_id": "1", **identity, "outcome": "blocked"})
    first = run_job(job, settings, log, store, SystemClock(), lambda text: None)
    store["crawl_reports"].insert_one({"_id": "2", **identity, "outcome": first.outcome})
    second = run_job(job, settings, log, store, SystemClock(), lambda text: None)
    assert (first.is_backfill, second.is_backfill) == (True, False)


def test_equal_pages_under_new_tokens_fail_the_crawl(
    site: Site, log: EventLog, tmp_path: Path
) -> None:
    for token in range(5):
        site.pages[f"/tea?token={token}"] = reviews_page(
            ["Анна", "Борис"], next_url=f"/tea?token={token + 1}"
        )
    settings = Settings(data_dir=str(tmp_path), crawl=QUICK)
    url = site.url("/tea?token=0")
    job = CrawlJob(
        job_id="j", entity_id="tea", source="schemaorg", url=url, due_at=datetime.now(UTC)
    )
    report = run_job(job, settings, log, None, SystemClock(), lambda text: None)
    assert report.outcome == "repeated_page"
    assert site.paths == ["/robots.txt", "/tea?token=0", "/tea?token=1"]


def test_waiting_follows_the_site_or_doubles() -> None:
    assert wait_seconds(b"17", 1, 1.0) == 17
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < wait_seconds(soon.encode(), 1, 1.0) <= 60
    assert wait_seconds(b"Mon, 01 Jan 2001 00:00:00 GMT", 1, 1.0) == 0
    assert [wait_seconds(None, attempt, 1.0) for attempt in (1, 2, 3)] == [1, 2, 4]
    assert wait_seconds(b"soon", 1, 60.0) == 2


def test_a_page_that_asks_for_too_much_memory_fails_in_its_process() -> None:
    script = "import crawlers.child as c; c.limit_memory(200); bytearray(300 * c.MEGABYTE)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def test_a_process_that_is_killed_is_replaced_and_its_page_read(
    fetcher: ChildFetcher, site: Site
) -> None:
    site.pages["/tea"] = reviews_page(["Анна"])
    assert isinstance(fetcher.fetch(site.url("/tea"), PATIENCE_SECONDS), Fetched)
    children = psutil.Process().children()
    for child in children:
        if "crawlers.child" in child.cmdline():
            child.kill()
    assert isinstance(fetcher.fetch(site.url("/tea"), PATIENCE_SECONDS), Fetched)


def test_a_waiting_fetch_ends_when_told_to_stop(site: Site) -> None:
    site.pages["/slow"] = Answer(drip=True)
    order = Order(source="auto", entity_id="tea", crawl_id="c1", is_backfill=True, crawl=QUICK)
    with ChildFetcher(order, lambda: True) as fetcher:
        reply = fetcher.fetch(site.url("/slow"), PATIENCE_SECONDS)
    assert isinstance(reply, Unfetched)
    assert reply.outcome is Outcome.INTERRUPTED
