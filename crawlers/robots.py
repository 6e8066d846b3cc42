"""robots.txt as RFC 9309 has it: absent means allowed, a server in trouble means refused."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response

REFUSE_ALL = b"User-agent: *\nDisallow: /\n"


class StrictRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, which would read the rules out of an error page."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        await super()._parse_robots(_effective(response), netloc, request)


def _effective(response: Any) -> Any:
    if response.status >= 500 or response.status == 429:
        return response.replace(body=REFUSE_ALL)
    return response if response.status < 300 else response.replace(body=b"")
