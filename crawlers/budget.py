"""One request at a time for a site, whoever of our workers asks, and none after a ban."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Protocol

from msgspec import Struct
from tldextract import TLDExtract

from pipeline.clock import Clock

LONGEST_WAIT_SECONDS = 3_600.0
"""A site that asks for longer pauses between two pages than this gets this one."""
LOOK_SECONDS = 1.0
"""Longest sleep before a waiting worker looks again whether the site is free."""

IsStopped = Callable[[], bool]


class SitePaused(Exception):
    """The site banned us a short while ago: nobody asks it before `until`."""

    def __init__(self, site: str, until: datetime, reason: str) -> None:
        super().__init__(f"{site} is left alone until {until:%Y-%m-%d %H:%M} UTC: {reason}")
        self.until = until


class SiteBusy(Exception):
    """The site was not free for as long as this worker could wait."""


class Turn(Struct, frozen=True, kw_only=True):
    """What a worker wants of a site."""

    site: str
    delay_seconds: float
    """Pause after the request, before anybody's next one."""
    lease_seconds: float
    """Longest the request may take; then the site is free for others whatever became of it."""
    patience_seconds: float
    """Longest to wait for the site."""


@dataclass
class Held:
    """A turn that was had: what its request learns decides how long the others wait."""

    delay_seconds: float
    """Pause after the request, before anybody's next one."""

    def asked_to_wait(self, seconds: float) -> None:
        """The site wants that pause, where it is longer than ours."""
        self.delay_seconds = max(self.delay_seconds, min(seconds, LONGEST_WAIT_SECONDS))


class Budget(Protocol):
    """Who may ask which site, and when."""

    def turn(self, wanted: Turn, is_stopped: IsStopped) -> AbstractContextManager[Held]:
        """Wait for the site; others wait while the block runs and the delay after it.

        Raises SitePaused, SiteBusy when the patience is over, InterruptedError when stopped.
        """

    def pause(self, site: str, seconds: float, reason: str) -> None:
        """Let nobody ask the site for so long."""


@functools.cache
def _extract() -> TLDExtract:
    """Only the list that came with the package: no request, no cache on disk."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)


def site_of(host: str) -> str:
    """The registrable domain, which shares one server's patience; the host itself when it has
    none (an address, a local name)."""
    host = host.casefold().rstrip(".")
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        # Of an unknown ending the last label is the suffix (publicsuffix.org/list, rule 2).
        unlisted = ".".join(host.split(".")[-2:])
        return _extract()(host).top_domain_under_public_suffix or unlisted


def sleep_a_little(
    clock: Clock, left: timedelta, deadline: float, is_stopped: IsStopped, site: str
) -> None:
    """Wait for a moment; raises SiteBusy after the deadline, InterruptedError when stopped."""
    patience = deadline - clock.monotonic()
    if patience <= 0:
        raise SiteBusy(
            f"{site} was busy: other crawls, or the pause between pages that it asks for"
        )
    if is_stopped():
        raise InterruptedError
    clock.sleep(max(0.01, min(left.total_seconds(), patience, LOOK_SECONDS)))
