"""Pages of Hacker News as people see and save them, brought to the rows of its interface."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.element_value import absolute
from crawlers.parsing.hackernews_addresses import SITE
from crawlers.parsing.hackernews_items import Item
from crawlers.parsing.markup import classes
from crawlers.parsing.text import element_text, one_line

_SIGN = re.compile(r"id=[\"']?hnmain\b|class=[\"']?(?:hnuser|fatitem|athing)\b")
_SAID = re.compile(r"class=[\"']?(?:comhead|subtext|commtext)\b")
_ITEM = re.compile(r"(?:^|/)item\?id=(\d{1,12})(?:$|[&#])")
_BELOW = re.compile(r"#(\d{1,12})$")
_COMMENTS = re.compile(r"(\d{1,7})\s*comment")
_POINTS = re.compile(r"(\d{1,7})\s*point")
_AGE = re.compile(r"\d+ (?:minute|hour|day|month|year)s? ago|on [A-Z][a-z]{2,8} \d{1,2}, \d{4}")
_GONE = re.compile(r"\[(?:dead|flagged|deleted)\]")
_DELETED = "[deleted]"
_NO_STORIES = frozenset(("link", "parent", "context", "root", "next", "prev", "story", "full"))
_STEP = 40
"""Pixels that an answer is set in."""


@dataclass
class SitePage:
    """What one page of the site shows."""

    items: list[Item] = field(default_factory=list)
    claimed: int | None = None
    """The story and its comments, where the page is of one story."""
    next_url: str = ""


def is_site_page(page: Page) -> bool:
    """Whether it is a page of the site, by names that its tables have had since 2007."""
    head = page.text[:100_000]
    return _SIGN.search(head) is not None and _SAID.search(head) is not None


def site_page(root: etree._Element) -> SitePage:
    """Stories of a list; or a story, or a comment, with what is said below it."""
    found = SitePage()
    stories = {row["id"]: row for cell in all_of(root, "td.subtext") if (row := _story(cell))}
    has_comments = first(root, ".fatitem, .comhead a[href*='item?id=']") is not None
    head = next(iter(stories.values())) if len(stories) == 1 and has_comments else {}
    found.items.extend(Item(row) for row in stories.values())
    found.items.extend(_comments(root, head))
    if head and "descendants" in head:
        found.claimed = head["descendants"] + 1
    more = attribute(root, "a.morelink, a[rel=next]", "href")
    found.next_url = absolute(f"{SITE}/", more) if more else ""
    return found


def _story(subtext: etree._Element) -> dict[str, Any]:
    """A story by the line below its title; nothing where it has no number."""
    line_row = next(subtext.iterancestors("tr"), None)
    title_row = None if line_row is None else line_row.getprevious()
    if line_row is None or title_row is None:
        return {}
    link = first(title_row, ".titleline > a, a.storylink, td.title > a")
    links = (_item_in(one.get("href")) for one in subtext.iter("a"))
    scored = attribute(subtext, "[id^=score_]", "id").removeprefix("score_")
    native = title_row.get("id") or scored or next((one for one in links if one), "")
    if link is None or not native.isdecimal():
        return {}
    said = element_text(subtext)
    author = line(subtext, 'a.hnuser, a[href*="user?id="]')
    points, comments = _POINTS.search(said), _COMMENTS.search(said)
    row = {
        "id": native[:20],
        "type": "story" if author or points else "job",
        "by": author,
        "title": html.escape(one_line(element_text(link)), quote=False),
        "url": _outer(link.get("href") or ""),
        "text": _text_below(line_row),
        "score": int(points.group(1)) if points else None,
        "created_at": _moment(subtext),
        "dead": _GONE.search(element_text(title_row)) is not None,
    }
    return row | ({"descendants": int(comments.group(1))} if comments else {})


def _text_below(row: etree._Element) -> str:
    """What the author of a story wrote below its title, on the story's own page alone."""
    if not any("fatitem" in (one.get("class") or "") for one in row.iterancestors("table")):
        return ""
    for below in row.itersiblings("tr"):
        if first(below, "form, .comment") is not None:
            return ""
        if element_text(below):
            return _markup(below)
    return ""


def _comments(root: etree._Element, story: dict[str, Any]) -> Iterator[Item]:
    """Comments in page order, each with what it answers, by its links or by how deep it stands."""
    thread, topic = story.get("id", ""), html.unescape(story.get("title", ""))
    above: list[tuple[int, str]] = [(-1, thread)] if thread else []
    for body in all_of(root, "span.comment, div.comment"):
        cell = next(body.iterancestors("td"), None)
        head = None if cell is None else first(cell, ".comhead")
        is_inside = any("comment" in classes(above) for above in body.iterancestors("div", "span"))
        if cell is None or head is None or is_inside:
            continue
        native = _native(cell, head)
        parent, own_thread, own_topic = _links(head)
        if own_thread:
            thread, topic = own_thread, own_topic
        depth = _depth(cell)
        while above and above[-1][0] >= depth:
            above.pop()
        said = element_text(body)
        gone = _GONE.search(element_text(head)) or _GONE.fullmatch(said.strip())
        yield Item(
            {
                "id": native,
                "type": "comment",
                "by": line(head, 'a.hnuser, a[href*="user?id="]'),
                "text": "" if gone else _markup(body),
                "created_at": _moment(head),
                "parent": parent or (above[-1][1] if above else ""),
                "dead": gone is not None and gone.group() != _DELETED,
                "deleted": gone is not None and gone.group() == _DELETED,
            },
            thread,
            topic,
        )
        above.append((depth, native))


def _native(cell: etree._Element, head: etree._Element) -> str:
    rows = (one.get("id") or "" for one in cell.iterancestors("tr"))
    own = next((one for one in rows if one.isdecimal()), "")
    links = (_item_in(one.get("href")) for one in head.iter("a"))
    return (own or next((one for one in links if one), ""))[:20]


def _links(head: etree._Element) -> tuple[str, str, str]:
    """The item that is answered, the story it is under, and the story's title."""
    parent = thread = topic = ""
    for link in head.iter("a"):
        words, target = one_line(element_text(link)), link.get("href") or ""
        below = _BELOW.search(target)
        number = _item_in(target) or (below.group(1) if below else "")
        if words == "parent":
            parent = number
        elif number and words and words not in _NO_STORIES and not _AGE.fullmatch(words):
            thread = number
            topic = one_line(link.get("title") or words)
    return parent, thread, topic


def _depth(cell: etree._Element) -> int:
    """How deep a comment is set in: by a number, or by the width of an empty picture."""
    row = next(cell.iterancestors("tr"), None)
    if row is None:
        return 0
    told = attribute(row, "td.ind", "indent")
    width = attribute(row, 'img[src*="s.gif"]', "width")
    if told.isdecimal():
        return int(told[:4])
    return int(width[:6]) // _STEP if width.isdecimal() else 0


def _moment(head: etree._Element) -> str:
    """The stamp behind an age, or the age as it is shown."""
    stamp = attribute(head, ".age", "title").partition(" ")[0]
    shown = _AGE.search(element_text(head))
    return stamp or (shown.group() if shown else "")


def _item_in(href: str | None) -> str:
    found = _ITEM.search(href or "")
    return found.group(1) if found else ""


def _outer(href: str) -> str:
    """Where a story leads to; nothing for one that is a question on the site itself."""
    return "" if _item_in(href) else absolute(f"{SITE}/", href)


def _markup(body: etree._Element) -> str:
    """The HTML of a text, without the link to answer it."""
    kept = copy.deepcopy(body)
    kept.tail = None
    for link in all_of(kept, '.reply, a[href^="reply?"]'):
        link.clear(keep_tail=True)  # type: ignore[call-arg]
    return etree.tostring(kept, encoding="unicode", method="html")
