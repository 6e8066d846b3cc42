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


def graph_draft(row: dict[str, Any], number: int, place: dict[str, Any], page: Page) -> Draft:
    """A review of the answers that pages load today (`/gql/batch`)."""
    identity = one_line(text_at(row, "encid"))[:100]
    alias = text_at(row, "business", "alias") or text_at(place, "alias")
    person = at(row, "author")
    link = text_at(person, "profileUrl") or text_at(person, "userUrl")
    name = plain_text(text_at(person, "displayName"))
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=Author(
            id=short(text_at(person, "encid"), 100),
            name=None if is_nobody(name) else short(name),
            profile_url=address(absolute(SITE, link)),
            reviews_count=count(at(person, "reviewCount")),
            location=short(plain_text(text_at(person, "displayLocation"))),
        ),
        rating=parse_rating(text_at(row, "rating")),
        text=plain_text(text_at(row, "text", "full") or text_at(row, "text")),
        product=plain_text(text_at(row, "business", "name") or text_at(place, "name")),
        url=address(f"{SITE}/biz/{alias}?hrid={identity}") or page.url if alias else page.url,
        language=text_at(row, "text", "language"),
        published=parse_date(_graph_stamp(row), page.fetched_at),
        votes=_reactions(row),
        replies=_graph_reply(at(row, "bizUserPublicReply"), page),
        media_count=len(dicts_at(row, "businessPhotos")) + len(dicts_at(row, "businessVideos")),
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


def _graph_stamp(value: Any) -> str:
    created = at(value, "createdAt")
    return text_at(created, "utcDateTime") or text_at(created, "localDateTimeForBusiness")


def _reactions(row: dict[str, Any]) -> Votes | None:
    """How many found it helpful; Yelp renamed "useful" in 2023."""
    found = dicts_at(row, "availableReactionsContainer", "availableReactions")
    helpful = [one for one in found if text_at(one, "reactionType") in ("HELPFUL", "USEFUL")]
    return Votes(helpful=count(at(helpful, 0, "count")) or 0) if helpful else None


def _graph_reply(answer: Any, page: Page) -> tuple[Reply, ...]:
    text = plain_text(text_at(answer, "text", "full") or text_at(answer, "text"))[:LONG_LIMIT]
    if not text:
        return ()
    moment = parse_date(_graph_stamp(answer), page.fetched_at).value
    name = short(plain_text(text_at(answer, "owner", "displayName")))
    return (Reply(text=text, author=name, is_owner=True, replied_at=moment),)


def _without_campaign(url: str) -> str:
    """The review's address without the marks of the interface's user."""
    bare, _, query = url.partition("?")
    review = re.search(r"hrid=([\w-]{5,60})", query)
    return f"{bare}?hrid={review.group(1)}" if review else bare
