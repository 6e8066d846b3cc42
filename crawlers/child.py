"""`python -m crawlers.child`: one Scrapy process, since a reactor starts only once.

It reads an order and then pages to fetch from stdin, and never touches the log or the store:
what hostile pages could break stays in here.
"""

from __future__ import annotations

import resource
import sys

import msgspec
from scrapy.crawler import CrawlerProcess

from crawlers.conversation import Order
from crawlers.settings import MEGABYTE, scrapy_settings
from crawlers.spider import ReviewSpider


def main() -> None:
    """Run until stdin ends."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    if not order.use_browser:  # a browser maps far more than it uses
        limit_memory(order.crawl.max_memory_megabytes)
    process = CrawlerProcess(scrapy_settings(order))
    process.crawl(ReviewSpider, order=order)
    process.start()


def limit_memory(megabytes: int) -> None:
    """Let a page that asks for more fail in here instead of starving the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * MEGABYTE
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


if __name__ == "__main__":
    main()
