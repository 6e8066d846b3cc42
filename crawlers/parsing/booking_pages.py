"""Reviews drawn on pages of Booking.com: today's cards, and the lists of some years ago."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from crawlers.parsing.css import all_of, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import LONG_LIMIT, one_line
from pipeline.records import Author, Reply

WORST, BEST = 1, 10
CARDS = "[data-testid=review-card], .review_list_new_item_block"
_PRAISE = ".c-review__prefix--color-green, .-iconset-review_great"


def drawn_drafts(root: etree._Element, url: str, now: datetime) -> list[Draft]:
    """One draft per card; today's cards have no ids."""
    cards = enumerate(all_of(root, CARDS), start=1)
    return [_draft(card, f"card {number}", url, now) for number, card in cards]


def _draft(card: etree._Element, where: str, url: str, now: datetime) -> Draft:
    pros, cons = _rows(card)
    kind = short(
        line(card, "[data-testid=review-traveler-type], .review-panel-wide__traveller_type")
    )
    room = short(line(card, "[data-testid=review-room-name], .c-review-block__room-link"))
    extra = {"trip_type": kind, "room": room}
    return Draft(
        where=where,
        native_id=one_line(card.get("data-review-url") or "")[:200] or None,
        author=_author(card),
        rating=parse_rating(
            line(card, "[data-testid=review-score], .bui-review-score__badge"), BEST, WORST
        ),
        title=line(card, "[data-testid=review-title], .c-review-block__title"),
        pros=text(card, "[data-testid=review-positive-text]") or pros,
        cons=text(card, "[data-testid=review-negative-text]") or cons,
        url=url,
        published=parse_date(
            line(card, "[data-testid=review-date], .c-review-block__row > .c-review-block__date"),
            now,
        ),
        replies=_replies(card),
        extra={name: value for name, value in extra.items() if value},
    )


def _author(card: etree._Element) -> Author:
    """Name and country stand below each other, today without names of their own."""
    avatar = first(card, "[data-testid=review-avatar], .bui-avatar-block")
    pieces = [one_line(str(piece)) for piece in avatar.itertext()] if avatar is not None else []
    shown = [piece for piece in pieces if len(piece) > 1]
    name = line(card, ".bui-avatar-block__title") or next(iter(shown), "")
    country = line(card, ".bui-avatar-block__subtitle") or next(iter(shown[1:]), "")
    return Author(name=None if is_nobody(name) else short(name), location=short(country, 200))


def _rows(card: etree._Element) -> tuple[str, str]:
    """Praise and blame of the older lists, told apart by the colour of their mark."""
    praise, blame = "", ""
    for row in all_of(card, ".c-review__row"):
        words = text(row, ".c-review__body")
        if first(row, _PRAISE) is not None:
            praise = praise or words
        else:
            blame = blame or words
    return praise, blame


def _replies(card: etree._Element) -> tuple[Reply, ...]:
    words = text(card, "[data-testid=review-pr-text], .c-review-block__response__body")
    return (Reply(text=words[:LONG_LIMIT], is_owner=True),) if words else ()
