"""Reading pages with a real browser, where a source's options ask for it (extra `browser`)."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from crawlers.addresses import AddressRefused
from crawlers.browser_door import BrowserDoor
from crawlers.guard import Guard
from crawlers.outcomes import Outcome
from pipeline.errors import UsageError

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""A browser of the system, which saves the download of Playwright's own."""
UNNEEDED = frozenset({"image", "media", "font"})
"""Kinds of resources that hold no review."""


def check_browser() -> None:
    """Raises UsageError when the extra is not installed."""
    if find_spec("scrapy_playwright") is None:
        raise UsageError(
            "crawl.sources.NAME.browser needs a browser: pip install 'otzvuk[browser]', then "
            "chromium of the system or playwright install chromium; or turn the option off"
        )


def browser_settings(guard: Guard, timeout_seconds: float, proxy: str | None) -> dict[str, Any]:
    """Scrapy's settings for it; every connection passes the guard, or the operator's proxy."""
    return {
        "DOWNLOAD_HANDLERS": {
            "http": HANDLER, "https": HANDLER, "data": None, "file": None, "ftp": None, "s3": None,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch_options(proxy or BrowserDoor(guard).address),
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": timeout_seconds * 1_000,
        "PLAYWRIGHT_ABORT_REQUEST": refuses(guard),
    }  # fmt: skip


def launch_options(proxy: str) -> dict[str, Any]:
    """The system's browser where there is one, in its sandbox, so that it does not start for root.

    It goes through the proxy alone: it resolves no name, and speaks no UDP past it.
    """
    parts = urlsplit(proxy)
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    login = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return {
        "chromium_sandbox": True,
        "proxy": {"server": place} | (login if parts.username else {}),
        "args": [
            f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {parts.hostname}",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ],
    } | ({"executable_path": found} if found else {})


def browser_failure(error: BaseException) -> tuple[Outcome, str] | None:
    """Outcome and reason of what the browser raises; None for any other error.

    Playwright is an extra, so that its errors are told by their words.
    """
    said = str(error)
    if not type(error).__module__.startswith("playwright"):
        return None
    if type(error).__name__ == "TimeoutError":
        return Outcome.TIMEOUT, "the page was not there in time"
    if "ERR_HTTP_RESPONSE_CODE_FAILURE" in said:
        return Outcome.HTTP_ERROR, "the site answers with an error and no page"
    if "Executable doesn't exist" in said:
        return (
            Outcome.FAILED,
            "there is no browser: install chromium, or playwright install chromium",
        )
    if "sandboxing failed" in said or "without --no-sandbox" in said:
        return (
            Outcome.FAILED,
            "the browser has no sandbox here: run the worker as a user, not as root",
        )
    return Outcome.UNREACHABLE, said.partition("\nCall log")[0][:300]


def refuses(guard: Guard) -> Callable[[Any], Awaitable[bool]]:
    """Whether a browser's request is dropped: an address where a crawl must not go, or something
    that holds no review.

    Redirects do not pass here; whatever connects passes the door, or the operator's proxy.
    """

    async def is_refused(request: Any) -> bool:
        if request.resource_type in UNNEEDED:
            return True
        try:
            guard.check(request.url)
        except AddressRefused:
            return True
        return False

    return is_refused
