"""Reviews drawn on pages of Booking.com: today's cards, and the lists since 2014."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

WORST, BEST = 1, 10
CARDS = "[data-testid=review-card], .review_list_new_item_block, li.review_item"
_PRAISE = ".c-review__prefix--color-green, .-iconset-review_great"
_MARKS = ".c-review__prefix, .-iconset-review_poor"
_SCORE = (
    "[data-testid=review-score], .bui-review-score__badge, .review-score-badge, "
    ".review_item_review_score"
)
_TITLE = (
    "[data-testid=review-title], .c-review-block__title, "
    ".review_item_header_content:not(.review_item_header_scoreword)"
)
"""Where an author gives no title, the lists before 2019 show the site's word for the score."""
_DATE = (
    "[data-testid=review-date], .c-review-block__row > .c-review-block__date, .review_item_date, "
    ".review_item_header_date"
)
_REPLIES = "[data-testid=review-pr-text], .c-review-block__response__body"
_KIND = "[data-testid=review-traveler-type], .review-panel-wide__traveller_type"


def drawn_drafts(root: etree._Element, url: str, now: datetime) -> list[Draft]:
    """One draft per card; today's cards have no ids."""
    cards = enumerate(all_of(root, CARDS), start=1)
    return [_draft(card, f"card {number}", url, now) for number, card in cards]


def _draft(card: etree._Element, where: str, url: str, now: datetime) -> Draft:
    pros, cons = _rows(card)
    room = short(line(card, "[data-testid=review-room-name], .c-review-block__room-link"))
    extra = {"trip_type": short(line(card, _KIND)), "room": room}
    native = card.get("data-review-url") or attribute(card, "input[name=review_url]", "value")
    helpful = line(card, ".review-helpful__vote-others-helpful")
    return Draft(
        where=where,
        native_id=one_line(native)[:200] or None,
        author=_author(card),
        rating=parse_rating(line(card, _SCORE), BEST, WORST),
        title=_title(card),
        pros=text(card, "[data-testid=review-positive-text]") or pros or _old(card, ".review_pos"),
        cons=text(card, "[data-testid=review-negative-text]") or cons or _old(card, ".review_neg"),
        url=url,
        published=parse_date(
            attribute(card, "[itemprop=datePublished]", "content") or line(card, _DATE), now
        ),
        votes=Votes(helpful=count(helpful) or 0) if helpful else None,
        replies=_replies(card),
        media_count=len(all_of(card, ".c-review-block__photos img")),
        extra={name: value for name, value in extra.items() if value},
    )


def _title(card: etree._Element) -> str:
    """The author's own: pages of 2014 say the word for the score in its place."""
    shown = line(card, _TITLE).strip('"“”')
    return "" if shown == one_line(attribute(card, _SCORE, "title")) else shown


def _author(card: etree._Element) -> Author:
    """Name and country stand below each other, today without names of their own."""
    avatar = first(card, "[data-testid=review-avatar], .bui-avatar-block")
    pieces = [one_line(str(piece)) for piece in avatar.itertext()] if avatar is not None else []
    shown = [piece for piece in pieces if len(piece) > 1]
    named = line(card, ".bui-avatar-block__title, .reviewer_name, .review_item_reviewer h4")
    lives = line(card, ".bui-avatar-block__subtitle, .reviewer_country")
    name, country = named or next(iter(shown), ""), lives or next(iter(shown[1:]), "")
    written = line(card, ".review_item_user_review_count")
    return Author(
        name=None if is_nobody(name) else short(name),
        location=short(country, 200),
        reviews_count=count(written) if written else None,
    )


def _rows(card: etree._Element) -> tuple[str, str]:
    """Praise and blame of the lists since 2019, told apart by the colour of their mark.

    A single row without any mark is the site's: it says that there are no comments.
    """
    praise, blame = "", ""
    rows = all_of(card, ".c-review__row")
    if len(rows) == 1 and first(card, f"{_MARKS}, {_PRAISE}") is None:
        return "", ""
    for row in rows:
        words = text(row, ".c-review__body")
        if first(row, _PRAISE) is not None:
            praise = praise or words
        else:
            blame = blame or words
    return praise, blame


def _old(card: etree._Element, selector: str) -> str:
    """Praise or blame of the lists before, without the letter that draws its icon."""
    said = first(card, selector)
    if said is None:
        return ""
    return element_text(said).removeprefix(line(said, ".review_item_icon")).lstrip()


def _replies(card: etree._Element) -> tuple[Reply, ...]:
    """The whole of the answer, where its beginning is shown beside it."""
    words = max((element_text(one) for one in all_of(card, _REPLIES)), key=len, default="")
    return (Reply(text=words[:LONG_LIMIT], is_owner=True),) if words else ()
