"""Where customers write about an entity: one address, the unit of crawling."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from crawlers.budget import site_of
from pipeline.identity import digest
from pipeline.records import CrawlJob


class Listing(Struct, frozen=True, kw_only=True):
    """One address where customers write about an entity."""

    entity_id: str
    source: str
    url: str

    @property
    def key(self) -> str:
        """`_id` in the schedule."""
        return digest(self.entity_id, self.source, self.url)

    @property
    def site(self) -> str:
        """Whose patience it uses."""
        return site_of(urlsplit(self.url).hostname or "")


def listing_of(job: CrawlJob) -> Listing:
    """The listing that the job is about."""
    return Listing(entity_id=job.entity_id, source=job.source, url=job.url)
