"""The one spider: fetches the page it is asked for, parses it with the source, answers."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from scrapy import Request, Spider, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawlers.addresses import AddressRefused, same_site
from crawlers.browser import browser_failure
from crawlers.conversation import Fetch, Fetched, Order, Reply, Unfetched
from crawlers.credentials import credentials_of
from crawlers.guard import KEYED_HOST
from crawlers.keys import redacted
from crawlers.outcomes import Outcome
from crawlers.page import Page
from crawlers.parsed import BlockedReason
from crawlers.parsing.blocking import blocked_reason
from crawlers.recognition import AUTO, recognised, source_named
from crawlers.retrying import asked_seconds
from crawlers.robots import CRAWL_DELAY
from crawlers.source import PageRequest
from crawlers.tokens import TokenRefused, Tokens

ADDRESS = "otzvuk_address"
"""Where a request remembers the address that it was made for."""
OBSTACLES: dict[BlockedReason, Outcome] = {
    "captcha": Outcome.CAPTCHA,
    "login": Outcome.LOGIN_WALL,
    "consent": Outcome.CONSENT,
    "rate_limited": Outcome.RATE_LIMITED,
    "forbidden": Outcome.BLOCKED,
    "not_found": Outcome.HTTP_ERROR,
}


class ReviewSpider(Spider):
    """Reads orders from stdin, one line each, and answers on stdout before the next one.

    The end of stdin is the end of the crawl, so a parent that dies takes it along.
    """

    name = "reviews"

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._order = order
        self._source = None if order.source == AUTO else source_named(order.source)
        self._key = order.secrets.key
        self._tokens = self._token_desk()

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> ReviewSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.confess, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """One request per line, as they come."""
        lines: asyncio.Queue[bytes] = asyncio.Queue()
        listener = threading.Thread(
            target=_listen, args=(asyncio.get_running_loop(), lines), daemon=True
        )
        listener.start()
        while True:
            address = msgspec.json.decode(await lines.get(), type=Fetch).url
            if await self._has_token(address):
                yield self.request(address)

    def _token_desk(self) -> Tokens | None:
        grant = self._source.access.token if self._source else None
        credentials = credentials_of(self._key, grant)
        if grant is None or credentials is None:
            return None
        return Tokens(grant, credentials, lambda wish: self.crawler.engine.download_async(wish))

    async def _has_token(self, address: str) -> bool:
        """Whether the page can be asked for; where it cannot, that was the answer."""
        if self._tokens is None:
            return True
        try:
            self._key = await self._tokens.current()
        except TokenRefused as error:
            outcome, reason, wait = error.outcome, str(error), error.retry_after_seconds
        except Exception as error:  # noqa: BLE001  # whatever a download raises has an outcome
            (outcome, reason), wait = explain(error), None
        else:
            return True
        self._answer(
            Unfetched(url=address, outcome=outcome, reason=reason, retry_after_seconds=wait)
        )
        return False

    def request(self, address: str) -> Request:
        """The HTTP request behind a page's address, with the key where the source has one."""
        secrets, source = self._order.secrets, self._source
        plan = source.request(address, self._key) if source else PageRequest(url=address)
        meta: dict[str, Any] = {ADDRESS: address}
        if secrets.key is not None:
            # The key is the site's permission; it must not follow a redirect elsewhere.
            meta |= {KEYED_HOST: urlsplit(plan.url).hostname, "dont_obey_robotstxt": True}
        if self._order.use_browser:
            meta["playwright"] = True
        headers = dict(plan.headers)
        if secrets.cookies is not None and self._is_at_home(plan.url):
            headers["Cookie"] = secrets.cookies
        return Request(
            plan.url,
            method=plan.method,
            headers=headers,
            body=plan.body,
            meta=meta,
            callback=self.read,
            errback=self.give_up,
            dont_filter=True,
        )

    def read(self, response: Any) -> None:
        """Parse what came."""
        try:
            self._answer(self._read(response))
        except MemoryError:
            address = response.meta[ADDRESS]
            reason = "reading the page takes more memory than crawl.max_memory_megabytes allows"
            self._answer(Unfetched(url=address, outcome=Outcome.TOO_LARGE, reason=reason))

    def _read(self, response: Any) -> Reply:
        reply = self._reply(response)
        asked = max(reply.wait_seconds, response.meta.get(CRAWL_DELAY, 0.0))
        return msgspec.structs.replace(reply, wait_seconds=asked)

    def _reply(self, response: Any) -> Reply:
        # Behind a request with a key in its URL stands an address without it.
        is_redirected = bool(response.meta.get("redirect_times"))
        page = Page.read(
            body=response.body,
            url=response.url if is_redirected else response.meta[ADDRESS],
            fetched_at=datetime.now(UTC),
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            status=response.status,
            entity_id=self._order.entity_id,
            crawl_id=self._order.crawl_id,
            is_backfill=self._order.is_backfill,
        )
        return self._parsed(page, response.headers.get("Retry-After"))

    def give_up(self, failure: Any) -> None:
        """Say why nothing came."""
        url = failure.request.meta.get(ADDRESS, failure.request.url)
        outcome, reason = explain(failure.value)
        self._answer(Unfetched(url=url, outcome=outcome, reason=reason))

    def confess(self, failure: Any, response: Any) -> None:
        """A parser that broke is a bug: say so, or the parent would wait for nothing.

        Scrapy gives a failure in place of the response when there was none.
        """
        page = response if hasattr(response, "url") else getattr(response, "request", None)
        reason = f"a bug in the parser, please report it: {failure.getErrorMessage()}"
        self._answer(
            Unfetched(url=getattr(page, "url", ""), outcome=Outcome.FAILED, reason=reason[:1_000])
        )

    def _is_at_home(self, url: str) -> bool:
        home = urlsplit(self._order.listing or "").hostname or ""
        return same_site(urlsplit(url).hostname or "", home)

    def _parsed(self, page: Page, retry_after: bytes | None) -> Reply:
        source = self._source or recognised(page)
        # Interfaces say in the body of an error what is wrong; pages show theirs to people.
        is_readable = page.status < 400 or page.looks_like_json
        parsed = source.parse(page) if source and is_readable else None
        obstacle = parsed.blocked if parsed else None
        if obstacle is None and (parsed is None or page.status >= 400):
            obstacle = blocked_reason(page)
        if obstacle == "not_found" or (page.status >= 400 and obstacle is None):
            reason = f"{page.url} answers HTTP {page.status}"
            return Unfetched(url=page.url, outcome=Outcome.HTTP_ERROR, reason=reason)
        if obstacle is not None:
            return Unfetched(
                url=page.url,
                outcome=OBSTACLES[obstacle],
                reason=f"{page.url} shows an obstacle instead of its page: {obstacle}",
                retry_after_seconds=asked_seconds(retry_after),
                wait_seconds=parsed.wait_seconds if parsed else 0.0,
            )
        if source is None or parsed is None:
            reason = f"no source recognises {page.url}: name one (--source)"
            return Unfetched(url=page.url, outcome=Outcome.EMPTY_PAGE, reason=reason)
        if self._order.source == AUTO:
            self._source = source
        return Fetched(
            url=page.url,
            source=source.name,
            reviews=parsed.reviews,
            next_urls=parsed.next_urls,
            claimed_total=parsed.claimed_total,
            problems=parsed.problems,
            skipped=parsed.skipped,
            wait_seconds=parsed.wait_seconds,
        )

    def _answer(self, reply: Reply) -> None:
        hidden = self._tokens.given if self._tokens else ()
        sys.stdout.buffer.write(redacted(msgspec.json.encode(reply), hidden) + b"\n")
        sys.stdout.buffer.flush()


def _listen(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[bytes]) -> None:
    """Hand lines over; at the end of stdin leave at once, in the middle of a download too:
    the process holds nothing that would need saving."""
    for line in sys.stdin.buffer:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    os._exit(0)


def explain(error: BaseException) -> tuple[Outcome, str]:
    """Outcome and reason of a download that failed."""
    if failure := browser_failure(error):
        return failure
    match error:
        case AddressRefused():
            return Outcome.ADDRESS_REFUSED, str(error)
        case IgnoreRequest() if "robots.txt" in str(error):
            return Outcome.ROBOTS_REFUSED, "robots.txt does not allow this page"
        case IgnoreRequest() if "DOWNLOAD_MAXSIZE" in str(error):
            return Outcome.TOO_LARGE, "the page unpacks to more than the size limit"
        case IgnoreRequest():
            return Outcome.HTTP_ERROR, str(error)
        case DownloadTimeoutError():
            return Outcome.TIMEOUT, "the site did not send the page in time"
        case DownloadCancelledError() if "max size" in str(error):
            return Outcome.TOO_LARGE, "the page is larger than the size limit"
        case CannotResolveHostError():
            return Outcome.UNREACHABLE, f"the name does not resolve ({error})"
        case DownloadConnectionRefusedError():
            return Outcome.UNREACHABLE, f"the site refuses connections ({error})"
    return Outcome.UNREACHABLE, f"{type(error).__name__}: {error}"[:500]
