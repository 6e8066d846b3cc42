"""Access tokens of one crawl: bought when they are needed, renewed before they end."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.credentials import Credentials, TokenGrant
from crawlers.guard import KEYED_HOST
from crawlers.outcomes import Outcome
from crawlers.retrying import asked_seconds

RENEW_SECONDS = 120.0
"""A token with less time left than this is renewed: a page may take that long."""
UNTOLD_SECONDS = 600.0
"""How long a token is used whose end is not told."""
_REFUSALS = frozenset((400, 401, 403))

Download = Callable[[Request], Awaitable[Response]]


class TokenRefused(Exception):
    """The token endpoint gave none."""

    def __init__(self, outcome: Outcome, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.retry_after_seconds = retry_after


class _Granted(msgspec.Struct, frozen=True):
    """RFC 6749, section 5.1."""

    access_token: str
    expires_in: float | None = None


class Tokens:
    """The current token; not for several tasks at once."""

    def __init__(
        self,
        grant: TokenGrant,
        credentials: Credentials,
        download: Download,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._grant = grant
        self._credentials = credentials
        self._download = download
        self._now = now
        self._token = ""
        self._renew_at = 0.0
        self.given: list[str] = []
        """Every token so far, none of which may be seen anywhere."""

    async def current(self) -> str:
        """A token that holds for the next page.

        Raises TokenRefused, or whatever the download raises.
        """
        if not self._token or self._now() >= self._renew_at:
            granted = _granted(await self._download(self._request()), self._grant)
            self._token = granted.access_token
            self.given.append(self._token)
            left = UNTOLD_SECONDS if granted.expires_in is None else granted.expires_in
            self._renew_at = self._now() + max(0.0, left - RENEW_SECONDS)
        return self._token

    def _request(self) -> Request:
        meta: dict[str, Any] = {
            KEYED_HOST: urlsplit(self._grant.url).hostname,
            "dont_obey_robotstxt": True,
            "dont_redirect": True,
        }
        return Request(
            self._grant.url,
            method="POST",
            headers={**self._credentials.headers(self._grant), "Accept": "application/json"},
            body=self._credentials.body(self._grant),
            meta=meta,
            callback=NO_CALLBACK,
            dont_filter=True,
        )


def _granted(response: Response, grant: TokenGrant) -> _Granted:
    said = _error_of(response.body)
    if response.status in _REFUSALS:
        reason = f"{grant.url} refuses the key ({grant.shape}): HTTP {response.status} {said}"
        raise TokenRefused(Outcome.KEY_MISSING, reason.strip())
    if response.status == 429:
        wait = asked_seconds(response.headers.get("Retry-After"))
        raise TokenRefused(Outcome.RATE_LIMITED, f"{grant.url} gives no more tokens for now", wait)
    if response.status != 200:
        reason = f"{grant.url} answers HTTP {response.status} {said}".strip()
        raise TokenRefused(Outcome.HTTP_ERROR, reason)
    try:
        granted = msgspec.json.decode(response.body, type=_Granted, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Some refuse with status 200 and a field `error`.
        outcome = Outcome.KEY_MISSING if said else Outcome.HTTP_ERROR
        raise TokenRefused(outcome, f"{grant.url} gives no token: {said or error}") from None
    if not granted.access_token:
        raise TokenRefused(Outcome.HTTP_ERROR, f"{grant.url} gives an empty token")
    return granted


def _error_of(body: bytes) -> str:
    """RFC 6749, section 5.2: the error's name; empty where there is none that can be read."""
    try:
        answer = msgspec.json.decode(body[:10_000])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    found = answer.get("error") if isinstance(answer, dict) else None
    name = found.get("status") or found.get("code") if isinstance(found, dict) else found
    return str(name)[:100] if isinstance(name, str | int) and name else ""
