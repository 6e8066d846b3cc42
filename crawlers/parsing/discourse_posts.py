"""Posts of the Discourse API to drafts of mentions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.discourse_links import Forum, whole
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.forum_text import post_text
from crawlers.parsing.ratings import count
from crawlers.parsing.text import one_line, plain_text
from pipeline.records import Author, Votes

LIKE = 2
"""`actions_summary` id of a like."""
REGULAR = 1
"""`post_type` of what a member wrote; 2 moderator action, 3 small action, 4 whisper."""
SYSTEM = ("system", "discobot")
"""Members who are programs."""


def why_not(post: Mapping[str, Any]) -> str | None:
    """Why a post is no customer's words; None when it is."""
    if post.get("post_type", REGULAR) != REGULAR or post.get("action_code"):
        return "action of a moderator or of the forum"
    if post.get("deleted_at") or post.get("user_deleted"):
        return "deleted post"
    if post.get("hidden"):
        return "hidden post"
    number = post.get("user_id")
    is_negative = isinstance(number, int) and number < 0
    if is_negative or post.get("username") in SYSTEM:
        return "post of the system"
    return None


def draft_of(
    post: Mapping[str, Any], topic: Mapping[str, Any], page: Page, problems: list[str]
) -> Draft:
    """A mention; thread and parent are `topic` and `topic/post number`."""
    forum = Forum.of(page.url)
    post_id, number = whole(post.get("id")), whole(post.get("post_number"))
    topic_id = whole(post.get("topic_id")) or whole(topic.get("id"))
    answered = whole(post.get("reply_to_post_number"))
    slug = _string(post.get("topic_slug")) or _string(topic.get("slug"))
    title = one_line(plain_text(_string(topic.get("title")) or _string(post.get("topic_title"))))
    words = post_text(_string(post.get("cooked")), problems)
    version = whole(post.get("version")) or 1
    extra = {"topic": short(title), "post_number": number, "quotes": words.quotes or None}
    return Draft(
        where=f"post {post_id or number or '?'}",
        native_id=str(post_id) if post_id else None,
        author=_author(post, forum),
        title=title if number == 1 else "",
        text=words.text,
        url=forum.post_page(topic_id, number or 1, slug) if topic_id else page.url,
        published=parse_date(post.get("created_at"), page.fetched_at),
        edited_at=parse_date(post.get("updated_at"), page.fetched_at).value
        if version > 1
        else None,
        votes=Votes(helpful=_likes(post)),
        media_count=words.media,
        is_mention=True,
        thread_id=str(topic_id) if topic_id else None,
        parent_id=f"{topic_id}/{answered}" if topic_id and answered else None,
        scope=page.host,
        extra={key: value for key, value in extra.items() if value is not None},
    )


def _author(post: Mapping[str, Any], forum: Forum) -> Author:
    username = one_line(_string(post.get("username")))
    shown = _string(post.get("name")) or _string(post.get("display_username")) or username
    avatar = _string(post.get("avatar_template"))
    return Author(
        id=short(username),
        name=short(shown),
        profile_url=short(forum.profile(username)) if username else None,
        role=short(plain_text(_string(post.get("user_title")))),
        has_picture=None if not avatar else "letter" not in avatar,
    )


def _likes(post: Mapping[str, Any]) -> int:
    summary = post.get("actions_summary")
    for action in summary if isinstance(summary, list) else ():
        if isinstance(action, dict) and action.get("id") == LIKE:
            return count(action.get("count")) or 0
    return count(post.get("like_count")) or 0


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
