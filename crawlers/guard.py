"""Checks every address at the moment of use: each request, each redirect, each resolved name."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.interfaces import (
    IHostnameResolver,
    IResolutionReceiver,
)
from zope.interface import implementer

from crawlers.addresses import AddressRefused, ascii_name, checked_url, refusal

GUARD_SETTING = "OTZVUK_GUARD"
KEYED_HOST = "otzvuk_keyed_host"
"""Where a request that carries a key remembers for whom it is."""


class Guard:
    """The policy of one crawl process, and what it refused."""

    def __init__(self, *, allow_loopback: bool, proxy: str | None = None) -> None:
        self._allow_loopback = allow_loopback
        self._proxy_host = urlsplit(proxy).hostname if proxy else None
        self.refused: dict[str, str] = {}
        """Host name → why none of its addresses may be reached."""
        self.turned_back: list[str] = []
        """Why connections of a browser were refused, since the last page that failed so."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Guard:
        """Scrapy copies its settings; the guard in them stays the one of the process."""
        return self

    def check(self, url: str) -> None:
        """Raises AddressRefused for an address that is not crawled."""
        checked_url(url.partition("#")[0], allow_loopback=self._allow_loopback)

    def permits(self, host: str, address: str) -> bool:
        """Whether the address that `host` resolved to may be connected to."""
        if host == self._proxy_host:  # the operator's own, wherever it stands
            return True
        reason = refusal(ip_address(address.partition("%")[0]), allow_loopback=self._allow_loopback)
        if reason is not None:
            self.refused[ascii_name(host)] = f"{host} resolves to {address}, a {reason} address"
        return reason is None


class GuardMiddleware:
    """Downloader middleware: robots.txt, retries and redirect targets pass it as well."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Any) -> GuardMiddleware:
        return cls(crawler.settings[GUARD_SETTING])

    def process_request(self, request: Request) -> None:
        self._guard.check(request.url)
        host = request.meta.get(KEYED_HOST)
        if host is not None and urlsplit(request.url).hostname != host:
            raise AddressRefused(
                f"{host} sends a request that carries a key on to another host: not followed"
            )

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A name whose every address was refused looks like one that does not resolve."""
        host = ascii_name(urlsplit(request.url).hostname or "")
        if isinstance(exception, CannotResolveHostError) and host in self._guard.refused:
            raise AddressRefused(
                f"{self._guard.refused[host]}, which is never crawled"
            ) from exception
        if "ERR_SOCKS_CONNECTION_FAILED" in str(exception) and self._guard.turned_back:
            # The browser's door: a redirect may have led it there.
            raise AddressRefused(self._guard.turned_back.pop()) from exception


class Resolver(Protocol):
    """What Twisted calls an IHostnameResolver."""

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any: ...


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on only the addresses that the guard permits."""

    def __init__(self, receiver: Any, host: str, guard: Guard) -> None:
        self._receiver = receiver
        self._host = host
        self._guard = guard

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._guard.permits(self._host, address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's resolver, filtered.

    Twisted connects to exactly the addresses it is given here, so a name that answers
    differently the second time (DNS rebinding) gains nothing.
    """

    def __init__(self, reactor: Any, resolver: Resolver, guard: Guard) -> None:
        self._reactor = reactor
        self._resolver = resolver
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        return cls(reactor, reactor.nameResolver, crawler.settings[GUARD_SETTING])

    def install_on_reactor(self) -> None:
        """Called by Scrapy before the first request."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = _Filter(resolutionReceiver, hostName, self._guard)
        return self._resolver.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
