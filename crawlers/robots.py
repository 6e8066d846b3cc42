"""robots.txt as RFC 9309 has it: absent means allowed, a server in trouble means refused.

`Crawl-delay` is no part of that standard; sites that write it mean it all the same.
"""

from __future__ import annotations

import math
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

CRAWL_DELAY = "otzvuk_crawl_delay"
"""Where a request remembers how long its site wants to wait after it, in seconds."""
REFUSE_ALL = b"User-agent: *\nDisallow: /\n"


class StrictRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, which would read the rules out of an error page."""

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what the rules refuse; note the pause that they ask for."""
        super().process_request_2(rp, request)
        request.meta[CRAWL_DELAY] = _delay(rp, self._default_useragent)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        await super()._parse_robots(_effective(response), netloc, request)


def _effective(response: Any) -> Any:
    if response.status >= 500 or response.status == 429:
        return response.replace(body=REFUSE_ALL)
    return response if response.status < 300 else response.replace(body=b"")


def _delay(rp: RobotParser | None, agent: str) -> float:
    """0 where nothing, or no length of time, is written."""
    told = (rp.crawl_delay(agent) if rp else None) or 0.0
    return told if math.isfinite(told) and told > 0 else 0.0
