"""Stories and comments of Hacker News, which its two interfaces call by different names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from crawlers.page import Page, UnreadableJson
from crawlers.parsing.code_blocks import as_preformatted
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.forum_text import post_text
from crawlers.parsing.hackernews_addresses import SITE
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.ratings import count
from crawlers.parsing.text import one_line
from pipeline.records import Author, Votes

MAX_ITEMS = 1_000_000
MAX_DOCUMENT = 1_000_000

_FENCED = re.compile(r"^```json\s*\n(.{1,100000}?)^```", re.M | re.S)
_QUOTED = re.compile(r">+\s*[^\s\d>=]")
_KINDS = ("comment", "story", "pollopt", "poll", "job")
_NO_OPINIONS = {"job": "job advertisement"}


@dataclass(frozen=True)
class Item:
    """One item, and what is known from the items around it."""

    row: dict[str, Any]
    thread: str = ""
    topic: str = ""

    @property
    def native(self) -> str:
        """Its number."""
        return (text_at(self.row, "objectID") or text_at(self.row, "id"))[:20]

    @property
    def parent(self) -> str:
        """Number of what it answers; empty for a story."""
        return (text_at(self.row, "parent_id") or text_at(self.row, "parent"))[:20]

    @property
    def kind(self) -> str:
        """`story`, `comment`, `job` …; older answers tell it by their fields alone."""
        tags = at(self.row, "_tags")
        said = [text_at(self.row, "type"), *(tags if isinstance(tags, list) else ())]
        known = next((kind for kind in _KINDS if kind in said), "")
        return known or ("comment" if self.parent else "story")


def answers_of(page: Page, problems: list[str]) -> list[Any]:
    """The answer; those of a file with one a line; those that a documentation shows."""
    if page.looks_like_json:
        try:
            return [page.json]
        except UnreadableJson as error:
            lines = [_decoded(line) for line in page.text.splitlines() if line.strip()]
            if len(lines) > 1 and is_item(lines[0]):
                return lines
            problems.append(f"answer cannot be read: {error}")
            return []
    if not is_documentation(page):
        return []
    return [_decoded(one.group(1)) for one in _FENCED.finditer(page.text[:MAX_DOCUMENT])]


def is_documentation(page: Page) -> bool:
    """Whether it is a text that shows answers of the official interface."""
    head = page.text[:20_000]
    return "hacker-news.firebaseio.com" in head and "```json" in head and "<html" not in head


def is_item(row: Any) -> bool:
    """Whether it is a story or a comment; a user and a list of numbers are none."""
    if not isinstance(row, dict) or not (row.get("id") or row.get("objectID")):
        return False
    return bool({"type", "_tags", "author", "by", "deleted"} & row.keys())


def tree(root: dict[str, Any]) -> Iterator[Item]:
    """The item and all below it in the order of the page, each with the story it is under."""
    story = Item(root).parent == ""
    thread = text_at(root, "story_id") or (text_at(root, "id") if story else "")
    topic = _title(root, "title") if story else ""
    waiting = [root]
    for _ in range(MAX_ITEMS):
        if not waiting:
            return
        row = waiting.pop()
        yield Item(row, thread[:20], topic)
        waiting.extend(reversed(dicts_at(row, "children")))


def why_not(item: Item) -> str:
    """Why an item is no opinion; empty where it may be one."""
    for name in ("deleted", "dead"):
        if at(item.row, name) is True:
            return name
    has_author = at(item.row, "by") or at(item.row, "author")
    if not has_author and not _raw(item.row) and not at(item.row, "title"):
        return "deleted"
    return _NO_OPINIONS.get(item.kind, "")


def draft_of(item: Item, where: str, page: Page, problems: list[str]) -> Draft:
    """A mention: points are votes, a title is the author's own, a comment has its story's."""
    row, native = item.row, item.native
    created = text_at(row, "created_at_i") or text_at(row, "created_at") or text_at(row, "time")
    thread = text_at(row, "story_id")[:20] or item.thread or item.parent or native
    title = _title(row, "title")
    topic = item.topic or _title(row, "story_title")
    text, quotes, media = _words(row, problems)
    extra = {
        "topic": short(topic) if item.kind == "comment" else None,
        "link": address(text_at(row, "url")),
        "comments": count(at(row, "num_comments")) or count(at(row, "descendants")),
        "quotes": quotes,
    }
    return Draft(
        where=where,
        native_id=native or None,
        author=_author(row),
        title="" if item.kind == "comment" else title,
        text=text,
        url=f"{SITE}/item?id={native}" if native.isdecimal() else "",
        published=parse_date(created, page.fetched_at),
        votes=_votes(row),
        media_count=media,
        is_mention=True,
        thread_id=thread or None,
        parent_id=item.parent or None,
        extra={name: value for name, value in extra.items() if value},
    )


def _title(row: dict[str, Any], name: str) -> str:
    """A title has entities but no tags: what looks like one was written."""
    return one_line(html.unescape(text_at(row, name)))


def _raw(row: dict[str, Any]) -> str:
    names = ("comment_text", "story_text", "text")
    return next((text for name in names if (text := text_at(row, name))), "")


def _words(row: dict[str, Any], problems: list[str]) -> tuple[str, int, int]:
    """The author's own paragraphs; what begins with `>` are words of the one who is answered."""
    shown = post_text(as_preformatted(_raw(row)), problems)
    paragraphs = shown.text.split("\n\n")
    own = [one for one in paragraphs if not _QUOTED.match(one)]
    if not own:
        return shown.text, 0, shown.media
    return "\n\n".join(own), len(paragraphs) - len(own), shown.media


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "author") or text_at(row, "by"))[:100]
    profile = f"{SITE}/user?id={name}" if name else ""
    return Author(id=name or None, name=name or None, profile_url=address(profile))


def _votes(row: dict[str, Any]) -> Votes | None:
    points = count(at(row, "points"))
    points = count(at(row, "score")) if points is None else points
    return None if points is None else Votes(helpful=points)


def _decoded(text: str) -> Any:
    """What the text holds; None for what is no JSON."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None
