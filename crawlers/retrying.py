"""Retries that wait: as long as the site asks for, or longer each time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

LONGEST_WAIT_SECONDS = 90.0
"""A site that asks for more is left alone: the crawl ends as blocked."""
FIRST_WAIT_SECONDS = 2.0
MOST_SECONDS = 30 * 86_400.0
"""A date beyond it is a mistake of the site's clock."""


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retry middleware, which would try again at once."""

    async def process_response(  # type: ignore[override]  # Scrapy awaits either kind
        self, request: Request, response: Response
    ) -> Request | Response:
        again = super().process_response(request, response)
        if isinstance(again, Response):
            return again
        wait = wait_seconds(
            response.headers.get("Retry-After"), again.meta["retry_times"], self._delay
        )
        if wait > LONGEST_WAIT_SECONDS:
            return response
        await asyncio.sleep(wait)
        return again

    @property
    def _delay(self) -> float:
        return float(self.crawler.settings.getfloat("DOWNLOAD_DELAY"))


def wait_seconds(retry_after: bytes | None, attempt: int, delay_seconds: float) -> float:
    """What `Retry-After` asks (RFC 9110: seconds or a date), else doubling with each attempt
    from the crawl's own delay, at most FIRST_WAIT_SECONDS to begin with."""
    asked = asked_seconds(retry_after)
    if asked is not None:
        return asked
    return float(min(FIRST_WAIT_SECONDS, delay_seconds) * 2 ** (attempt - 1))


def asked_seconds(retry_after: bytes | None) -> float | None:
    """How long the header asks us to stay away; None when it says nothing that can be read."""
    asked = (retry_after or b"").decode("latin-1").strip()
    if asked.isdecimal():
        return float(min(int(asked[:9]), MOST_SECONDS))
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (aware - datetime.now(UTC)).total_seconds()), MOST_SECONDS)
