"""One post of Mastodon as a mention: its own words, without those that it boosts or quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.page import Page
from crawlers.parsing.address_parts import host_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.forum_text import PostText, own_words
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.mastodon_addresses import TOPIC_LENGTH
from crawlers.parsing.ratings import count
from crawlers.parsing.text import clean, one_line
from pipeline.records import Author, Votes

MAX_ID = 400
"""Longer ones would be cut in the record's id, and two could become one."""
MAX_TAGS = 20

_QUOTES = ".quote-inline, blockquote"
_CLOSED = ("private", "direct", "list")


def posts_of(answer: Any) -> list[Any] | None:
    """The items of a list, of a search or of a thread, or the only one; None for no answer."""
    if isinstance(answer, list):
        return answer if not answer or any(post_in(item) for item in answer) else None
    for names in (("statuses",), ("ancestors", "descendants")):
        lists = [at(answer, name) for name in names]
        if all(isinstance(one, list) for one in lists):
            return [item for one in lists for item in one or ()]
    return [answer] if post_in(answer) else None


def post_in(item: Any) -> dict[str, Any] | None:
    """The post of an item: what a boost boosts, what a notification or a conversation tells of."""
    told = (at(item, "status"), at(item, "last_status"))
    for post in (at(item, "reblog"), at(item, "status", "reblog"), *told, item):
        if isinstance(post, dict) and isinstance(post.get("account"), dict) and "content" in post:
            return post
    return None


def is_closed(post: dict[str, Any]) -> bool:
    """Whether it is for some people alone; a token may show such posts."""
    return text_at(post, "visibility") in _CLOSED


@dataclass(frozen=True)
class Threads:
    """The posts of a page by their ids, to find what a thread begins with."""

    posts: Mapping[str, dict[str, Any]]
    topic: str = ""
    """What the whole page is about, where its beginning stands elsewhere."""
    tops: dict[str, str] = field(default_factory=dict)
    """Beginnings found so far."""
    headlines: dict[str, str] = field(default_factory=dict)
    """Titles made so far: ten thousand answers may stand below one long post."""

    @classmethod
    def of(cls, posts: Iterable[dict[str, Any]], topic: str) -> Threads:
        """Of the posts of a page."""
        return cls({text_at(post, "id")[:100]: post for post in posts}, topic)

    def top(self, native: str) -> str:
        """Id of the post that the thread begins with, as far up as the page shows it."""
        passed = {native: None}
        current = native
        while current not in self.tops:
            above = text_at(self.posts.get(current), "in_reply_to_id")[:100]
            if not above or above in passed:
                break
            passed[above] = None
            current = above
        found = self.tops.get(current, current)
        self.tops.update(dict.fromkeys(passed, found))
        return found

    def topic_of(self, native: str) -> str:
        """First words of the thread; empty for the post that begins it."""
        top = self.top(native)
        if top not in self.posts:
            return self.topic
        if top not in self.headlines:
            self.headlines[top] = headline(self.posts[top])
        return "" if top == native else self.headlines[top]


def headline(post: dict[str, Any]) -> str:
    """Whose post it is and how it begins, as a title for what is said below it."""
    account, words = _author(at(post, "account")), _words(post, [])
    name = f"{account.name or ''} @{account.id or ''}".strip(" @")
    return one_line(f"{name}: {text_at(post, 'spoiler_text')} {words.text[:TOPIC_LENGTH]}")


def draft_of(
    post: dict[str, Any], where: str, threads: Threads, page: Page, problems: list[str]
) -> Draft:
    """A mention; its id is the one that all instances know it by, so that two give it once."""
    native, shared = text_at(post, "id")[:100], text_at(post, "uri")
    words = _words(post, problems)
    published = parse_date(text_at(post, "created_at"), page.fetched_at)
    return Draft(
        where=where,
        native_id=shared if 0 < len(shared) <= MAX_ID else native or None,
        scope="" if shared else page.host,
        author=_author(at(post, "account")),
        title=one_line(text_at(post, "spoiler_text")),
        text=words.text,
        url=address(text_at(post, "url")) or address(shared) or "",
        language=text_at(post, "language")[:20],
        published=published,
        edited_at=time_at(post, page.fetched_at, "edited_at"),
        votes=_votes(post),
        media_count=len(dicts_at(post, "media_attachments")),
        is_mention=True,
        thread_id=threads.top(native) or None,
        parent_id=text_at(post, "in_reply_to_id")[:100] or None,
        extra=_extra(post, words.quotes, threads.topic_of(native)),
    )


def _words(post: dict[str, Any], problems: list[str]) -> PostText:
    content = text_at(post, "content")
    root = parse_html(f"<div>{content}</div>", problems) if content else None
    return PostText() if root is None else own_words(root, _QUOTES)


def _author(account: Any) -> Author:
    """Instances name their own members without the host."""
    handle, profile = one_line(text_at(account, "acct")), address(text_at(account, "url"))
    host = host_of(profile or "")
    name = one_line(clean(text_at(account, "display_name"))) or text_at(account, "username")
    picture = text_at(account, "avatar")
    is_whole = "@" in handle or not (handle and host)
    return Author(
        id=short(handle if is_whole else f"{handle}@{host}", 300),
        name=short(name, 300),
        profile_url=profile,
        has_picture="/missing." not in picture if picture else None,
    )


def _votes(post: dict[str, Any]) -> Votes | None:
    likes = count(at(post, "favourites_count"))
    return None if likes is None else Votes(helpful=likes)


def _extra(post: dict[str, Any], quotes: int, topic: str) -> dict[str, Any]:
    tags = [short(text_at(tag, "name"), 100) for tag in dicts_at(post, "tags")[:MAX_TAGS]]
    found = {
        "topic": short(topic, TOPIC_LENGTH),
        "boosts": count(at(post, "reblogs_count")),
        "replies": count(at(post, "replies_count")),
        "tags": [tag for tag in tags if tag],
        "quotes": quotes,
        "quoted": short(text_at(post, "quote", "quoted_status", "uri"), 400),
        "bot": flag_at(post, "account", "bot"),
    }
    return {name: value for name, value in found.items() if value}
