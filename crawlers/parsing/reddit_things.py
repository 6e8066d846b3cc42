"""Posts, comments and stubs of a Reddit answer in page order, however deep replies nest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawlers.parsing.json_values import at, dicts_at, text_at

COMMENT, POST, STUB = "t1", "t3", "more"
KINDS = (COMMENT, POST, STUB)
_OTHER = re.compile(r"t\d")


@dataclass(frozen=True)
class Thing:
    """One comment, post or stub ("load more comments")."""

    kind: str
    data: dict[str, Any]


@dataclass
class Answer:
    """Everything that one answer holds."""

    things: list[Thing] = field(default_factory=list)
    others: int = 0
    """Communities, accounts and what else a listing may hold."""
    after: str = ""
    """Where the list goes on; empty at its end."""
    is_known: bool = False
    """Whether it has any shape that Reddit gives, be it empty."""
    is_thread: bool = False
    """Whether it is one post with its comments, which come as two lists."""

    @classmethod
    def of(cls, value: Any) -> Answer:
        """Read a listing, a thread (two listings), `morechildren`, or things without an envelope.

        Walks with its own stack: replies hold listings of comments that have replies.
        """
        found = cls()
        waiting = [value]
        while waiting:
            part = waiting.pop()
            inner = part if isinstance(part, list) else list(found._inside(part))
            waiting.extend(reversed(inner))
        posts = sum(thing.kind == POST for thing in found.things)
        lists = [at(one, "data", "children") for one in dicts_at(value)]
        found.is_thread = posts == 1 and isinstance(next(iter(lists), None), list)
        return found

    def _inside(self, part: Any) -> Iterator[Any]:
        """Take what the part is, and give what it contains."""
        if not isinstance(part, dict):
            return
        part = _collected(part) if "parsedId" in part and "dataType" in part else part
        kind, data = text_at(part, "kind") or _bare_kind(part), at(part, "data")
        if isinstance(at(data, "children"), list) and kind not in KINDS:
            self.is_known = True
            self.after = self.after or (text_at(data, "after") if at(data, "children") else "")
            yield from dicts_at(data, "children")
        elif isinstance(things := at(part, "json", "data", "things"), list):
            self.is_known = True
            yield from things
        elif kind in KINDS:
            thing = Thing(kind, data if isinstance(data, dict) else part)
            self.is_known = True
            self.things.append(thing)
            yield at(thing.data, "replies")
            # Collectors keep what was said on a post inside of it.
            yield from dicts_at(thing.data, "comments")
        elif isinstance(data, list) and not kind:
            yield from data
        elif _OTHER.fullmatch(kind):
            self.others += 1


def _bare_kind(part: dict[str, Any]) -> str:
    """What an object without an envelope is, as archives of Reddit keep them."""
    is_told = "link_id" in part or "parent_id" in part or "created_utc" in part
    if "body" in part and is_told and "title" not in part:
        return COMMENT
    return POST if "title" in part and ("selftext" in part or "num_comments" in part) else ""


def _collected(part: dict[str, Any]) -> dict[str, Any]:
    """A post or a comment in the words of a collector that many use, in those of Reddit."""
    is_post = text_at(part, "dataType") == "post"
    link, shown = text_at(part, "url"), text_at(part, "communityName").removeprefix("r/")
    thread = re.search(r"/comments/([0-9a-z]{1,15})(?:/|$)", link[:500])
    data = {
        "name": text_at(part, "id"),
        "author": text_at(part, "username"),
        "created_utc": text_at(part, "createdAt"),
        "score": at(part, "upVotes"),
        "subreddit": shown,
        "permalink": re.sub(r"^https?://[^/]{1,60}", "", link),
        "selftext" if is_post else "body": text_at(part, "body"),
    }
    if is_post:
        own = {"title": text_at(part, "title"), "num_comments": at(part, "numberOfComments")}
        return {"kind": POST, "data": data | own | {"promoted": at(part, "isAd")}}
    link_id = f"t3_{thread.group(1)}" if thread else ""
    said = {"parent_id": text_at(part, "parentId"), "link_id": link_id}
    return {"kind": COMMENT, "data": data | said} if text_at(part, "dataType") == "comment" else {}
