"""Comments of YouTube in the interface's form, from its answers and from tools that save them."""

from __future__ import annotations

from typing import Any

import msgspec

from crawlers.page import Page
from crawlers.parsing.json_values import dicts_at, text_at

_KINDS = ("youtube#comment", "youtube#commentThread")
RECKONED = "reckonedAt"
"""Our own name for a date that stands for "2 years ago"."""
_WRITTEN = ("textDisplay", "textOriginal")


def resources_of(answer: Any) -> list[dict[str, Any]]:
    """Threads and comments: the items of a list, one alone, or those that a tool saved."""
    if isinstance(answer, list):
        return [one for row in answer for one in resources_of(row)]
    if text_at(answer, "kind") in _KINDS:
        return [answer]
    if isinstance(answer, dict) and any(name in answer for name in _WRITTEN):
        return [{"snippet": answer}]
    if _is_saved(answer):
        return [_resource(answer, "")]
    saved = [row for row in dicts_at(answer, "comments") if _is_saved(row)]
    return dicts_at(answer, "items") or [_resource(row, text_at(answer, "id")) for row in saved]


def _is_saved(row: Any) -> bool:
    """Whether it is a comment as yt-dlp or youtube-comment-downloader write it."""
    is_named = bool(text_at(row, "text")) and bool(text_at(row, "author"))
    return is_named and (bool(text_at(row, "cid")) or "author_id" in row)


def _resource(row: dict[str, Any], video: str) -> dict[str, Any]:
    """The interface's form of it; such tools reckon dates from "2 years ago"."""
    parent, channel = text_at(row, "parent"), text_at(row, "author_id") or text_at(row, "channel")
    likes = text_at(row, "like_count") or text_at(row, "votes")
    is_channel = channel.startswith("UC")
    snippet = {
        "videoId": video,
        "parentId": "" if parent == "root" else parent,
        "textOriginal": text_at(row, "text"),
        "authorDisplayName": text_at(row, "author"),
        "authorChannelId": {"value": channel},
        "authorChannelUrl": f"https://www.youtube.com/channel/{channel}" if is_channel else "",
        "authorProfileImageUrl": text_at(row, "author_thumbnail") or text_at(row, "photo"),
        "likeCount": likes if likes.isdecimal() else None,
        RECKONED: text_at(row, "timestamp") or text_at(row, "time_parsed") or _shown(row),
    }
    return {"id": text_at(row, "cid") or text_at(row, "id"), "snippet": snippet}


def _shown(row: dict[str, Any]) -> str:
    return text_at(row, "time") or text_at(row, "_time_text") or text_at(row, "time_text")


def saved_lines(page: Page) -> list[Any]:
    """The comments of a file with one a line; none where it is no such file."""
    found = []
    for line in page.text.splitlines():
        try:
            found.append(msgspec.json.decode(line))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
    return found if found and _is_saved(found[0]) else []
