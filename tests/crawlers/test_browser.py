"""A browser is asked for by name, and goes only where a crawl may go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.util import find_spec

import pytest
from scrapy import Request

from crawlers.browser import HANDLER, browser_settings, check_browser, refuses
from crawlers.conversation import Order
from crawlers.guard import Guard
from crawlers.keys import Secrets
from crawlers.proxying import PROXY_SETTING, OneProxyMiddleware
from crawlers.settings import scrapy_settings
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


@pytest.mark.skipif(find_spec("scrapy_playwright") is not None, reason="the extra is installed")
def test_without_the_extra_the_message_says_what_to_install() -> None:
    with pytest.raises(UsageError, match="otzvuk\\[browser\\]"):
        check_browser()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked("http://169.254.169.254/latest"), True),
        (Asked("http://localhost:8080/"), True),
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
    assert set(browser_settings(Guard(allow_loopback=False))) <= set(both)


def test_every_request_takes_the_one_proxy_and_may_reach_it_wherever_it_stands() -> None:
    request = Request("https://shop.example/")
    OneProxyMiddleware("http://10.0.0.7:3128").process_request(request)
    assert dict(request.meta) == {"proxy": "http://10.0.0.7:3128"}
    guard = Guard(allow_loopback=False, proxy="http://proxy.internal:3128")
    assert guard.permits("proxy.internal", "10.0.0.7")
    assert not guard.permits("shop.example", "10.0.0.7")
