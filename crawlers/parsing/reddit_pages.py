"""Pages of Reddit as people save them, old and new, and its feeds, as things of its interface."""

from __future__ import annotations

import re

from crawlers.page import Page
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import attribute, first
from crawlers.parsing.feed_entries import FeedEntry, feed_of
from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.parsing.reddit_marks import NAME, THREAD, named, said
from crawlers.parsing.reddit_new_pages import own_elements, redesigned, things_of_state
from crawlers.parsing.reddit_old_pages import listed, search_results
from crawlers.parsing.reddit_things import COMMENT, POST, Answer, Thing

SITE = "https://www.reddit.com"
_DRAWN = re.compile(
    r"<shreddit-(?:post|comment|profile-comment)\b|class=\"[^\"<>]{0,40}\bthing id-t[13]_"
    r"|data-fullname=\"t[13]_[0-9a-z]|window\.___r\s*="
    r"|class=\"[^\"<>]{0,80}\b(?:Comment|Post) t[13]_"
)
_FEED = re.compile(r"<(?:feed|rss)[\s>]")
_OWN_FEED = re.compile(r"https?://(?:\w{1,10}\.)?reddit\.com/[^\s\"'<>]{0,300}\.rss")
_ON = re.compile(r"/?u/[\w-]{1,40} on (?P<topic>.{1,400})")


def is_drawn(page: Page) -> bool:
    """Whether it is a page or a feed of Reddit, by names that it alone has."""
    return _DRAWN.search(page.text[:500_000]) is not None or is_feed(page)


def is_feed(page: Page) -> bool:
    """Whether it is a feed of Reddit's own."""
    head = page.text[:3_000]
    is_own = is_of(page.url, "reddit.com") or _OWN_FEED.search(head) is not None
    return is_own and "<html" not in head and _FEED.search(head) is not None


def answer_on(page: Page, problems: list[str]) -> Answer:
    """The things that a page shows or a feed tells, in their order."""
    if is_feed(page):
        return _of_feed(page, problems)
    root = parse_html(page.text, problems)
    if root is None:
        return Answer()
    drawn = (listed, search_results, own_elements, redesigned)
    things = list(things_of_state(root)) or [thing for draw in drawn for thing in draw(root)]
    posts = sum(thing.kind == POST for thing in things)
    is_thread = posts == 1 and (
        any(thing.kind == COMMENT for thing in things) or "/comments/" in path_of(page.url)
    )
    after = query_of(attribute(root, ".next-button a, a[rel~=next]", "href")).get("after", "")
    return Answer(things=things, after=after, is_known=bool(things), is_thread=is_thread)


def _of_feed(page: Page, problems: list[str]) -> Answer:
    root = parse_xml(page.text, problems)
    if root is None:
        return Answer()
    feed = feed_of(root, page.url or SITE)
    things = [thing for entry in feed.entries if (thing := _entry(entry, problems))]
    return Answer(things=things, is_known=feed.is_known)


def _entry(entry: FeedEntry, problems: list[str]) -> Thing | None:
    """A post, or a comment, whose title is the site's words; the rest of the text is the site's."""
    link = THREAD.search(path_of(entry.url))
    name = entry.id if NAME.fullmatch(entry.id) else named(link)
    if not name:
        return None
    markup = parse_html(f"<div>{entry.markup or entry.text}</div>", problems)
    words = None if markup is None else first(markup, "div.md")
    kind, field = (COMMENT, "body") if name.startswith("t1_") else (POST, "selftext")
    title = _ON.fullmatch(entry.title)
    data = {
        "name": name,
        "author": re.sub(r"^/?u/", "", entry.author),
        "permalink": path_of(entry.url),
        "link_id": f"t3_{link.group(1).casefold()}" if link else "",
        "created_utc": entry.published or entry.updated,
        "link_title" if kind == COMMENT else "title": title["topic"] if title else entry.title,
    }
    return Thing(kind, data | said(words, field))
