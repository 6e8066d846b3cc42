"""Reviews of Wildberries as a saved page of its shop shows them."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, element_text
from pipeline.records import Author, Reply, Votes

CARDS = "li.comments__item, li.feedback, .comment-card"
"""Entries of the list of reviews, and of the shelf on the page of a product."""

_SAYS = ".feedback__header, .feedback__text, .comment-card__name, .comment-card__message"
_STARS = re.compile(r"(?:^|\s)star([1-5])(?:\s|$)")
_LABEL = re.compile(r"^\s*(достоинства|недостатки|комментарий)\s*:\s*", re.I)
_MORE = re.compile(r"(?:…|\.{3})?\s*\bещё\s*$", re.I)
_REPLY = ".feedback__sellers-reply"
_NOBODY = "покупатель wildberries"


def cards_of(root: etree._Element) -> list[etree._Element]:
    """The entries of a page, without those that are not filled yet."""
    return [card for card in all_of(root, CARDS) if first(card, _SAYS) is not None]


def card_draft(card: etree._Element, number: int, article: str, page: Page) -> Draft:
    """One review; a page names neither its id nor its author's."""
    name = line(card, ".feedback__header, [itemprop=author], .comment-card__name")
    dates = ".feedback__date, [itemprop=datePublished], .comment-card__date"
    when = attribute(card, dates, "content", "datetime") or line(card, dates)
    parts = _parts(card)
    return Draft(
        where=f"card {number}",
        author=Author(name=None if is_nobody(name) or name.casefold() == _NOBODY else short(name)),
        rating=_rating(card),
        text=parts["комментарий"],
        pros=parts["достоинства"],
        cons=parts["недостатки"],
        url=f"https://www.wildberries.ru/catalog/{article}/feedbacks" if article else page.url,
        published=parse_date(when, page.fetched_at),
        votes=_votes(card),
        replies=_replies(card),
        media_count=len(all_of(card, ".feedback__photos img")),
        verified_purchase=True if line(card, ".feedback__state--text") == "Выкупили" else None,
        extra={"product_id": article} if article else {},
    )


def _rating(card: etree._Element) -> ParsedRating:
    """The class of the stars says how many are lit: "stars-line star4"."""
    found = _STARS.search(attribute(card, ".feedback__rating, .stars-line", "class")[:300])
    return parse_rating(found.group(1) if found else None)


def _parts(card: etree._Element) -> dict[str, str]:
    """Comment, pros and cons by their labels; older pages have the comment alone."""
    parts: dict[str, str] = defaultdict(str)
    for part in _own(card, ".feedback__text--item")[:20]:
        classes, said = part.get("class") or "", element_text(part)
        label = _LABEL.match(said)
        name = label.group(1).casefold() if label else "комментарий"
        if "item-pro" in classes or "item-con" in classes:
            name = "достоинства" if "item-pro" in classes else "недостатки"
        words = clean(said[label.end() :] if label else said)
        parts[name] = f"{parts[name]}\n{words}".strip()
    if not parts:
        whole = _own(card, ".feedback__text, [itemprop=reviewBody], .comment-card__message")
        parts["комментарий"] = clean(_MORE.sub("", element_text(whole[0]))) if whole else ""
    return parts


def _own(card: etree._Element, selector: str) -> list[etree._Element]:
    """Those of the review itself: the seller's reply is written in the same classes."""
    replied = set(all_of(card, f"{_REPLY} *"))
    return [one for one in all_of(card, selector) if one not in replied]


def _votes(card: etree._Element) -> Votes | None:
    helpful, unhelpful = (
        count(line(card, f"[class*='vote__btn'][class*='{side}']") or None)
        for side in ("plus", "minus")
    )
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _replies(card: etree._Element) -> tuple[Reply, ...]:
    said = clean(text(card, f"{_REPLY} .feedback__text, {_REPLY} [class*='reply-text']"))
    return (Reply(text=said[:LONG_LIMIT], is_owner=True),) if said else ()
