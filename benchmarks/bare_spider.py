"""Scrapy itself on the same pages: follows them and reads no review.

Usage: python -m benchmarks.bare_spider chain|heap|bench FIRST_PAGE PAGES
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.commands.bench import _BenchSpider
from scrapy.crawler import CrawlerProcess


class Chain(Spider):
    """Asks for a page, then for the one it leads to, as a list of reviews has to be read."""

    name = "chain"

    def __init__(self, first: str, pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._first = first
        self._left = pages

    async def start(self) -> AsyncIterator[Request]:
        """The first page."""
        yield Request(self._first)

    def parse(self, response: Any) -> Iterator[Request]:
        """The page's own link."""
        self._left -= 1
        if self._left > 0:
            yield response.follow(response.css("a[rel=next]::attr(href)").get())


class Heap(Chain):
    """Knows all addresses beforehand, so that many requests are under way together."""

    name = "heap"

    async def start(self) -> AsyncIterator[Request]:
        """All pages."""
        folder = self._first.rpartition("/")[0]
        for number in range(self._left):
            yield Request(f"{folder}/{number}")

    def parse(self, response: Any) -> Iterator[Request]:
        """Nothing more."""
        self._left -= response.status == 200
        yield from ()

    def closed(self, _reason: str) -> None:
        """A crawl that lost pages is no measurement."""
        if self._left:
            sys.exit(f"{self._left} pages were not answered")


def main() -> None:
    """Crawl with Scrapy's own settings, only quietly."""
    name, first, pages = sys.argv[1:]
    # The whole of what `scrapy bench` runs, save that it ends after some pages, not seconds.
    settings: dict[str, Any] = {"CLOSESPIDER_PAGECOUNT": int(pages)} if name == "bench" else {}
    settings |= {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "USER_AGENT": "benchmark"}
    arguments: dict[str, Any] = (
        {"total": 100_000} if name == "bench" else {"first": first, "pages": int(pages)}
    )
    process = CrawlerProcess(settings)
    spider = {"chain": Chain, "heap": Heap, "bench": _BenchSpider}[name]
    process.crawl(spider, **arguments)
    process.start()


if __name__ == "__main__":
    main()
