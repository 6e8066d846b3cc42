"""Pages for parser tests, built from text."""

from __future__ import annotations

from datetime import UTC, datetime

from crawlers.page import Page

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def page(body: str | bytes, url: str = "https://shop.example/kettle") -> Page:
    """A page read at NOW."""
    raw = body.encode() if isinstance(body, str) else body
    return Page.read(body=raw, url=url, fetched_at=NOW, entity_id="kettle")
