"""Discourse's HTML: the JSON in it for its own script, posts as people or crawlers see them."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, line
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.discourse_links import Forum, topic_id_of
from crawlers.parsing.discourse_posts import SYSTEM
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.forum_text import post_text
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.text import one_line
from pipeline.records import Author, Votes

_BODIES = (
    ".crawler-post .post, .post[itemprop=text], .post[itemprop=articleBody], "
    "article[data-post-id] .topic-body .cooked"
)
_ROW_CLASSES = frozenset(("crawler-post", "topic-post"))
_TITLES = ".fancy-title, #topic-title h1, [itemprop=headline]"
_NAMES = (
    ".creator [itemprop=name], [itemprop=author] [itemprop=name], .creator a, "
    ".names .username a, .names .username"
)
_PROFILES = ".creator a[href], [itemprop=author] a[href], .names a[data-user-card][href]"
_PROFILE = re.compile(r"/u(?:sers)?/([^/?#]{1,100})")
_LIKES = (
    "[itemprop=interactionStatistic]:has([content*=LikeAction]) [itemprop=userInteractionCount], "
    "meta[itemprop=interactionCount]"
)
_NUMBER = re.compile(r"post_(\d{1,9})")


def preloaded(root: etree._Element, problems: list[str]) -> list[Any]:
    """Answers of the API that the page brings along, each a JSON text inside a JSON object."""
    element = next((one for one in root.iter("div") if one.get("id") == "data-preloaded"), None)
    if element is None:
        return []
    try:
        store = msgspec.json.decode(element.get("data-preloaded") or "{}")
        wanted = store.items() if isinstance(store, dict) else ()
        return [
            msgspec.json.decode(value)
            for key, value in wanted
            if key.startswith(("topic_", "topic_list", "search")) and isinstance(value, str)
        ]
    except (msgspec.DecodeError, RecursionError) as error:
        problems.append(f"data-preloaded cannot be read: {error}")
        return []


def html_posts(
    root: etree._Element, page: Page, problems: list[str]
) -> tuple[list[Draft], tuple[str, ...]]:
    """Posts as they are shown; for crawlers without ids, then they are `topic/number`."""
    own = page.url or canonical_url(root)
    topic = topic_id_of(own) or count(attribute(root, "[data-topic-id]", "data-topic-id"))
    title = short(line(root, _TITLES) or attribute(root, "[itemprop=headline]", "content")) or ""
    bodies = {_row(body): body for body in reversed(all_of(root, _BODIES))}
    drafts = [
        _draft(row, bodies[row], (topic, title, order), page, own, problems)
        for order, row in enumerate(reversed(list(bodies)), 1)
    ]
    if drafts and not all_of(root, "article[data-post-id]"):
        problems.append("read from HTML, which has no post ids: the topic's JSON is better")
    forum = Forum.of(page.url)
    links = (forum.topic(topic),) if topic and forum.root else next_pages(root, page.url, page.url)
    return drafts, links


def is_of_system(draft: Draft) -> bool:
    """Whether the forum itself wrote it."""
    return draft.author.id in SYSTEM


def _row(body: etree._Element) -> etree._Element:
    """What holds one post: who wrote it and when stands beside its words."""
    for outer in body.iterancestors():
        named = _ROW_CLASSES & set((outer.get("class") or "").split())
        if named or outer.get("data-post-id") or _NUMBER.fullmatch(outer.get("id") or ""):
            return outer
        if outer.get("itemscope") is not None:
            return outer
    return body


def _draft(
    row: etree._Element,
    body: etree._Element,
    thread: tuple[int | None, str, int],
    page: Page,
    own: str,
    problems: list[str],
) -> Draft:
    topic, title, order = thread
    number = _shown_number(row) or order
    native = row.get("data-post-id") or ""
    markup = etree.tostring(body, encoding="unicode", method="html", with_tail=False)
    words = post_text(markup, problems)
    published = _published(row, page)
    changed = parse_date(attribute(row, "meta[itemprop=dateModified]", "content"), page.fetched_at)
    is_edited = bool(published.value and changed.value and changed.value > published.value)
    by_place = f"{topic}/{number}" if topic else None
    return Draft(
        where=f"post {number}",
        native_id=native if native.isdecimal() else by_place,
        author=_author(row, own),
        title=title if number == 1 else "",
        text=words.text,
        url=Forum.of(own).post_page(topic, number, "") if topic else own,
        published=published,
        edited_at=changed.value if is_edited else None,
        votes=_votes(row),
        media_count=words.media,
        is_mention=True,
        thread_id=str(topic) if topic else None,
        scope=page.host,
        extra={"topic": title, "post_number": number} if title else {"post_number": number},
    )


def _shown_number(row: etree._Element) -> int | None:
    for one in (row, *row.iterancestors(), *all_of(row, "[id^=post_]")):
        if found := _NUMBER.fullmatch(one.get("id") or ""):
            return int(found.group(1))
    return count(line(row, "[itemprop=position], .position") or None)


def _published(row: etree._Element, page: Page) -> ParsedDate:
    """A machine's stamp, else the day that is shown."""
    stamps = (
        attribute(row, "time[datetime]", "datetime"),
        attribute(row, ".post-date [data-time], .post-info [data-time]", "data-time"),
        line(row, ".crawler-post-infos"),
    )
    found = (parse_date(stamp, page.fetched_at) for stamp in stamps if stamp)
    return next((one for one in found if one.value), ParsedDate())


def _author(row: etree._Element, own: str) -> Author:
    """The username is the id, as in the JSON."""
    link = absolute(own, attribute(row, _PROFILES, "href"))
    told = _PROFILE.search(link)
    username = told.group(1) if told else line(row, _NAMES)
    name = line(row, ".names .full-name") or line(row, _NAMES) or username
    return Author(
        id=short(one_line(username), 100),
        name=short(name, 300),
        profile_url=address(link),
        role=short(line(row, ".names .user-title"), 200),
    )


def _votes(row: etree._Element) -> Votes | None:
    """Likes; nothing where none are shown."""
    shown = line(row, ".post-likes, .like-count, .discourse-reactions-counter")
    likes = count(shown or attribute(row, _LIKES, "content") or None)
    return None if likes is None else Votes(helpful=likes)
