"""Saved pages of real sites and what parsers make of them, for the table and for a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.recognition import recognised
from crawlers.spiders import SOURCE_BY_NAME, SOURCES
from pipeline.identity import digest
from pipeline.records import Review

PAGES = Path("../shared/pages")
ADDRESSES = {
    "discourse": "https://forum.example/latest.json",
    "google_play": "https://play.google.com/_/PlayStoreUi/data/batchexecute?rpcids=UsvDTd"
    "&id=com.google.android.apps.translate&hl=en&gl=us",
}
"""Where captures without an address of their own are taken to be from."""
READ_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""Captures are taken as read then, so that a run tomorrow gives the same records."""
NO_PAGES = ("PROVENANCE.txt",)


@dataclass(frozen=True)
class Capture:
    """One saved page and its outcome."""

    name: str
    """`source/file`."""
    recognised_as: str
    """Source that would have been chosen without being told; empty when none."""
    parsed: ParsedPage


def captures(pages: Path, only: str = "") -> Iterator[Capture]:
    """Every capture of the sources (of one, where named), parsed by the source of its folder."""
    for name in [source.name for source in SOURCES if only in ("", source.name)]:
        for path in sorted((pages / name).rglob("*")):
            if not path.is_file() or path.name in NO_PAGES:
                continue
            page = Page.read(
                body=path.read_bytes(), url=ADDRESSES.get(name, ""), fetched_at=READ_AT
            )
            found = recognised(page)
            parsed = SOURCE_BY_NAME[name].parse(page)
            label = path.relative_to(pages).as_posix()
            yield Capture(label, found.name if found else "", parsed)


def filled(reviews: tuple[Review, ...]) -> dict[str, int]:
    """How many reviews have each field."""
    return {
        "author": sum(bool(review.author.name or review.author.id) for review in reviews),
        "rating": sum(review.rating is not None for review in reviews),
        "text": sum(bool(review.text) for review in reviews),
        "title": sum(bool(review.title) for review in reviews),
        "date": sum(review.published_at is not None for review in reviews),
    }


def summary(capture: Capture) -> Mapping[str, Any]:
    """Counts, and a digest of every review's identity, content and date: no text of the page."""
    parsed = capture.parsed
    days = [review.event_day for review in parsed.reviews if review.published_at]
    return {
        "recognised_as": capture.recognised_as,
        "reviews": len(parsed.reviews),
        "mentions": sum(review.is_mention for review in parsed.reviews),
        "claimed_total": parsed.claimed_total,
        "filled": filled(parsed.reviews),
        "next": len(parsed.next_urls),
        "skipped": dict(sorted(parsed.skipped.items())),
        "problems": len(parsed.problems),
        "ratings": dict(Counter(f"{r.rating:g}" for r in parsed.reviews if r.rating is not None)),
        "days": [min(days), max(days)] if days else [],
        "ids": digest(*(review.review_id for review in parsed.reviews)),
        "contents": digest(*(review.content_hash for review in parsed.reviews)),
        "dates": digest(*(review.published_at for review in parsed.reviews)),
    }
