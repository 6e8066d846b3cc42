"""Whatever happens to a page, the parent gets exactly one answer."""

from __future__ import annotations

import msgspec
import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawlers.addresses import AddressRefused
from crawlers.conversation import Order, Reply, Unfetched
from crawlers.outcomes import Outcome
from crawlers.robots import CRAWL_DELAY
from crawlers.spider import ADDRESS, ReviewSpider, explain
from pipeline.settings import CrawlSettings

ORDER = Order(
    source="auto", entity_id="tea", crawl_id="c", is_backfill=False, crawl=CrawlSettings()
)


def test_a_parser_that_breaks_is_confessed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    spider = ReviewSpider(order=ORDER)
    failure = Failure(ZeroDivisionError("division by zero"))  # type: ignore[no-untyped-call]
    spider.confess(failure, Response("http://shop.example/"))
    answer = msgspec.json.decode(capfdbinary.readouterr().out, type=Reply)
    assert isinstance(answer, Unfetched)
    assert answer.outcome is Outcome.FAILED
    assert "division by zero" in answer.reason


@pytest.mark.parametrize("request_", [None, Request("http://shop.example/tea")])
def test_a_bug_without_a_response_is_confessed_too(
    capfdbinary: pytest.CaptureFixture[bytes], request_: Request | None
) -> None:
    broken = Failure(ZeroDivisionError("division by zero"))  # type: ignore[no-untyped-call]
    if request_ is not None:
        broken.request = request_  # type: ignore[attr-defined]  # as Scrapy does
    ReviewSpider(order=ORDER).confess(broken, broken)
    answer = msgspec.json.decode(capfdbinary.readouterr().out, type=Reply)
    assert answer.url == ("http://shop.example/tea" if request_ else "")


def test_a_wish_to_wait_is_passed_on(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    url = "https://api.stackexchange.com/2.3/questions?site=stackoverflow.com"
    spider = ReviewSpider(order=msgspec.structs.replace(ORDER, source="stackexchange"))
    body = b'{"items": [], "has_more": false, "backoff": 10}'
    for meta, seconds in (({}, 10.0), ({CRAWL_DELAY: 4.0}, 10.0), ({CRAWL_DELAY: 60.0}, 60.0)):
        request = Request(url, meta={ADDRESS: url} | meta)
        spider.read(Response(url, body=body, request=request))
        answer = msgspec.json.decode(capfdbinary.readouterr().out, type=Reply)
        assert answer.wait_seconds == seconds


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AddressRefused("no"), Outcome.ADDRESS_REFUSED),
        (IgnoreRequest("Forbidden by robots.txt"), Outcome.ROBOTS_REFUSED),
        (IgnoreRequest("exceeded DOWNLOAD_MAXSIZE"), Outcome.TOO_LARGE),
        (IgnoreRequest("max redirections reached"), Outcome.HTTP_ERROR),
        (DownloadTimeoutError(), Outcome.TIMEOUT),
        (DownloadCancelledError("larger than download max size"), Outcome.TOO_LARGE),
        (CannotResolveHostError("no such name"), Outcome.UNREACHABLE),
        (OSError("network is down"), Outcome.UNREACHABLE),
    ],
)
def test_every_failure_has_an_outcome_and_a_reason(error: Exception, outcome: Outcome) -> None:
    found, reason = explain(error)
    assert found is outcome
    assert reason


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, b'{"error_id": 502, "error_name": "throttle_violation"}', Outcome.RATE_LIMITED),
        (400, b'{"error_id": 404, "error_name": "no_method"}', Outcome.HTTP_ERROR),
        (500, b"<html>Oops</html>", Outcome.HTTP_ERROR),
        (429, b"<html>Slow down</html>", Outcome.RATE_LIMITED),
    ],
)
def test_an_interface_says_in_the_body_of_an_error_what_is_wrong(
    capfdbinary: pytest.CaptureFixture[bytes], status: int, body: bytes, outcome: Outcome
) -> None:
    url = "https://api.stackexchange.com/2.3/questions?site=stackoverflow.com"
    spider = ReviewSpider(order=msgspec.structs.replace(ORDER, source="stackexchange"))
    spider.read(Response(url, status=status, body=body, request=Request(url, meta={ADDRESS: url})))
    answer = msgspec.json.decode(capfdbinary.readouterr().out, type=Reply)
    assert isinstance(answer, Unfetched)
    assert answer.outcome is outcome
