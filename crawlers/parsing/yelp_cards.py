"""Reviews drawn on Yelp's pages of 2013 to 2019, whose cards carry their ids."""

from __future__ import annotations

import re

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT
from crawlers.parsing.yelp_rows import SITE
from pipeline.records import Author, Reply, Votes

CARDS = ".review[data-review-id]"
_STARS = "meta[itemprop=ratingValue], .i-stars, .rating-very-large img, .star-img, img.offscreen"
_OLDER = ".previous-review"
"""What the author had written before an update."""
_NAMED = re.compile(r"Comment from (.{1,80}?) of ")
_ANSWER = ".biz-owner-reply"


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """One draft per card; the empty card that asks for a review has no id."""
    product = line(root, "h1.biz-page-title, h1[itemprop=name], h1")
    cards = enumerate(all_of(root, CARDS), start=1)
    return [_draft(card, number, product, page) for number, card in cards]


def _draft(card: etree._Element, number: int, product: str, page: Page) -> Draft:
    for older in all_of(card, _OLDER):
        if (around := older.getparent()) is not None:
            around.remove(older)
    identity = short(card.get("data-review-id") or "", 100)
    own = first(card, ".review-content")
    body = card if own is None else own
    useful = line(card, ".useful .count")
    return Draft(
        where=f"card {number}",
        native_id=identity,
        author=_author(card),
        rating=parse_rating(attribute(body, _STARS, "content", "title", "alt")),
        text=text(body, "[itemprop=description], .review_comment, p[lang], p"),
        product=product,
        url=address(f"{page.url.partition('?')[0]}?hrid={identity}") or page.url,
        language=attribute(body, "p[lang]", "lang"),
        published=parse_date(
            attribute(body, "meta[itemprop=datePublished]", "content")
            or line(body, ".rating-qualifier, .date"),
            page.fetched_at,
            language="en-us",
        ),
        votes=Votes(helpful=count(useful) or 0) if useful else None,
        replies=_replies(card, page),
        media_count=len(all_of(body, ".photo-box img")),
    )


def _author(card: etree._Element) -> Author:
    name = line(card, ".user-display-name, .user-name a, .reviewer_info [itemprop=author]")
    name = name or attribute(card, "meta[itemprop=author]", "content")
    link = attribute(card, "a.user-display-name, .user-name a, a[href*='userid=']", "href")
    signed = card.get("data-signup-object") or ""
    told = link.partition("userid=")[2] or signed.partition("user_id:")[2]
    written = line(card, ".review-count b, .review-count")
    return Author(
        id=short(told.partition("&")[0], 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(absolute(SITE, link)),
        reviews_count=count(written) if written else None,
        location=short(line(card, ".user-location b, .user-location")),
    )


def _replies(card: etree._Element, page: Page) -> tuple[Reply, ...]:
    """The owner's answer; where it is long, its beginning stands before the whole of it."""
    answer = first(card, _ANSWER)
    if answer is None:
        return ()
    words = text(answer, ".js-content-toggleable.hidden, .js-content-toggleable, p, q")
    moment = parse_date(line(answer, ".bullet-after, .date"), page.fetched_at, language="en-us")
    if not words:
        return ()
    named = _NAMED.match(line(answer, ".biz-owner-reply-header strong, strong"))
    name = short(named.group(1)) if named else None
    return (Reply(text=words[:LONG_LIMIT], author=name, is_owner=True, replied_at=moment.value),)
