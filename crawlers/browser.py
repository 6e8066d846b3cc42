"""Reading pages with a real browser, where a source's options ask for it (extra `browser`)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from crawlers.addresses import AddressRefused
from crawlers.guard import Guard
from pipeline.errors import UsageError

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
UNNEEDED = frozenset({"image", "media", "font"})
"""Kinds of resources that hold no review."""


def check_browser() -> None:
    """Raises UsageError when the extra is not installed."""
    if find_spec("scrapy_playwright") is None:
        raise UsageError(
            "crawl.sources.NAME.browser needs a browser: pip install 'otzvuk[browser]', then "
            "playwright install chromium; or turn the option off"
        )


def browser_settings(guard: Guard) -> dict[str, Any]:
    """Scrapy's settings for it; every request of a page passes the guard as well."""
    return {
        "DOWNLOAD_HANDLERS": {
            "http": HANDLER, "https": HANDLER, "data": None, "file": None, "ftp": None, "s3": None,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_ABORT_REQUEST": refuses(guard),
    }  # fmt: skip


def refuses(guard: Guard) -> Callable[[Any], Awaitable[bool]]:
    """Whether a browser's request is dropped: an address, or a name that leads to one, where a
    crawl must not go, or something that holds no review.

    The browser resolves the name once more by itself, so that this alone would not stop a name
    server that changes its answer in between.
    """

    async def is_refused(request: Any) -> bool:
        if request.resource_type in UNNEEDED:
            return True
        try:
            guard.check(request.url)
        except AddressRefused:
            return True
        host = urlsplit(request.url).hostname or ""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                host, None, type=socket.SOCK_STREAM
            )
        except OSError:
            return True
        return not all(guard.permits(host, str(address[4][0])) for address in found)

    return is_refused
