"""Reviews in the state that a page of Yandex Maps begins with, and in the map's own answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

PEOPLE = "https://yandex.ru/maps/user"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One organisation with a page of its reviews."""

    rows: tuple[dict[str, Any], ...] = ()
    name: str = ""
    number: str = ""
    """Its number in the address; empty when it is not told."""
    total: int | None = None
    """Reviews with words, by the map's count."""
    page: int = 1
    pages: int | None = None
    """Pages that the count makes; the map serves fewer of a large place."""


def organisation_of(value: Any) -> Organisation | None:
    """The first organisation of a state that has reviews, or the one that an answer is about."""
    item = _best(list(objects_with(value, "reviewResults")))
    if item is not None:
        return _organisation(at(item, "reviewResults"), item)
    lists = [one for one in objects_with(value, "reviews", "params") if _is_list(one)]
    return _organisation(lists[0], {}) if lists else None


def state_of(root: etree._Element) -> Any:
    """The page's state; None when it has none that can be read."""
    for script in root.iter("script"):
        if "state-view" in (script.get("class") or "") or script.get("type") == "application/json":
            text = "".join(str(piece) for piece in script.itertext())
            value = _decoded(text)
            if value is not None and next(objects_with(value, "reviewResults"), None) is not None:
                return value
    return None


def json_of(page: Page) -> Any:
    """The decoded answer; None for anything else."""
    try:
        return page.json if page.looks_like_json else None
    except UnreadableJson:
        return None


def draft_of(row: dict[str, Any], where: str, place: Organisation, now: datetime) -> Draft:
    """One review; the map tells only when it was last changed."""
    number = text_at(row, "businessId") or place.number
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "reviewId"))[:200] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating")),
        text=clean(text_at(row, "text")),
        product=place.name,
        url=f"https://yandex.ru/maps/org/{number}/reviews/" if number.isdecimal() else "",
        language=text_at(row, "textLanguage"),
        published=parse_date(text_at(row, "updatedTime"), now),
        votes=_votes(row),
        replies=_replies(row, now),
        media_count=len(dicts_at(row, "photos")) + len(dicts_at(row, "videos")),
        extra=_extra(row),
    )


def _organisation(results: Any, item: dict[str, Any]) -> Organisation:
    rows = tuple(dicts_at(results, "reviews"))
    said = at(results, "params", "count")
    return Organisation(
        rows=rows,
        name=one_line(text_at(item, "title") or text_at(item, "shortTitle"))[:SHORT_LIMIT],
        number=text_at(item, "id") or text_at(rows[0] if rows else None, "businessId"),
        total=count(at(item, "ratingData", "reviewCount") if said is None else said),
        page=count(at(results, "params", "page")) or 1,
        pages=count(at(results, "params", "totalPages")),
    )


def _best(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The state also holds neighbours, whose reviews are not loaded."""
    filled = [one for one in items if dicts_at(one, "reviewResults", "reviews")]
    counted = [one for one in items if at(one, "reviewResults", "params") is not None]
    return next(iter(filled or counted or items), None)


def _is_list(value: dict[str, Any]) -> bool:
    return isinstance(value["reviews"], list) and isinstance(value["params"], dict)


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "author", "name"))
    public_id = one_line(text_at(row, "author", "publicId"))[:100]
    link = text_at(row, "author", "profileUrl")
    own = f"{PEOPLE}/{public_id}" if public_id.isalnum() else ""
    return Author(
        id=public_id or None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(link) or address(own),
        has_picture=bool(text_at(row, "author", "avatarUrl")) or None,
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    likes, dislikes = count(at(row, "reactions", "likes")), count(at(row, "reactions", "dislikes"))
    if likes is None and dislikes is None:
        return None
    return Votes(helpful=likes or 0, unhelpful=dislikes or 0)


def _replies(row: dict[str, Any], now: datetime) -> tuple[Reply, ...]:
    text = clean(text_at(row, "businessComment", "text"))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(row, now, "businessComment", "updatedTime")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    level = short(text_at(row, "author", "professionLevel"), 100)
    comments = count(at(row, "commentCount"))
    found = {"author_level": level, "comment_count": comments}
    return {name: value for name, value in found.items() if value}


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
