"""A fetcher that takes its turn: no request of a page without the site's budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawlers.budget import Budget, Turn, site_of
from crawlers.conversation import Reply, Unfetched
from crawlers.fetching import Fetcher
from crawlers.frontier import host_of
from pipeline.settings import CrawlSettings

BAN_SECONDS = 3_600.0
"""How long a site that shut us out is left alone, unless it asked for longer."""


@dataclass(frozen=True)
class PoliteFetcher:
    """Asks one page at a time; without a budget the crawl is alone with its sites."""

    fetcher: Fetcher
    budget: Budget | None
    settings: CrawlSettings
    is_stopped: Callable[[], bool]

    def fetch(self, url: str, seconds_left: float) -> Reply:
        """Read the page when the site is free; a ban pauses the site for everybody.

        Raises SitePaused, SiteBusy, or InterruptedError when told to stop.
        """
        timeout = min(seconds_left, self._page_seconds)
        if self.budget is None:
            return self.fetcher.fetch(url, timeout)
        turn = Turn(
            site=site_of(host_of(url)),
            delay_seconds=self.settings.delay_seconds,
            lease_seconds=self._page_seconds,
            patience_seconds=seconds_left,
        )
        with self.budget.turn(turn, self.is_stopped) as held:
            reply = self.fetcher.fetch(url, timeout)
            held.asked_to_wait(reply.wait_seconds)
            if isinstance(reply, Unfetched) and reply.outcome.is_ban:
                seconds = max(BAN_SECONDS, reply.retry_after_seconds or 0.0)
                self.budget.pause(turn.site, seconds, reply.reason)
        return reply

    @property
    def _page_seconds(self) -> float:
        """Longest one page may take with all its retries."""
        return (self.settings.retries + 1) * (self.settings.timeout_seconds + 100.0)
