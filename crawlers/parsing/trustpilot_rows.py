"""Reviews as Trustpilot's pages and its interface for programs write them, to drafts."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.schema_people import author_of
from crawlers.parsing.structured import Item
from crawlers.parsing.text import LONG_LIMIT, clean, one_line, plain_text
from pipeline.records import Author, Reply, Votes

SITE = "https://www.trustpilot.com"


def page_draft(row: dict[str, Any], number: int, company: str, page: Page) -> Draft:
    """A review of the state that pages carry since 2021."""
    identity = one_line(text_at(row, "id"))[:100]
    person = at(row, "consumer")
    labels = at(row, "labels", "verification")
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_author(person, text_at(person, "countryCode"), flag_at(person, "hasImage")),
        rating=parse_rating(text_at(row, "rating") or text_at(row, "stars")),
        title=one_line(text_at(row, "title")),
        text=clean(text_at(row, "text")),
        product=company,
        url=f"{SITE}/reviews/{identity}" if identity.isalnum() else page.url,
        language=text_at(row, "language"),
        published=parse_date(text_at(row, "dates", "publishedDate"), page.fetched_at),
        edited_at=time_at(row, page.fetched_at, "dates", "updatedDate"),
        votes=Votes(helpful=count(at(row, "likes")) or 0),
        replies=_reply(row, "reply", "message", "publishedDate", company, page),
        verified_purchase=flag_at(labels, "isVerified"),
        extra=_extra(
            experienced=text_at(row, "dates", "experiencedDate")[:10],
            origin=text_at(labels, "reviewSourceName") or text_at(row, "source"),
            place=text_at(row, "location", "name"),
        ),
    )


def api_draft(row: dict[str, Any], number: int, company: str, page: Page) -> Draft:
    """A review of `/v1/business-units/{id}/reviews` or of a product (developers.trustpilot.com),
    or of what a shop's widget loads, which tells the id in the review's address alone."""
    link = text_at(row, "reviewUrl")
    identity = one_line(text_at(row, "id") or link.rpartition("/reviews/")[2])[:100]
    person = at(row, "consumer")
    company = one_line(text_at(row, "businessUnit", "displayName") or company)
    product = one_line(text_at(row, "product", "name"))
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_author(person, text_at(person, "displayLocation"), None),
        rating=parse_rating(text_at(row, "stars")),
        title=one_line(text_at(row, "title")),
        text=clean(text_at(row, "text") or text_at(row, "content")),
        product=product or company,
        url=f"{SITE}/reviews/{identity}" if identity.isalnum() else page.url,
        language=text_at(row, "language"),
        published=parse_date(text_at(row, "createdAt"), page.fetched_at),
        edited_at=time_at(row, page.fetched_at, "updatedAt"),
        votes=Votes(helpful=count(at(row, "numberOfLikes")) or 0),
        media_count=len(dicts_at(row, "attachments")),
        replies=_reply(row, "companyReply", "text", "createdAt", company, page),
        verified_purchase=flag_at(row, "isVerified"),
        extra=_extra(
            experienced=text_at(row, "experiencedAt")[:10],
            origin=text_at(row, "source"),
            place=text_at(row, "location", "name"),
        ),
    )


def jsonld_draft(item: Item, number: int, company: str, page: Page) -> Draft:
    """A review marked up for search engines; its `@id` ends with the id of the review."""
    identity = (
        (item.id or "").rpartition("/")[2][:100] if "/schema/Review/" in (item.id or "") else ""
    )
    author = author_of(item)
    user = _user_id(author.profile_url or "")
    return Draft(
        where=f"json-ld review {number}",
        native_id=identity or None,
        author=Author(id=user, name=author.name, profile_url=author.profile_url),
        rating=_rating(item),
        title=one_line(plain_text(item.text("headline", "name"))),
        text=plain_text(item.text("reviewbody", "description")),
        product=company,
        url=f"{SITE}/reviews/{identity}" if identity.isalnum() else page.url,
        language=item.text("inlanguage"),
        published=parse_date(item.first("datepublished"), page.fetched_at),
    )


def _rating(item: Item) -> Any:
    inner = next(iter(item.items("reviewrating")), item)
    return parse_rating(
        inner.first("ratingvalue"), inner.first("bestrating"), inner.first("worstrating")
    )


def _author(person: Any, location: str, has_picture: bool | None) -> Author:
    identity = one_line(text_at(person, "id"))[:100]
    name = one_line(text_at(person, "displayName") or text_at(person, "name"))
    return Author(
        id=identity or None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(f"{SITE}/users/{identity}") if identity.isalnum() else None,
        reviews_count=count(at(person, "numberOfReviews")),
        location=short(location),
        has_picture=has_picture,
        identified_by="trustpilot" if flag_at(person, "isVerified") else None,
    )


def _user_id(link: str) -> str | None:
    return short(link.rstrip("/").rpartition("/users/")[2], 100) if "/users/" in link else None


def _reply(
    row: dict[str, Any], name: str, words: str, moment: str, company: str, page: Page
) -> tuple[Reply, ...]:
    text = clean(text_at(row, name, words))[:LONG_LIMIT]
    if not text:
        return ()
    replied_at = time_at(row, page.fetched_at, name, moment)
    return (Reply(text=text, author=short(company), is_owner=True, replied_at=replied_at),)


def _extra(**values: str) -> dict[str, Any]:
    return {name: value for name, text in values.items() if (value := short(text, 200))}
