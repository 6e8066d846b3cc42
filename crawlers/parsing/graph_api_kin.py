"""What Instagram and Facebook give beside the Graph API, as objects of that interface.

States of their pages, answers to their own programs, exports of an account and what collectors
make of them: each object is known by the names it has, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawlers.page import Page
from crawlers.parsing.address_parts import is_of
from crawlers.parsing.graph_api_objects import Around, headline
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html

MAX_ENTRIES = 1_000_000
Row = dict[str, Any]

_NAMED = re.compile(
    r'"(?:edge_media_to_(?:parent_|hoisted_)?comment|edge_media_preview_comment|comment_like_count'
    r"|edge_threaded_comments|preview_child_comments|xdt_\w{1,60}|shortcode_media|ownerUsername"
    r'|commenter_name|did_report_as_spam|comments_v2|string_map_data|media_comments)\\?"\s*:'
    r'|"data"\s*:\s*\[\s*\{\s*"(?:post|comment)"\s*:'
)
_TOGETHER = (
    ('"isRecommended"', '"facebookUrl"'), ('"commentUrl"', '"profileName"'),
    ('"answers"', '"likes_count"', '"owner"'), ('"legacy_fbid"', '"created_time"'),
    ('"post_id"', '"post_text"'),
)  # fmt: skip
_SITES = ("instagram.com", "facebook.com")
_DRAWN = re.compile(r"window\._sharedData|__additionalDataLoaded|data-sjs")
_SCRIPT = re.compile(r"^[^{\[]{0,200}")


def is_of_kin(page: Page) -> bool:
    """Whether it has objects that these two networks alone give, or is a page of theirs."""
    head = page.text[:200_000]
    is_named = _NAMED.search(head) or any(all(one in head for one in some) for some in _TOGETHER)
    if page.looks_like_json:
        return bool(is_named)
    is_theirs = is_of(page.url, *_SITES) or any(f"www.{site}" in head for site in _SITES)
    return is_theirs and _DRAWN.search(page.text[:1_000_000]) is not None


def states_of(page: Page, problems: list[str]) -> list[Any]:
    """What the scripts of a saved page hold."""
    root = parse_html(page.text, problems)
    states: list[Any] = []
    for script in root.iter("script") if root is not None else ():
        text = (script.text or "").strip()
        if '"text"' not in text and '"comment' not in text:
            continue
        try:
            values, _ = load_json(_SCRIPT.sub("", text, count=1).rstrip(");"))
        except BrokenJson:
            continue
        states.extend(values)
    return states


def rows_of(answer: Any) -> Iterator[tuple[Row, Around]]:
    """Posts, comments and recommendations as the Graph API would give them, each with its place."""
    waiting: list[tuple[str, Any, Around]] = [("", answer, Around())]
    for _ in range(MAX_ENTRIES):
        if not waiting:
            return
        name, value, here = waiting.pop()
        if isinstance(value, list):
            listed = [(name, one, here) for one in value]
            listed = (
                listed if name != "media_comments" else [("", _bare(one), here) for one in value]
            )
            waiting.extend(reversed(listed))
        elif isinstance(value, dict):
            row = _row(name, value)
            if row:
                list_name = "" if "caption" in row or "status_type" in row else "comments"
                list_name = "ratings" if "review_text" in row else list_name
                yield row, Around(**{**vars(here), "list_name": list_name})
                here = _below(row, here, list_name)
            inner = reversed(value.items())
            waiting.extend((key, one, here) for key, one in inner if "related" not in key)


def _below(row: Row, here: Around, list_name: str) -> Around:
    native = text_at(row, "id")
    if list_name == "comments":
        return Around(thread=here.thread, parent=native, topic=here.topic, url=here.url)
    link = text_at(row, "permalink") or text_at(row, "permalink_url")
    return Around(thread=native, topic=headline(row), url=link)


def _row(name: str, value: Row) -> Row:
    """The object in the interface's own words; nothing where it says nothing."""
    readers = (_instagram_post, _instagram_comment, _facebook_comment, _facebook_post, _recommended)
    if name == "caption":
        return {}  # said by its post already
    exported = at(value, "string_map_data")
    if isinstance(exported, dict):
        is_comment = name.startswith("comments_") or "media_list_data" in value
        return _exported_from_instagram(exported) if is_comment or "Comment" in exported else {}
    found = next((row for reader in readers if (row := reader(value))), {})
    return {key: one for key, one in found.items() if one is not None}


def _instagram_post(value: Row) -> Row:
    code = text_at(value, "shortcode") or text_at(value, "code") or text_at(value, "shortCode")
    stamp = _one(value, "taken_at_timestamp", "taken_at", "timestamp")
    edges = dicts_at(value, "edge_media_to_caption", "edges")
    words = text_at(edges[0] if edges else None, "node", "text") or text_at(
        value, "caption", "text"
    )
    is_told = bool(edges) or "caption" in value
    if not (code and stamp and is_told):
        return {}
    return {
        "id": _one(value, "pk", "id") or code,
        "caption": words or text_at(value, "caption"),
        "timestamp": stamp,
        "username": _username(value),
        "permalink": f"https://www.instagram.com/p/{code}/",
        "like_count": _counted(value, "edge_media_preview_like", "edge_liked_by", "like_count",
                               "likesCount"),
        "comments_count": _counted(value, "edge_media_to_parent_comment", "edge_media_to_comment",
                                   "comment_count", "commentsCount"),
        "media_type": "IMAGE",
    }  # fmt: skip


def _instagram_comment(value: Row) -> Row:
    stamp = _one(value, "created_at", "created_at_utc", "timestamp")
    if not (text_at(value, "text") and stamp and _username(value)):
        return {}
    return {
        "id": _one(value, "pk", "id"),
        "text": text_at(value, "text"),
        "timestamp": stamp,
        "username": _username(value),
        "user": {"id": _one(at(value, "user"), "pk", "id") or text_at(value, "owner", "id")},
        "like_count": _counted(value, "edge_liked_by", "comment_like_count", "likes_count",
                               "likesCount"),
        "parent_id": text_at(value, "parent_comment_id") or None,
        "permalink": text_at(value, "commentUrl") or text_at(value, "postUrl"),
    }  # fmt: skip


def _exported_from_instagram(told: Row) -> Row:
    """The names are in the language of the account; the comment stands first."""
    words = text_at(told, "Comment", "value") or next(
        (text_at(one, "value") for one in told.values() if text_at(one, "value")), ""
    )
    stamp = next((one for part in told.values() if (one := text_at(part, "timestamp"))), "")
    return {"text": _mended(words), "timestamp": stamp} if words and stamp else {}


def _bare(found: Any) -> Row:
    """`[moment, words, owner]`, as exports of Instagram before 2020 have comments."""
    said = [text_at(found, place) for place in range(2)]
    return {"string_map_data": {"Comment": {"value": said[1]}, "Time": {"timestamp": said[0]}}}


def _facebook_comment(value: Row) -> Row:
    body, exported = text_at(value, "body", "text"), at(value, "comment")
    if text_at(exported, "comment"):
        return {
            "message": _mended(text_at(exported, "comment")),
            "created_time": text_at(exported, "timestamp"),
            "from": {"name": _mended(text_at(exported, "author"))},
        }
    if text_at(value, "comment_text"):
        return {
            "id": text_at(value, "comment_id"),
            "message": text_at(value, "comment_text"),
            "created_time": text_at(value, "comment_time"),
            "from": {
                "id": text_at(value, "commenter_id"),
                "name": text_at(value, "commenter_name"),
            },
            "permalink_url": text_at(value, "comment_url"),
        }
    if body and text_at(value, "author", "name") and "created_time" in value:
        return {
            "id": text_at(value, "legacy_fbid") or text_at(value, "id"),
            "message": body,
            "created_time": text_at(value, "created_time"),
            "from": {
                "id": text_at(value, "author", "id"),
                "name": text_at(value, "author", "name"),
            },
            "permalink_url": text_at(value, "url") or text_at(value, "feedback", "url"),
            "like_count": _counted(at(value, "feedback"), "reactors", "likers"),
        }
    if text_at(value, "commentUrl") and text_at(value, "profileName") and text_at(value, "text"):
        return {
            "id": text_at(value, "id"),
            "message": text_at(value, "text"),
            "created_time": text_at(value, "date"),
            "from": {"id": text_at(value, "profileId"), "name": text_at(value, "profileName")},
            "permalink_url": text_at(value, "commentUrl"),
            "like_count": _counted(value, "likesCount"),
            "parent_id": text_at(value, "replyToCommentId") or None,
        }
    return {}


def _facebook_post(value: Row) -> Row:
    exported = [one for part in dicts_at(value, "data") if (one := text_at(part, "post"))]
    if exported and text_at(value, "timestamp"):
        return {
            "message": _mended("\n".join(exported)), "created_time": text_at(value, "timestamp"),
            "status_type": "",
        }  # fmt: skip
    if not text_at(value, "post_id") or "post_text" not in value:
        return {}
    return {
        "id": text_at(value, "post_id"),
        "message": text_at(value, "post_text") or text_at(value, "text"),
        "created_time": text_at(value, "time"),
        "from": {"id": text_at(value, "user_id"), "name": text_at(value, "username")},
        "permalink_url": text_at(value, "post_url"),
        "like_count": _counted(value, "likes"),
        "comment_count": _counted(value, "comments"),
        "status_type": "",
    }


def _recommended(value: Row) -> Row:
    told, user = at(value, "isRecommended"), at(value, "user")
    if not isinstance(told, bool) or not isinstance(user, dict):
        return {}
    return {
        "id": text_at(value, "id") or text_at(value, "legacyId"),
        "recommendation_type": "positive" if told else "negative",
        "review_text": text_at(value, "text"),
        "created_time": text_at(value, "date"),
        "reviewer": {"id": text_at(user, "id"), "name": text_at(user, "name")},
        "permalink_url": text_at(value, "url"),
    }


def _username(value: Row) -> str:
    nested = (text_at(value, name, "username") for name in ("user", "owner"))
    return next((one for one in nested if one), "") or text_at(value, "ownerUsername")


def _one(value: Any, *names: str) -> str:
    """The first of the fields that has something."""
    return next((one for name in names if (one := text_at(value, name))), "")


def _counted(value: Any, *names: str) -> Any:
    """A number, or the number of a list that is told beside it."""
    found = (at(value, name) for name in names)
    return next((one for part in found if (one := _number(part)) is not None), None)


def _number(found: Any) -> int | None:
    inner = at(found, "count") if isinstance(found, dict) else found
    inner = (
        int(inner) if isinstance(inner, str) and inner.isdecimal() and len(inner) < 10 else inner
    )
    return inner if isinstance(inner, int) and not isinstance(inner, bool) else None


def _mended(text: str) -> str:
    """Exports write every byte of UTF-8 as a character of its own."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
