"""Entries of JSON Feed (jsonfeed.org) brought to the kind that the feeds in XML have."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.feed_entries import MAX_ENTRIES, EntryFeed, FeedEntry
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.text import one_line

_VERSION = "jsonfeed.org/version/"


def is_json_feed(page: Page) -> bool:
    """Whether it names the version of the format, which every one has to."""
    return page.looks_like_json and _VERSION in page.text[:2_000].replace("\\/", "/")


def json_feed_of(value: Any) -> EntryFeed:
    """The feed; one of no known shape has no entries."""
    items = dicts_at(value, "items")[:MAX_ENTRIES]
    return EntryFeed(
        title=one_line(text_at(value, "title")),
        language=text_at(value, "language"),
        entries=tuple(_entry(item, _person(value)) for item in items),
        next_url=text_at(value, "next_url"),
        is_known=_VERSION in text_at(value, "version"),
    )


def _entry(item: dict[str, Any], owner: dict[str, Any]) -> FeedEntry:
    person = _person(item) or owner
    url = text_at(item, "url") or text_at(item, "external_url")
    return FeedEntry(
        id=text_at(item, "id") or url,
        url=url,
        title=one_line(text_at(item, "title")),
        author=one_line(text_at(person, "name")),
        author_url=text_at(person, "url"),
        published=text_at(item, "date_published"),
        updated=text_at(item, "date_modified"),
        markup=text_at(item, "content_html"),
        text=text_at(item, "content_text") or text_at(item, "summary"),
        enclosures=len(dicts_at(item, "attachments")),
        language=text_at(item, "language"),
    )


def _person(part: dict[str, Any]) -> dict[str, Any]:
    """Its author; version 1.1 lists several."""
    listed = dicts_at(part, "authors")
    one = listed[0] if listed else at(part, "author")
    return one if isinstance(one, dict) else {}
