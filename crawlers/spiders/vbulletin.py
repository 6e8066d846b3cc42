"""Threads of vBulletin forums, from the third to the fifth generation."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.forum_harvest import Engine, read_forum
from crawlers.parsing.forum_page import start_of
from crawlers.parsing.vbulletin_posts import (
    DATES,
    LISTED,
    NEXT,
    claimed_of,
    draft_of,
    posts_of,
    why_not,
)
from crawlers.source import Access, PlainRequests
from pipeline.records import SourceKind

_SIGN = re.compile(
    r"id=[\"']vbulletin_html[\"']|name=[\"']generator[\"'] content=[\"']vBulletin|"
    r"vbulletin_(?:menu|global|md5|important)|id=[\"']post_message_\d", re.I,
)  # fmt: skip
_ENGINE = Engine(
    posts=posts_of,
    why_not=why_not,
    draft_of=draft_of,
    claimed_of=claimed_of,
    printed_dates=DATES,
    listed=LISTED,
    following=NEXT,
    walls=".standard_error, .panelsurround input[name=vb_login_password]",
)


class VBulletin(PlainRequests):
    """Threads page by page, and lists of threads."""

    name: Literal["vbulletin"] = "vbulletin"
    kind: SourceKind = "forum"
    access = Access(
        paging="rel=next of the thread",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "media", "thread", "claimed_total")
        ),
        terms_url="https://forum.vbulletin.com/help?s=terms",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The thread or list as it is given, without a visitor's session."""
        return start_of(url, "vBulletin")

    def recognises(self, page: Page) -> float:
        """By the engine's name in the page, or the marks of its posts."""
        return 0.0 if page.looks_like_json else 0.9 if _SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every member's post."""
        return read_forum(page, self, _ENGINE)


VBULLETIN = VBulletin()
