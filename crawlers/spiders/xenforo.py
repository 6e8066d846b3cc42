"""Threads of XenForo forums, of its first and its second generation."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.css import all_of
from crawlers.parsing.forum_harvest import Engine, read_forum
from crawlers.parsing.forum_page import start_of
from crawlers.parsing.xenforo_posts import LISTED, NEXT, POSTS, draft_of, why_not
from crawlers.source import Access, PlainRequests
from pipeline.records import SourceKind

_SIGN = re.compile(r"<html[^>]{1,400}\bid=[\"'](?:XF|XenForo)[\"']", re.I)
_POST_SIGN = re.compile(r"\bmessage--post\b|\bmessageText SelectQuoteContainer\b")
_ENGINE = Engine(
    posts=lambda root: all_of(root, POSTS),
    why_not=why_not,
    draft_of=draft_of,
    claimed_of=lambda _root: None,
    printed_dates=".DateTime",
    listed=LISTED,
    following=NEXT,
    walls="html[data-template=login], html.template-login, #pageLogin",
)


class XenForo(PlainRequests):
    """Threads page by page, and lists of threads."""

    name: Literal["xenforo"] = "xenforo"
    kind: SourceKind = "forum"
    access = Access(
        paging="page-2, page-3 … in the address of the thread",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "votes", "media", "thread")
        ),
        terms_url="https://xenforo.com/community/help/terms/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The thread or list as it is given, without a visitor's session."""
        return start_of(url, "XenForo")

    def recognises(self, page: Page) -> float:
        """By the name that the page's root carries, or by its posts."""
        if page.looks_like_json:
            return 0.0
        if _SIGN.search(page.text[:20_000]):
            return 0.9
        return 0.85 if _POST_SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every member's post."""
        return read_forum(page, self, _ENGINE)


XENFORO = XenForo()
