"""Posts of Discourse forums, from the JSON that every topic and list also has."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage, bounded
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.discourse_html import html_posts, is_of_system, preloaded
from crawlers.parsing.discourse_links import Forum, next_search_page, topic_id_of, whole
from crawlers.parsing.discourse_posts import draft_of, why_not
from crawlers.parsing.draft import Draft, address, build
from crawlers.parsing.markup import parse_html
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Review, SourceKind

_JSON_SIGNS = re.compile(
    r'"(?:post_stream|topic_list|latest_posts|grouped_search_result|cooked|user_actions)"\s*:'
)
_WRAPPERS = ("post", "posts", "topic", "private_posts")
"""Names under which answers and messages to other programs hold the posts or the topic."""
_WRITTEN = (4, 5)
"""`action_type` of a topic and of a reply."""
_GENERATOR = re.compile(r'<meta\s+name="generator"\s+content="Discourse\b', re.I)
_ERRORS: dict[str, BlockedReason] = {
    "not_found": "not_found", "not_logged_in": "login", "invalid_access": "forbidden",
    "rate_limit": "rate_limited",
}  # fmt: skip


@dataclass
class _Found:
    """What the parts of one answer gave, in order."""

    drafts: list[Draft] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    claimed: int | None = None
    blocked: BlockedReason | None = None
    is_known: bool = False
    """Whether the answer had any shape that Discourse gives."""


class Discourse(PlainRequests):
    """Topics, their further posts, single posts, latest posts, topic lists, searches."""

    name: Literal["discourse"] = "discourse"
    kind: SourceKind = "forum"
    access = Access(
        paging="ids of the topic's stream beyond the first 20, more_topics_url, before=",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "votes", "media", "thread", "claimed_total")
        ),
        terms_url="https://meta.discourse.org/tos",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """JSON of a topic, or of a list or search as it is given."""
        forum = Forum.of(url)
        if not forum.root or address(url) is None:
            raise UsageError(f"{url!r} is no web address: give a topic or a list of the forum")
        topic = topic_id_of(url)
        if topic is not None and "/posts.json" not in url:
            return (forum.topic(topic),)
        bare, _, query = url.partition("?")
        if bare.rstrip("/") == forum.root:
            return (f"{forum.root}/latest.json",)
        path = bare if bare.endswith(".json") else f"{bare.rstrip('/')}.json"
        return (f"{path}?{query}" if query else path,)

    def recognises(self, page: Page) -> float:
        """By the keys of the API, or the name that the HTML gives as its maker."""
        if page.looks_like_json:
            head = page.text[:200_000]
            return 0.9 if _JSON_SIGNS.search(head) else 0.4 if '"/t/' in head else 0.0
        return 0.9 if _GENERATOR.search(page.text[:100_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every member's post of whatever the forum answered."""
        found = _Found(problems=["page is longer than the limit, its end is lost"] * page.is_cut)
        if page.looks_like_json:
            try:
                _read(page.json, page, found)
            except UnreadableJson as error:
                found.problems.append(f"answer cannot be read: {error}")
        else:
            _read_html(page, found)
        return self._parsed(page, found)

    def _parsed(self, page: Page, found: _Found) -> ParsedPage:
        reviews: dict[str, Review] = {}
        for draft in found.drafts:
            if draft.is_empty:
                found.skipped["post without words"] += 1
            elif review := build(draft, page, self.name, self.kind, found.problems):
                reviews.setdefault(review.review_id, review)
        if not found.is_known and not found.blocked:
            found.problems.append("this is no answer of a Discourse forum")
        links = dict.fromkeys(link for link in found.links if address(link))
        if found.links and not links:
            found.problems.append("further pages exist, but this page's address is unknown (--url)")
        return ParsedPage(
            reviews=tuple(reviews.values()),
            next_urls=tuple(links),
            claimed_total=found.claimed,
            problems=bounded(tuple(found.problems)),
            skipped=dict(found.skipped),
            blocked=found.blocked or (None if found.is_known else blocked_reason(page)),
        )


def _read(answer: Any, page: Page, found: _Found) -> None:
    """Every part that an answer of the API may have; several may stand in one."""
    forum = Forum.of(page.url)
    if isinstance(answer, list):
        if any(isinstance(one.get("cooked"), str) for one in _dicts(answer)):
            _read_posts(answer, {}, page, found)
        else:
            _read_old_search(answer, forum, found)
        return
    if not isinstance(answer, dict):
        return
    if isinstance(stream := answer.get("post_stream"), dict):
        _read_topic(answer, stream, page, forum, found)
    elif isinstance(posts := answer.get("latest_posts"), list):
        _read_posts(posts, {}, page, found)
        _link_before(posts, forum, found)
    elif isinstance(topics := answer.get("topic_list"), dict):
        _read_topic_list(topics, forum, found)
    elif "grouped_search_result" in answer:
        _read_search(answer, page, forum, found)
    elif isinstance(answer.get("cooked"), str):
        _read_posts([answer], {}, page, found)
    elif wrapped := next((one for name in _WRAPPERS if (one := answer.get(name))), None):
        _read(wrapped, page, found)
    elif isinstance(actions := answer.get("user_actions"), list):
        _read_actions(actions, forum, found)
    elif "errors" in answer or "failed" in answer:
        found.blocked = _ERRORS.get(str(answer.get("error_type")), "forbidden")


def _read_actions(actions: list[Any], forum: Forum, found: _Found) -> None:
    """What a member did, in excerpts: their posts are fetched one by one."""
    found.is_known = True
    for action in _dicts(actions):
        if action.get("action_type") in _WRITTEN and (number := whole(action.get("post_id"))):
            found.links.append(forum.post(number))


def _read_topic(
    answer: dict[str, Any], stream: dict[str, Any], page: Page, forum: Forum, found: _Found
) -> None:
    posts = _dicts(stream.get("posts"))
    _read_posts(posts, answer, page, found)
    found.claimed = whole(answer.get("posts_count"))
    topic = whole(answer.get("id"))
    present = {whole(post.get("id")) for post in posts}
    ids = stream.get("stream")
    wanted = [number for one in (ids if isinstance(ids, list) else []) if (number := whole(one))]
    missing = [number for number in wanted if number not in present]
    if topic:
        found.links.extend(forum.chunks(topic, missing))


def _read_posts(posts: list[Any], topic: dict[str, Any], page: Page, found: _Found) -> None:
    found.is_known = True
    for post in _dicts(posts):
        if reason := why_not(post):
            found.skipped[reason] += 1
        else:
            found.drafts.append(draft_of(post, topic, page, found.problems))


def _link_before(posts: list[Any], forum: Forum, found: _Found) -> None:
    numbers = [number for post in _dicts(posts) if (number := whole(post.get("id")))]
    if numbers and min(numbers) > 1:
        found.links.append(forum.before(min(numbers)))


def _read_topic_list(topics: dict[str, Any], forum: Forum, found: _Found) -> None:
    found.is_known = True
    for topic in _dicts(topics.get("topics")):
        if number := whole(topic.get("id")):
            found.links.append(forum.topic(number))
    if isinstance(more := topics.get("more_topics_url"), str) and more:
        found.links.append(forum.more_topics(more))


def _read_search(answer: dict[str, Any], page: Page, forum: Forum, found: _Found) -> None:
    """A search gives excerpts: the posts themselves are fetched one by one."""
    found.is_known = True
    for post in _dicts(answer.get("posts")):
        if number := whole(post.get("id")):
            found.links.append(forum.post(number))
    grouped = answer["grouped_search_result"]
    if found.links and isinstance(grouped, dict) and grouped.get("more_full_page_results"):
        found.links.append(next_search_page(page.url) if forum.root else "")


def _read_old_search(answer: list[Any], forum: Forum, found: _Found) -> None:
    """The list of groups that Discourse answered before 2014."""
    for group in _dicts(answer):
        found.is_known = found.is_known or isinstance(group.get("results"), list)
        for result in _dicts(group.get("results")):
            number = topic_id_of(str(result.get("url"))[:2_000])
            if number is not None:
                found.links.append(forum.topic(number))


def _read_html(page: Page, found: _Found) -> None:
    root = parse_html(page.text, found.problems)
    if root is None:
        return
    for answer in preloaded(root, found.problems):
        _read(answer, page, found)
    if not found.is_known and _GENERATOR.search(page.text[:100_000]):
        found.is_known = True
        drafts, links = html_posts(root, page, found.problems)
        found.drafts = [draft for draft in drafts if not is_of_system(draft)]
        if left_out := len(drafts) - len(found.drafts):
            found.skipped["post of the system"] = left_out
        found.links.extend(links)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


DISCOURSE = Discourse()
