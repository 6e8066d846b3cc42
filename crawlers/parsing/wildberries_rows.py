"""Reviews of Wildberries as its shop shows them and as its sellers' interface gives them."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

SHOP = "https://www.wildberries.ru"


def draft_of(row: dict[str, Any], number: int, page: Page) -> Draft:
    """One review; `updatedDate` also moves when the shop answers, so it is no edit."""
    article = text_at(row, "nmId") or text_at(row, "productDetails", "nmId")
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "productValuation")),
        text=clean(text_at(row, "text")),
        pros=clean(text_at(row, "pros")),
        cons=clean(text_at(row, "cons")),
        product=one_line(text_at(row, "productDetails", "productName")),
        url=f"{SHOP}/catalog/{article}/feedbacks" if article.isdecimal() else "",
        published=parse_date(text_at(row, "createdDate"), page.fetched_at),
        votes=_votes(row),
        replies=_replies(row, page),
        media_count=_media(row),
        extra=_extra(row, article),
    )


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "wbUserDetails", "name") or text_at(row, "userName"))
    user = text_at(row, "globalUserId") or text_at(row, "wbUserId")
    return Author(
        id=short(user, 100) if user != "0" else None,
        name=None if is_nobody(name) else short(name),
        location=short(text_at(row, "wbUserDetails", "country").upper(), 60),
        has_picture=flag_at(row, "wbUserDetails", "hasPhoto"),
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    helpful, unhelpful = count(at(row, "votes", "pluses")), count(at(row, "votes", "minuses"))
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = clean(text_at(row, "answer", "text"))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(row, page.fetched_at, "answer", "createDate")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _media(row: dict[str, Any]) -> int:
    """Pictures, under any of the three names that they have had, and the film."""
    lists = (at(row, name) for name in ("photos", "photoLinks", "photo"))
    pictures = max((len(found) for found in lists if isinstance(found, list)), default=0)
    return pictures + bool(at(row, "video"))


def _extra(row: dict[str, Any], article: str) -> dict[str, Any]:
    size, color = text_at(row, "size"), text_at(row, "color")
    updated = text_at(row, "updatedDate")
    found = {
        "product_id": short(article, 30),
        "variant": short(", ".join(part for part in (color, size) if part not in ("", "0")), 200),
        "size_fit": short(text_at(row, "matchingSize"), 100),
        "tags": _words(at(row, "bables")),
        "excluded_from_rating": _exclusion(row),
        "replaced_by": short(text_at(row, "childFeedbackId"), 100),
        "continues": short(text_at(row, "parentFeedbackId"), 100),
        "updated_at": short(updated, 40) if updated != text_at(row, "createdDate") else None,
    }
    return {name: value for name, value in found.items() if value}


def _exclusion(row: dict[str, Any]) -> list[str]:
    """Why the shop does not count the rating: the reasons that it gives, or that there is one."""
    if not flag_at(row, "excludedFromRating", "isExcluded"):
        return []
    return _words(at(row, "excludedFromRating", "reasons")) or ["unknown"]


def _words(value: Any) -> list[str]:
    entries = value[:20] if isinstance(value, list) else []
    lines = (short(text_at(entry), 100) for entry in entries)
    return [line for line in lines if line]
