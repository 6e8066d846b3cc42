"""Reviews out of the states of Ozon's widgets, which are JSON, or JSON inside of a JSON string."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

SITE = "https://www.ozon.ru"
_WRAPS = 3
"""How many times a state is wrapped in a string at most."""


@dataclass(frozen=True)
class Listing:
    """The state of one list of reviews."""

    rows: list[dict[str, Any]]
    products: dict[str, Any] = field(default_factory=dict)
    total: int | None = None
    following: str = ""
    """Query of the next page."""
    path: str = ""
    """Path of the page that was asked for."""


def listings_of(states: dict[str, Any]) -> list[Listing]:
    """Lists of reviews among the states of the widgets, by the names of these."""
    named = (unwrapped(state) for name, state in states.items() if "review" in name.casefold())
    return [_listing(state) for state in named if isinstance(state, dict | list)]


def questions_of(states: dict[str, Any]) -> int:
    """How many questions the widgets show; they are no reviews."""
    named = (unwrapped(state) for name, state in states.items() if "question" in name.casefold())
    return sum(
        len(found) for state in named if isinstance(found := at(state, "questions"), dict | list)
    )


def unwrapped(state: Any) -> Any:
    """The state itself; None where its string holds no JSON."""
    for _ in range(_WRAPS):
        if not isinstance(state, str):
            break
        try:
            state = msgspec.json.decode(state)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None
    return None if isinstance(state, str) else state


def _listing(state: Any) -> Listing:
    holder = next(objects_with(state, "reviews"), {})
    products = holder.get("products")
    return Listing(
        rows=list(objects_with(state, "uuid", "content"))
        or list(objects_with(state, "id", "content", "author")),
        products=products if isinstance(products, dict) else {},
        total=count(at(holder, "paging", "total")),
        following=text_at(holder, "paging", "nextButton"),
        path=text_at(holder, "requestedPath"),
    )


def draft_of(row: dict[str, Any], listing: Listing, number: int, page: Page) -> Draft:
    """One review; the flag of a purchase is believed where it is set, it may be the reader's."""
    item = text_at(row, "itemId")
    product = listing.products.get(item)
    return Draft(
        where=f"review {number}",
        native_id=_id(row),
        author=_author(row),
        rating=parse_rating(text_at(row, "content", "score")),
        text=clean(text_at(row, "content", "comment")),
        pros=clean(text_at(row, "content", "positive")),
        cons=clean(text_at(row, "content", "negative")),
        product=one_line(text_at(product, "name")),
        url=_url(row),
        language=text_at(row, "Lang"),
        published=parse_date(
            text_at(row, "publishedAt") or text_at(row, "createdAt"), page.fetched_at
        ),
        edited_at=time_at(row, page.fetched_at, "updatedAt"),
        votes=_votes(row),
        replies=tuple(_replies(row, page)),
        media_count=sum(len(dicts_at(row, "content", kind)) for kind in ("photos", "videos")),
        verified_purchase=flag_at(row, "isItemPurchased") or None,
        extra=_extra(row, item, product),
    )


def seller_draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    """One review of the interface for sellers, which names no author."""
    item = text_at(row, "sku")
    helpful, unhelpful = count(at(row, "likes_amount")), count(at(row, "dislikes_amount"))
    extra = {
        "product_id": short(item, 30),
        "comment_count": count(at(row, "comments_amount")),
        "excluded_from_rating": flag_at(row, "is_rating_participant") is False,
    }
    return Draft(
        where=f"review {number}",
        native_id=_id(row),
        rating=parse_rating(text_at(row, "rating")),
        text=clean(text_at(row, "text")),
        url=f"{SITE}/product/{item}/" if item.isdecimal() and item != "0" else "",
        published=parse_date(text_at(row, "published_at"), page.fetched_at),
        votes=None if helpful is None else Votes(helpful=helpful, unhelpful=unhelpful or 0),
        media_count=sum(_media_of(row, kind) for kind in ("photos", "videos")),
        verified_purchase=True if text_at(row, "order_status").upper() == "DELIVERED" else None,
        extra={name: value for name, value in extra.items() if value},
    )


def _media_of(row: dict[str, Any], kind: str) -> int:
    """A list tells how many there are, the page of one review names each."""
    said = count(at(row, f"{kind}_amount"))
    return said if said is not None else len(dicts_at(row, kind))


def _id(row: dict[str, Any]) -> str | None:
    """Lists call it `uuid`, some of them `id`."""
    return one_line(text_at(row, "uuid") or text_at(row, "id"))[:100] or None


def _author(row: dict[str, Any]) -> Author:
    author = at(row, "author")
    full = f"{text_at(author, 'firstName')} {text_at(author, 'lastName')}"
    name = one_line(text_at(author, "fio") or full or text_at(author, "title"))
    is_hidden = flag_at(row, "isAnonymous") or is_nobody(name)
    return Author(
        id=short(text_at(author, "guid"), 100),
        name=None if is_hidden else short(name),
        has_picture=bool(text_at(author, "avatarUrl")) if isinstance(author, dict) else None,
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    helpful = count(at(row, "usefulness", "useful"))
    unhelpful = count(at(row, "usefulness", "unuseful"))
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _replies(row: dict[str, Any], page: Page) -> Iterator[Reply]:
    """Comments below the review; the shop's own carry its official name."""
    for comment in dicts_at(row, "comments", "list"):
        author = at(comment, "author")
        official = one_line(
            text_at(author, "clientOfficial", "name") or text_at(author, "officialUser", "name")
        )
        full = one_line(f"{text_at(author, 'firstName')} {text_at(author, 'lastName')}")
        said = next(
            (words for key in ("comment", "text", "content") if (words := text_at(comment, key))),
            text_at(comment, "content", "comment"),
        )
        if text := clean(said)[:LONG_LIMIT]:
            moment = text_at(comment, "publishedAt") or text_at(comment, "createdAt")
            yield Reply(
                text=text,
                author=short(official or full),
                is_owner=bool(official) or bool(flag_at(comment, "isOfficial")),
                replied_at=parse_date(moment, page.fetched_at).value,
            )


def _url(row: dict[str, Any]) -> str:
    """The link to share, without its marks for advertising."""
    link = text_at(row, "sharing", "url")
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    kept = [pair for pair in parts.query.split("&") if not pair.startswith("utm_")]
    return parts._replace(query="&".join(kept)).geturl()


def _extra(row: dict[str, Any], item: str, product: Any) -> dict[str, Any]:
    pairs = (
        f"{text_at(one, 'name')}: {text_at(one, 'value')}" for one in dicts_at(product, "variants")
    )
    found = {
        "product_id": short(item, 30),
        "variant": short("; ".join(list(pairs)[:5]), 300),
        "comment_count": count(at(row, "comments", "totalCount")),
    }
    return {name: value for name, value in found.items() if value}
