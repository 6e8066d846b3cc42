"""The addresses that a crawl has still to read: each once, none on a foreign site."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from crawlers.addresses import AddressRefused, checked_url, same_site


class Frontier:
    """A queue of canonical addresses; what is refused is told to `skipped`, with the reason."""

    def __init__(self, *, allow_loopback: bool, skipped: Callable[[str], None]) -> None:
        self._allow_loopback = allow_loopback
        self._skipped = skipped
        self._waiting: deque[str] = deque()
        self._known: set[str] = set()
        self._sites: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> str:
        """The next address."""
        return self._waiting.popleft()

    def visit(self, *urls: str) -> None:
        """The crawl belongs on the sites of these addresses, too."""
        self._sites |= {host_of(url) for url in urls}

    def add(self, urls: Iterable[str]) -> tuple[str, ...]:
        """Queue what is new and on one of the sites; returns what was queued."""
        added = []
        for url in urls:
            try:
                canonical = self.canonical(url)
            except AddressRefused as error:
                self._skipped(str(error))
                continue
            if canonical in self._known:
                continue
            if not any(same_site(host_of(canonical), site) for site in self._sites):
                self._skipped(f"{canonical} is on another site: not followed")
                continue
            self._known.add(canonical)
            added.append(canonical)
        self._waiting.extend(added)
        return tuple(added)

    def drop(self, url: str) -> None:
        """Forget an address that an interrupted crawl has read."""
        if url in self._waiting:
            self._waiting.remove(url)

    def canonical(self, url: str) -> str:
        """The address in its one spelling; raises AddressRefused."""
        return checked_url(url.partition("#")[0], allow_loopback=self._allow_loopback)


def host_of(url: str) -> str:
    """Host name of an address; empty when it has none."""
    return urlsplit(url).hostname or ""
