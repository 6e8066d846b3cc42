"""`python -m crawlers.child`: one Scrapy process, since a reactor starts only once.

It reads an order and then pages to fetch from stdin, and never touches the log or the store:
what hostile pages could break stays in here.
"""

from __future__ import annotations

import sys

import msgspec
from scrapy.crawler import CrawlerProcess

from crawlers.conversation import Order
from crawlers.settings import scrapy_settings
from crawlers.spider import ReviewSpider


def main() -> None:
    """Run until stdin ends."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    process = CrawlerProcess(scrapy_settings(order.crawl))
    process.crawl(ReviewSpider, order=order)
    process.start()


if __name__ == "__main__":
    main()
