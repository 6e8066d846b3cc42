"""One way from a forum's page to its posts, or to the topics that a list of them names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.css import all_of, first
from crawlers.parsing.draft import Draft
from crawlers.parsing.forum_dates import ForumDates
from crawlers.parsing.forum_page import ForumPage
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import parse_html
from crawlers.source import Source

NO_ADDRESS = "a next page exists, but this page's address is unknown (--url)"


class _WhyNot(Protocol):
    def __call__(self, post: etree._Element, /) -> str | None: ...


class _DraftOf(Protocol):
    def __call__(
        self, post: etree._Element, order: int, where: ForumPage, dates: ForumDates, /
    ) -> Draft: ...


class _ClaimedOf(Protocol):
    def __call__(self, root: etree._Element, /) -> int | None: ...


class _Posts(Protocol):
    def __call__(self, root: etree._Element, /) -> list[etree._Element]: ...


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What tells one forum engine's pages from another's."""

    posts: _Posts
    why_not: _WhyNot
    draft_of: _DraftOf
    claimed_of: _ClaimedOf
    printed_dates: str
    """Where the page prints dates of posts: together they tell the order of day and month."""
    listed: str
    """Links of a list to its topics."""
    following: str
    """Link to the next page."""
    walls: str
    """What stands in place of the posts for who is not logged in."""


def read_forum(page: Page, source: Source, engine: Engine) -> ParsedPage:
    """Posts of a topic with the page after it; of a list, its topics and the next page."""
    harvest = Harvest.of(page)
    root = parse_html(page.text, harvest.problems)
    if root is None:
        return harvest.parsed(page, source)
    where = ForumPage.of(root, page)
    posts = _apart(engine.posts(root))
    _read_posts(posts, where, page, engine, harvest)
    topics = [] if posts else where.links(engine.listed)
    harvest.is_known = bool(posts or topics)
    harvest.claimed = engine.claimed_of(root) if posts else None
    if harvest.is_known:
        following = where.following(engine.following)
        harvest.links = [*topics, *following]
        if not (following or where.base) and first(root, engine.following) is not None:
            harvest.problems.append(NO_ADDRESS)
    elif first(root, engine.walls) is not None:
        harvest.blocked = "login"
    elif source.recognises(page) > 0.8:
        harvest.is_known = True
    return harvest.parsed(page, source)


def _apart(posts: list[etree._Element]) -> list[etree._Element]:
    """The posts, none inside another: themes forget to close one before the next."""
    known = set(posts)
    for post in reversed(posts):
        parent = post.getparent()
        if parent is not None and any(outer in known for outer in post.iterancestors()):
            parent.remove(post)
    return posts


def _read_posts(
    posts: list[etree._Element], where: ForumPage, page: Page, engine: Engine, harvest: Harvest
) -> None:
    printed = [
        "".join(map(str, one.itertext())) for one in all_of(where.root, engine.printed_dates)
    ]
    dates = ForumDates.of(printed, page.fetched_at)
    for order, post in enumerate(posts, start=1):
        if reason := engine.why_not(post):
            harvest.skipped[reason] += 1
            continue
        draft = engine.draft_of(post, order, where, dates)
        if not draft.text:
            harvest.skipped["post without words of its own"] += 1
            continue
        harvest.drafts.append(draft)
