"""Topics of phpBB forums, old styles and Forumotion's editions included."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.forum_harvest import Engine, read_forum
from crawlers.parsing.forum_page import start_of
from crawlers.parsing.phpbb_posts import (
    HEADINGS,
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
    r"<body[^>]{0,200}\bid=[\"']phpbb[\"']|content=[\"'][^\"']{0,80}phpBB Group|"
    r"powered by[^\n]{0,80}phpbb|\bpost--\d{1,12}\b|"
    r"<meta name=[\"']generator[\"'] content=[\"']phpBB", re.I,
)  # fmt: skip
_POST_SIGN = re.compile(r"viewtopic\.php\?|class=[\"'](?:postbody|topictitle|postprofile)\b")
_HOSTED = re.compile(r"illiweb\.com|forumotion|servimg\.com")
_ENGINE = Engine(
    posts=posts_of,
    why_not=why_not,
    draft_of=draft_of,
    claimed_of=claimed_of,
    printed_dates=HEADINGS,
    listed=LISTED,
    following=NEXT,
    walls="body.section-ucp form#login, form[action*='mode=login'] input[name=password]",
)


class PhpBb(PlainRequests):
    """Topics page by page, and lists of topics."""

    name: Literal["phpbb"] = "phpbb"
    kind: SourceKind = "forum"
    access = Access(
        paging="start= in the address of the topic, or the site's own form of it",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "media", "thread", "claimed_total")
        ),
        terms_url="https://www.phpbb.com/about/terms/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The topic or list as it is given, without a visitor's session."""
        return start_of(url, "phpBB")

    def recognises(self, page: Page) -> float:
        """By the engine's name in the page together with the marks of its posts or lists."""
        if page.looks_like_json:
            return 0.0
        text = page.text
        has_posts = _POST_SIGN.search(text) is not None
        return 0.9 if has_posts and (_SIGN.search(text) or _HOSTED.search(text)) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every member's post."""
        return read_forum(page, self, _ENGINE)


PHPBB = PhpBb()
