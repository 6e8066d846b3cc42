"""Walk through an answer of the Graph API, in which any object may bring lists of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from crawlers.parsing.address_parts import query_of
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.text import one_line

Kind = Literal["rating", "comment", "post", ""]
MAX_OBJECTS = 1_000_000

_LISTS = (
    "ratings", "feed", "posts", "published_posts", "visitor_posts", "tagged", "media", "tags",
    "comments", "replies", "business_discovery", "mentioned_media", "mentioned_comment",
)  # fmt: skip
_RATING = frozenset(("recommendation_type", "review_text", "has_review", "has_rating"))
_COMMENT = frozenset(("comment_count", "parent", "parent_id"))
_POST = frozenset(
    ("message", "caption", "media_type", "permalink", "permalink_url", "status_type", "story")
)
_OWN = frozenset(("id", "created_time", "timestamp", "permalink", "permalink_url"))
"""What a post has of its own; a refusal has a message and none of these."""


@dataclass(frozen=True)
class Around:
    """What is known of an object from where it stands."""

    list_name: str = ""
    owner: str = ""
    """Object whose list it is in."""
    thread: str = ""
    parent: str = ""
    topic: str = ""
    url: str = ""


@dataclass
class Walk:
    """Objects in page order, and where their lists go on."""

    links: list[tuple[str, str]] = field(default_factory=list)
    """Address of the next part of a list, and what its items are about."""
    ill: int = 0
    """Items of lists that are no objects."""
    is_known: bool = False

    def through(self, answer: Any, around: Around) -> Iterator[tuple[dict[str, Any], Around]]:
        """Everything with words in it, a thing before what is said below it."""
        is_list = isinstance(at(answer, "data"), list)
        start = around if is_list else replace(around, list_name="")
        waiting: list[tuple[Any, Around]] = [] if answer is None else [(answer, start)]
        for _ in range(MAX_OBJECTS):
            if not waiting:
                return
            value, here = waiting.pop()
            if isinstance(at(value, "data"), list):
                self._list(value, here, waiting)
            elif isinstance(value, dict):
                if kind_of(value, here):
                    self.is_known = True
                    yield value, here
                waiting.extend(reversed(_inner(value, here)))
            else:
                self.ill += 1

    def _list(self, value: Any, here: Around, waiting: list[tuple[Any, Around]]) -> None:
        self.is_known = True
        self.links.append((text_at(value, "paging", "next"), here.topic))
        waiting.extend((row, here) for row in reversed(value["data"]))


def kind_of(row: dict[str, Any], around: Around) -> Kind:
    """What an object is, by its list or by its fields; empty for a page, a person, a number."""
    names = row.keys()
    if around.list_name == "ratings" or names & _RATING:
        return "rating"
    is_said = "text" in names and "timestamp" in names
    if around.list_name in ("comments", "replies") or names & _COMMENT or is_said:
        return "comment"
    if "comment_id" in query_of(text_at(row, "permalink_url")):
        return "comment"
    return "post" if names & _POST and names & _OWN else ""


def _inner(row: dict[str, Any], around: Around) -> list[tuple[Any, Around]]:
    """The lists that an object brings; or the objects of an answer that has them by number."""
    if row and all(_is_numbered(name, one) for name, one in row.items()):
        return [(one, around) for one in row.values()]
    below = _below(row, around)
    return [
        (row[name], Around(**{**below, "list_name": name}))
        for name in _LISTS
        if isinstance(row.get(name), dict)
    ]


def _is_numbered(name: str, one: Any) -> bool:
    return isinstance(one, dict) and text_at(one, "id") == name


def _below(row: dict[str, Any], around: Around) -> dict[str, str]:
    """What holds for everything below an object."""
    native, kind = text_at(row, "id")[:100], kind_of(row, around)
    if kind == "comment":
        thread = around.thread or text_at(row, "media", "id")
        return {
            "owner": native, "thread": thread, "parent": native, "topic": around.topic,
            "url": around.url,
        }  # fmt: skip
    link = text_at(row, "permalink") or text_at(row, "permalink_url")
    thread = native.rpartition("_")[2]
    return {"owner": native, "thread": thread, "topic": headline(row), "url": link}


def headline(row: dict[str, Any]) -> str:
    """Whose post it is and how it begins, as a title for what is said below it."""
    name = text_at(row, "from", "name") or text_at(row, "username") or text_at(row, "name")
    words = text_at(row, "message") or text_at(row, "caption")
    return one_line(": ".join(one for one in (name[:100], words[:200]) if one))


def replies_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said below a recommendation."""
    return [
        *dicts_at(row, "open_graph_story", "comments", "data"),
        *dicts_at(row, "comments", "data"),
    ]
