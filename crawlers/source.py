"""What every source is to the rest of the program: a name, its manners, and a pure parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from pipeline.records import SourceKind


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

    def recognises(self, page: Page) -> float:
        """0 (surely not mine) … 1 (surely mine); cheap, never raises."""

    def parse(self, page: Page) -> ParsedPage:
        """Everything on the page; pure, never raises for what the page contains."""
