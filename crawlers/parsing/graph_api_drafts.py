"""What one object of the Graph API says: a comment, a post or a recommendation."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page import Page
from crawlers.parsing.address_parts import path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.graph_api_addresses import TOPIC_LENGTH
from crawlers.parsing.graph_api_objects import Around, kind_of, replies_of
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

_PAIR = re.compile(r"(\d{1,25})_(\d{1,25})")
_POST_PATH = re.compile(r"/(?:posts|videos|photos|permalink)/(?:[^/]{1,200}/)?(\d{1,25})/?$")
_ACCOUNT = re.compile(r"[\w.]{1,30}")
_RECOMMENDS = {"positive": True, "negative": False}
_PICTURES = frozenset(("photo", "video", "album", "image", "carousel_album", "reels"))


def draft_of(row: dict[str, Any], around: Around, where: str, page: Page) -> Draft:
    """The draft of an object, whatever of the three it is."""
    kind = kind_of(row, around)
    if kind == "rating":
        return _rating(row, around, where, page)
    native, thread, parent = _comment_ids(row, around) if kind == "comment" else _post_ids(row)
    created = text_at(row, "created_time") or text_at(row, "timestamp")
    words = text_at(row, "message") or text_at(row, "text") or text_at(row, "caption")
    link = text_at(row, "permalink_url") or text_at(row, "permalink") or around.url
    return Draft(
        where=where,
        native_id=native or None,
        author=_author(row),
        text=clean(words),
        url=address(link) or "",
        published=parse_date(created, page.fetched_at),
        votes=_votes(row),
        media_count=_media(row),
        is_mention=True,
        thread_id=thread or None,
        parent_id=parent or None,
        extra=_extra(row, around, "facebook" if "created_time" in row else "instagram"),
    )


def _rating(row: dict[str, Any], around: Around, where: str, page: Page) -> Draft:
    """A recommendation is no mention: it is asked for. Stars are of before August 2018."""
    is_rated = at(row, "has_rating") is not False
    return Draft(
        where=where,
        native_id=(text_at(row, "open_graph_story", "id") or text_at(row, "id"))[:100] or None,
        scope="" if at(row, "open_graph_story", "id") or at(row, "id") else around.owner,
        author=_author(row),
        rating=parse_rating(at(row, "rating")) if is_rated else ParsedRating(),
        text=clean(text_at(row, "review_text")),
        url=address(text_at(row, "permalink_url")) or "",
        published=parse_date(text_at(row, "created_time"), page.fetched_at),
        recommends=_RECOMMENDS.get(text_at(row, "recommendation_type").casefold()),
        replies=tuple(_reply(one, around, page) for one in replies_of(row) if _is_said(one)),
        extra={"network": "facebook"},
    )


def _is_said(row: dict[str, Any]) -> bool:
    return bool(clean(text_at(row, "message")))


def _reply(row: dict[str, Any], around: Around, page: Page) -> Reply:
    return Reply(
        text=clean(text_at(row, "message"))[:LONG_LIMIT],
        author=short(text_at(row, "from", "name"), 300),
        is_owner=bool(around.owner) and text_at(row, "from", "id") == around.owner,
        replied_at=time_at(row, page.fetched_at, "created_time"),
    )


def _post_ids(row: dict[str, Any]) -> tuple[str, str, str]:
    native = text_at(row, "id")[:100]
    return native, native.rpartition("_")[2], ""


def _comment_ids(row: dict[str, Any], around: Around) -> tuple[str, str, str]:
    """Own id, thread and what is answered.

    Facebook's id of a comment begins with the number of the post; where no id was asked for, the
    link holds both numbers, and that of the comment above.
    """
    link = text_at(row, "permalink_url")
    numbers, path = query_of(link), _POST_PATH.search(path_of(link))
    above, own = numbers.get("comment_id", ""), numbers.get("reply_comment_id", "")
    post = path.group(1) if path else numbers.get("story_fbid", "") or numbers.get("fbid", "")
    native = text_at(row, "id") or (f"{post}_{own or above}" if post and above else "")
    pair = _PAIR.fullmatch(native)
    parent = text_at(row, "parent", "id") or text_at(row, "parent_id")
    parent = parent or (f"{post}_{above}" if post and own else "") or around.parent
    if not parent and pair and around.owner.startswith(f"{pair.group(1)}_"):
        parent = around.owner  # the list below a comment, whose id begins with the same post
    thread = text_at(row, "media", "id") or (pair.group(1) if pair else "") or around.thread or post
    return native[:100], (thread or parent or native)[:100], (parent or thread)[:100]


def _author(row: dict[str, Any]) -> Author:
    """Facebook names people to the page's own token alone; Instagram gives the account's name."""
    account = one_line(text_at(row, "username") or text_at(row, "from", "username"))
    names = (text_at(row, "from", "name"), text_at(row, "reviewer", "name"), account)
    natives = (("from", "id"), ("user", "id"), ("reviewer", "id"))
    is_account = _ACCOUNT.fullmatch(account) is not None
    return Author(
        id=short(next((one for path in natives if (one := text_at(row, *path))), ""), 100),
        name=short(next((one for name in names if (one := one_line(name))), ""), 300),
        profile_url=f"https://www.instagram.com/{account}/" if is_account else None,
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    places = (("like_count",), ("reactions", "summary", "total_count"),
              ("likes", "summary", "total_count"))  # fmt: skip
    likes = next((one for path in places if (one := count(at(row, *path))) is not None), None)
    return None if likes is None else Votes(helpful=likes)


def _media(row: dict[str, Any]) -> int:
    inside = len(dicts_at(row, "children", "data"))
    shown = (text_at(row, "media_type"), text_at(row, "attachment", "type"))
    attached = [text_at(one, "media_type") for one in dicts_at(row, "attachments", "data")]
    return inside or sum(one.casefold() in _PICTURES for one in (*shown, *attached))


def _extra(row: dict[str, Any], around: Around, network: str) -> dict[str, Any]:
    found = {
        "network": network,
        "topic": short(around.topic, TOPIC_LENGTH),
        "hidden": True if at(row, "hidden") is True or at(row, "is_hidden") is True else None,
        "comments": count(at(row, "comments_count")) or count(at(row, "comment_count")),
    }
    return {name: value for name, value in found.items() if value}
