"""What every source is to the rest of the program: a name, its manners, and a pure parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from crawlers.credentials import TokenGrant
from crawlers.page import Page
from crawlers.parsed import ParsedPage
from pipeline.records import SourceKind

Field = Literal[
    "id", "author", "author_profile", "author_role", "author_company", "rating", "title", "text",
    "pros", "cons", "date", "edited", "verified", "usage_period", "recommends", "votes", "reply",
    "media", "product", "language", "sub_ratings", "thread", "claimed_total",
]  # fmt: skip
"""What a source may tell about a review."""
Evidence = Literal["capture", "excerpt", "documentation", "constructed"]
"""What its parser was built against: a real page, parts of one, an official example, or nothing
but a description of the shape."""


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """The HTTP request behind a page's address; it may carry a key, the address never does."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Access:
    """What reading a source takes, and where it ends."""

    needs: str = ""
    """Key or account that is needed; empty when the source is open."""
    paging: str = ""
    """How one comes from page to page, for people."""
    max_pages: int | None = None
    """Pages the source serves at most; None without a known end."""
    cap: int | None = None
    """Reviews the source shows at most: beyond it, absence is no deletion. None without one."""
    key: str = ""
    """Environment variable with the key of the official API; empty when there is none."""
    needs_key: bool = False
    """Whether nothing at all can be read without the key."""
    token: TokenGrant | None = None
    """How a lasting key becomes the short-lived token that the API takes; None when the key is
    what it takes."""
    gives: frozenset[Field] = frozenset()
    """What it can tell about a review, where the author said so."""
    terms_url: str = ""
    """The source's terms of use, or those of its software's maker where every site has its own;
    empty where there are none that hold for all."""
    evidence: Evidence = "constructed"
    """What the parser was built against."""


class PlainRequests:
    """The usual manner of a source: no API of its own, and an address is fetched as it is."""

    def api_urls(self, url: str) -> tuple[str, ...]:  # noqa: ARG002  # the protocol's argument
        """No official API."""
        return ()

    def request(self, address: str, key: str | None) -> PageRequest:  # noqa: ARG002
        """A GET of the address."""
        return PageRequest(url=address)


class Source(Protocol):
    """One place where customers write; see `crawlers/spiders/`."""

    @property
    def name(self) -> str:
        """Name in records, settings and file names."""

    @property
    def kind(self) -> SourceKind:
        """What sort of place it is."""

    @property
    def access(self) -> Access:
        """What reading it takes."""

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Machine-readable addresses to fetch for the address a person gave.

        Raises UsageError when the address cannot belong to this source.
        """

    def api_urls(self, url: str) -> tuple[str, ...]:
        """Addresses of the official API for the address a person gave, used when the key is set.

        Empty where there is no such API. Raises UsageError like `start_urls`.
        """

    def request(self, address: str, key: str | None) -> PageRequest:
        """How a page is asked for.

        `address` (one of `start_urls`, `api_urls` or `next_urls`) names the page in the journal,
        in records and in logs: whatever a POST body needs stands in its query, and no secret.
        """

    def recognises(self, page: Page) -> float:
        """0 (surely not mine) … 1 (surely mine); cheap, never raises."""

    def parse(self, page: Page) -> ParsedPage:
        """Everything on the page; pure, never raises for what the page contains."""
