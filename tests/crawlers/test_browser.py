"""A browser is asked for by name, and goes only where a crawl may go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from scrapy import Request

from crawlers.browser import (
    HANDLER,
    browser_failure,
    browser_settings,
    check_browser,
    launch_options,
    refuses,
)
from crawlers.conversation import Order
from crawlers.guard import Guard
from crawlers.keys import Secrets
from crawlers.outcomes import Outcome
from crawlers.proxying import PROXY_SETTING, OneProxyMiddleware
from crawlers.settings import scrapy_settings
from crawlers.spider import explain
from pipeline.errors import UsageError
from pipeline.settings import CrawlSettings


@dataclass(frozen=True)
class Asked:
    """A browser's request."""

    url: str
    resource_type: str = "document"


def order(*, use_browser: bool = False, proxy: str | None = None) -> Order:
    return Order(
        source="auto", entity_id="tea", crawl_id="c", is_backfill=False, crawl=CrawlSettings(),
        use_browser=use_browser, secrets=Secrets(proxy=proxy),
    )  # fmt: skip


def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawlers.browser.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"otzvuk\[browser\]"):
        check_browser()


def test_the_browser_goes_out_by_one_way_alone() -> None:
    own = launch_options("socks5://127.0.0.1:4711")
    assert own["proxy"] == {"server": "socks5://127.0.0.1:4711"}
    assert "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1" in own["args"]
    assert own["chromium_sandbox"] is True
    theirs = launch_options("http://me:p%40ss@proxy.example:3128")
    assert theirs["proxy"] == {
        "server": "http://proxy.example:3128", "username": "me", "password": "p@ss",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said", "outcome"),
    [
        ("TimeoutError", "Page.goto: Timeout 3000ms exceeded.", Outcome.TIMEOUT),
        ("Error", "Page.goto: net::ERR_HTTP_RESPONSE_CODE_FAILURE at x", Outcome.HTTP_ERROR),
        ("Error", "BrowserType.launch: Executable doesn't exist at /x", Outcome.FAILED),
        ("Error", "Chromium sandboxing failed!", Outcome.FAILED),
        ("Error", "Page.goto: net::ERR_NAME_NOT_RESOLVED at x", Outcome.UNREACHABLE),
    ],
)
def test_what_a_browser_says_has_its_outcome(name: str, said: str, outcome: Outcome) -> None:
    kind = type(name, (Exception,), {"__module__": "playwright._impl._errors"})
    found, reason = explain(kind(said))
    assert found is outcome
    assert reason


def test_other_errors_are_none_of_the_browsers() -> None:
    assert browser_failure(TimeoutError("Timeout 3000ms exceeded")) is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked("http://169.254.169.254/latest"), True),
        (Asked("http://shop.example:25/"), True),
        (Asked("file:///etc/passwd"), True),
        (Asked("http://93.184.215.14/"), False),
        (Asked("http://93.184.215.14/a.png", "image"), True),
    ],
)
def test_every_request_of_a_page_is_checked(asked: Asked, expected: bool) -> None:
    async def ask() -> bool:
        return await refuses(Guard(allow_loopback=False))(asked)

    assert asyncio.run(ask()) is expected


def test_browser_and_proxy_are_off_unless_asked_for() -> None:
    plain = scrapy_settings(order())
    assert plain["HTTPPROXY_ENABLED"] is False
    assert "PLAYWRIGHT_BROWSER_TYPE" not in plain
    both = scrapy_settings(order(use_browser=True, proxy="http://user:word@proxy.example:3128"))
    assert both["HTTPPROXY_ENABLED"] is True
    assert both[PROXY_SETTING].endswith(":3128")
    assert both["DOWNLOAD_HANDLERS"]["https"] == HANDLER
    assert set(browser_settings(Guard(allow_loopback=False), 30.0, None)) <= set(both)


def test_every_request_takes_the_one_proxy_and_may_reach_it_wherever_it_stands() -> None:
    request = Request("https://shop.example/")
    OneProxyMiddleware("http://10.0.0.7:3128").process_request(request)
    assert dict(request.meta) == {"proxy": "http://10.0.0.7:3128"}
    guard = Guard(allow_loopback=False, proxy="http://proxy.internal:3128")
    assert guard.permits("proxy.internal", "10.0.0.7")
    assert not guard.permits("shop.example", "10.0.0.7")
