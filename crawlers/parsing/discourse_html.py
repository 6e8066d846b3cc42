"""Discourse's HTML: the JSON it carries for its own script, or the view it gives to crawlers."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.discourse_links import Forum, topic_id_of
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.forum_text import post_text
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.schema_people import author_of, votes_of
from crawlers.parsing.structured import Item

POST_TYPES = ("discussionforumposting", "comment")


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
    """Posts of the crawler view; it has no post ids, so they are `topic/number` there."""
    topic = topic_id_of(page.url) or topic_id_of(canonical_url(root))
    posts = [item for item in microdata_items(root, page.url, problems) if item.is_a(*POST_TYPES)]
    drafts = [_draft(item, topic, number, page, problems) for number, item in enumerate(posts, 1)]
    if drafts:
        problems.append("read from HTML, which has no post ids: the topic's JSON is better")
    forum = Forum.of(page.url)
    links = (forum.topic(topic),) if topic and forum.root else next_pages(root, page.url, page.url)
    return drafts, links


def _draft(item: Item, topic: int | None, number: int, page: Page, problems: list[str]) -> Draft:
    number = count(item.first("position")) or number
    body = _body(item)
    words = post_text(body, problems)
    forum = Forum.of(page.url)
    return Draft(
        where=f"post {number}",
        native_id=f"{topic}/{number}" if topic else None,
        author=author_of(item),
        title=(short(item.text("headline", "name")) or "") if number == 1 else "",
        text=words.text,
        url=forum.post_page(topic, number, "") if topic else page.url,
        published=parse_date(item.first("datepublished", "datecreated"), page.fetched_at),
        edited_at=parse_date(item.first("datemodified"), page.fetched_at).value,
        votes=votes_of(item),
        media_count=words.media,
        is_mention=True,
        thread_id=str(topic) if topic else None,
        scope=page.host,
        extra={"post_number": number},
    )


def _body(item: Item) -> str:
    """Markup of the post, so that quotations can be told from its own words."""
    if item.element is None:
        return item.text("text", "articlebody")
    for element in item.element.iterdescendants():
        if {"text", "articleBody"} & set((element.get("itemprop") or "").split()):
            return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return ""
