"""Reviews as Yelp's interface and its pages' feed write them, to drafts."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.schema_people import author_of
from crawlers.parsing.structured import Item
from crawlers.parsing.text import LONG_LIMIT, clean, one_line, plain_text
from pipeline.records import Author, Reply, Votes

SITE = "https://www.yelp.com"
_CUT = re.compile(r"(?:\.{3}|…)\s*$")


def api_draft(row: dict[str, Any], number: int, product: str, page: Page) -> Draft:
    """A review of `/v3/businesses/{id}/reviews`, or of a business of the interface before."""
    text = clean(text_at(row, "text") or text_at(row, "excerpt"))
    person = at(row, "user")
    identity = one_line(text_at(person, "id"))[:100]
    name = one_line(text_at(person, "name"))
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=Author(
            id=identity or None,
            name=None if is_nobody(name) else short(name),
            profile_url=address(text_at(person, "profile_url")),
            has_picture=True if text_at(person, "image_url") else None,
        ),
        rating=parse_rating(text_at(row, "rating")),
        text=text,
        product=product,
        url=_without_campaign(text_at(row, "url")) or page.url,
        published=parse_date(text_at(row, "time_created"), page.fetched_at),
        extra={"excerpt": True} if _CUT.search(text) else {},
    )


def feed_draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    """A review of the feed that a place's page loads."""
    identity = one_line(text_at(row, "id"))[:100]
    alias = text_at(row, "business", "alias")
    counts = at(row, "feedback", "counts")
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_feed_author(row),
        rating=parse_rating(text_at(row, "rating")),
        text=plain_text(text_at(row, "comment", "text")),
        product=plain_text(text_at(row, "business", "name")),
        url=address(f"{SITE}/biz/{alias}?hrid={identity}") or page.url if alias else page.url,
        language=text_at(row, "comment", "language"),
        published=parse_date(text_at(row, "localizedDate"), page.fetched_at, language="en-us"),
        votes=Votes(helpful=count(at(counts, "useful")) or 0) if counts else None,
        replies=_replies(row, page),
        media_count=count(at(row, "totalPhotos")) or len(dicts_at(row, "photos")),
    )


def marked_draft(item: Item, number: int, product: str, page: Page) -> Draft:
    """A review that the page marks up for search engines; it has no id."""
    rating = next(iter(item.items("reviewrating")), item)
    return Draft(
        where=f"json-ld review {number}",
        author=author_of(item),
        rating=parse_rating(rating.first("ratingvalue"), rating.first("bestrating")),
        text=plain_text(item.text("reviewbody", "description")),
        product=product,
        url=page.url,
        published=parse_date(item.first("datepublished"), page.fetched_at),
    )


def _feed_author(row: dict[str, Any]) -> Author:
    person = at(row, "user")
    name = plain_text(text_at(person, "markupDisplayName") or text_at(person, "displayName"))
    return Author(
        id=short(text_at(row, "userId"), 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(absolute(SITE, text_at(person, "userUrl") or text_at(person, "link"))),
        reviews_count=count(at(person, "reviewCount")),
        location=short(plain_text(text_at(person, "displayLocation"))),
    )


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    replies = []
    for answer in dicts_at(row, "businessOwnerReplies")[:20]:
        words = text_at(answer, "comment") or text_at(answer, "comment", "text")
        if text := plain_text(words)[:LONG_LIMIT]:
            stamp = parse_date(text_at(answer, "localizedDate"), page.fetched_at, language="en-us")
            name = short(plain_text(text_at(answer, "owner", "displayName")))
            replies.append(Reply(text=text, author=name, is_owner=True, replied_at=stamp.value))
    return tuple(replies)


def _without_campaign(url: str) -> str:
    """The review's address without the marks of the interface's user."""
    bare, _, query = url.partition("?")
    review = re.search(r"hrid=([\w-]{5,60})", query)
    return f"{bare}?hrid={review.group(1)}" if review else bare
