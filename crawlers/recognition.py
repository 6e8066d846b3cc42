"""Which source a page belongs to, when nobody says."""

from __future__ import annotations

from crawlers.page import Page
from crawlers.source import Source
from crawlers.spiders import SOURCE_BY_NAME, SOURCES
from pipeline.errors import UsageError

AUTO = "auto"


def source_named(name: str) -> Source:
    """The source of that name; raises UsageError naming those that exist."""
    if name not in SOURCE_BY_NAME:
        known = ", ".join(sorted(SOURCE_BY_NAME))
        raise UsageError(f"there is no source {name!r}; known are {known}, or {AUTO}")
    return SOURCE_BY_NAME[name]


def recognised(page: Page) -> Source | None:
    """The source surest of the page, the first registered on a draw; None when none knows it."""
    best = max(SOURCES, key=lambda source: source.recognises(page))
    return best if best.recognises(page) > 0 else None
