"""What a crawl and its fetching process say to each other, one JSON line a message."""

from __future__ import annotations

from msgspec import Struct, field

from crawlers.keys import Secrets
from crawlers.outcomes import Outcome
from pipeline.records import Review
from pipeline.settings import CrawlSettings


class Order(Struct, frozen=True, kw_only=True):
    """First line to the process: what holds for all its pages."""

    source: str
    """Name of the source, or `auto`."""
    entity_id: str
    crawl_id: str
    is_backfill: bool
    crawl: CrawlSettings
    listing: str | None = None
    """The watched address; cookies go nowhere else."""
    use_browser: bool = False
    """Whether pages are read with a real browser."""
    secrets: Secrets = Secrets()


class Fetch(Struct, frozen=True, kw_only=True):
    """Every further line: read this page, then answer."""

    url: str


class Fetched(Struct, frozen=True, kw_only=True, tag="fetched"):
    """A page that was read and parsed."""

    url: str
    """Where it was found after redirects."""
    source: str
    """Name of the parser that read it."""
    reviews: tuple[Review, ...] = ()
    next_urls: tuple[str, ...] = ()
    claimed_total: int | None = None
    problems: tuple[str, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    wait_seconds: float = 0.0
    """How long the site asks everybody to wait before the next page: `Crawl-delay` of its
    robots.txt, or what the answer itself says."""


class Unfetched(Struct, frozen=True, kw_only=True, tag="unfetched"):
    """A page that was not read."""

    url: str
    outcome: Outcome
    reason: str
    retry_after_seconds: float | None = None
    """How long the site asked to be left alone; None when it did not say."""
    wait_seconds: float = 0.0
    """As of a page that was read."""


Reply = Fetched | Unfetched
