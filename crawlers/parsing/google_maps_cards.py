"""Reviews that a browser drew on a saved page of Google Maps: dates are relative there."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.relative_dates import parse_relative
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

_REPLY = ".CDe7pd"
_PERSON = re.compile(r"/maps/contrib/(\d{5,30})")
_STARS = re.compile(r"^\s*\d(?:[.,]\d)?(?:\s*/\s*5|\s*(?:stars?|зв[её]зд\w*|sterne?))\b", re.I)


def card_drafts(root: etree._Element, place: str, now: datetime) -> list[Draft]:
    """One draft per card; parts of a card carry its number again."""
    marked = all_of(root, "[data-review-id]")
    known = set(marked)
    cards = [card for card in marked if not any(outer in known for outer in card.iterancestors())]
    return [_draft(card, f"card {number}", place, now) for number, card in enumerate(cards, 1)]


def _draft(card: etree._Element, where: str, place: str, now: datetime) -> Draft:
    reply = first(card, _REPLY)
    return Draft(
        where=where,
        native_id=one_line(card.get("data-review-id") or "")[:200] or None,
        author=_author(card),
        rating=_rating(card),
        text=_own_text(card, reply),
        product=place,
        published=parse_date(line(card, ".rsqaWe, .xRkPPb, .DU9Pgb .dehysf"), now),
        votes=_votes(card),
        replies=_replies(reply, now),
        media_count=len(all_of(card, ".KtCyie button, .Tya61d")),
    )


def _author(card: etree._Element) -> Author:
    name = line(card, ".d4r55, .TSUbDb") or one_line(card.get("aria-label") or "")
    link = attribute(card, "[data-href*='/maps/contrib/'], [href*='/maps/contrib/']", "data-href")
    link = link or attribute(card, "a[href*='/maps/contrib/']", "href")
    person = _PERSON.search(link)
    told = line(card, ".RfnDt").rpartition("·")[2]
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
        reviews_count=count(told) if told else None,
    )


def _rating(card: etree._Element) -> ParsedRating:
    """Words of the row of stars, or "4/5" where the map shows a number."""
    labels = (one.get("aria-label") or "" for one in all_of(card, "[role=img][aria-label]"))
    shown = next((label for label in labels if _STARS.match(label)), "")
    return parse_rating(shown or line(card, ".fzvQIb"), 5)


def _own_text(card: etree._Element, reply: etree._Element | None) -> str:
    bodies = all_of(card, ".wiI7pd, .MyEned")
    own = (one for one in bodies if reply is None or reply not in one.iterancestors())
    return next((words for one in own if (words := element_text(one))), "")


def _votes(card: etree._Element) -> Votes | None:
    number = count(shown) if (shown := line(card, ".pkWtMe")) else None
    return None if number is None else Votes(helpful=number)


def _replies(reply: etree._Element | None, now: datetime) -> tuple[Reply, ...]:
    words = text(reply, ".wiI7pd")[:LONG_LIMIT] if reply is not None else ""
    if reply is None or not words:
        return ()
    moment = parse_relative(line(reply, ".DZSIDd"), now)
    return (Reply(text=words, is_owner=True, replied_at=moment[0] if moment else None),)
