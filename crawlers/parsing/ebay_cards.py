"""Cards of eBay's pages: feedback for sellers of three generations, reviews of goods of two."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.ebay_words import day_of, meaning_of, rating_of, side_of
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

FEEDBACK = "li.fdbk-container, div.fdbk-container, tr[data-feedback-id], tr.fbOuterAddComm"
REVIEWS = ".ebay-review-section, .x-review-section"

_WORDS = ".fdbk-container__details__comment, .card__comment, [data-test-id^='fdbk-comment']"
_OWN_WORDS = ".fdbk-container__details__comment > span:first-child"
"""The comment itself, where a button or a translation stands behind it."""
_RATING = (
    "[data-test-type], svg[aria-label], .card__rating svg, svg[class*=feedback], "
    "img[src*=icon], img[alt*=eedback]"
)
_FROM = ".fdbk-container__details__info__username, .card__from, .mbg"
_WHEN = ".fdbk-container__details__info__divide__time, .card__when, .card__age"
_ITEM = ".fdbk-container__details__item-link, .card__item, .card__item-link"
_VERIFIED = "[class*=verified__purchase], [class*=verified-purchase]"
_REPLY = "[class*=__reply] , [class*=seller-reply], .card__reply"
_PICTURES = ".fdbk-container__details__images img, [class*=fdbk][class*=image] img"
_AUTOMATIC = re.compile(r"\bebay\b.{0,40}automat|automat.{0,40}\bebay\b", re.I)
_SHOWN = re.compile(r"([\w.*!$-]{1,64})\s*(?:\(\s*([\d,. ]+)\s*\))?")
_DAY = re.compile(r"^\w{2,5}\.?-\w{2,4}\.?-\d{2} \d{2}:\d{2}$")

_TITLE = ".review-item-title, .x-review-section__title, [itemprop=name]"
_TEXT = ".review-item-content, .x-review-section__content, [itemprop=reviewBody]"
_NAME = ".review-item-author, .x-review-section__author, [itemprop=author]"
_SAID_ON = ".review-item-date, .x-review-section__date, [itemprop=datePublished]"
_STARS = (
    ("[itemprop=ratingValue]", "content"),
    ("[data-stars]", "data-stars"),
    (".ebay-star-rating[aria-label], [role=img][aria-label*=star]", "aria-label"),
)
_NOT_SAID = ".show-full-review, .read-more, button"
_FULL_STARS = "i.fullStar, svg.icon--star-filled"
_FACTS = ".review-attr, .x-review-section__attributes, .rvw-attributes"
_BOUGHT = re.compile(
    r"(?:Verified purchase|Verifizierter Kauf|Achat vérifié|Compra verificada|Acquisto verificato)"
    r"\s*:\s*(Yes|Ja|Oui|Sí|Sì|No|Nein|Non)",
    re.I,
)
_NO = ("no", "nein", "non")


def is_automatic(card: etree._Element) -> bool:
    """Whether eBay gave it by itself, for a buyer who said nothing."""
    return _AUTOMATIC.search(line(card, _FROM)[:200]) is not None


def feedback_draft(card: etree._Element, number: int, page: Page) -> Draft:
    """One entry of a seller's feedback."""
    author, role = _author(card)
    meaning = _meaning(card)
    identity = card.get("data-feedback-id") or attribute(
        card, "[data-feedback-id]", "data-feedback-id"
    )
    said = {"feedback": meaning, "role": role}
    return Draft(
        where=f"feedback {number}",
        native_id=identity[:100] if identity.isalnum() else None,
        author=author,
        rating=rating_of(meaning),
        text=text(card, _OWN_WORDS) or text(card, _WORDS) or _second_cell(card),
        product=line(card, _ITEM),
        url=page.url,
        published=day_of(line(card, _WHEN) or _day_cell(card), page),
        replies=_replies(card),
        media_count=len(all_of(card, _PICTURES)),
        verified_purchase=True if first(card, _VERIFIED) is not None else None,
        extra={name: value for name, value in said.items() if value},
    )


def review_draft(card: etree._Element, number: int, page: Page) -> Draft:
    """One review of goods, which has stars where feedback has words."""
    name = attribute(card, ".review-item-author[title]", "title") or line(card, _NAME)
    facts = " ".join(one_line(element_text(one)) for one in all_of(card, _FACTS)[:10])
    bought = _BOUGHT.search(facts[:2_000])
    link = attribute(card, "a.review-item-author[href]", "href")
    said_on = attribute(card, "[itemprop=datePublished]", "content") or line(card, _SAID_ON)
    return Draft(
        where=f"review {number}",
        native_id=attribute(card, "[data-review-id]", "data-review-id")[:100]
        or (card.get("data-review-id") or "")[:100]
        or None,
        author=Author(name=None if is_nobody(name) else short(name), profile_url=address(link)),
        rating=_stars(card),
        title=line(card, _TITLE),
        text=_review_text(card),
        url=page.url,
        published=day_of(said_on, page),
        votes=_votes(card),
        verified_purchase=bought.group(1).casefold() not in _NO if bought else None,
    )


def _author(card: etree._Element) -> tuple[Author, str]:
    """Name, masked by eBay as "y***n", the score in brackets, and whose side it was."""
    role, words = side_of(line(card, _FROM))
    shown = _SHOWN.search(words)
    if shown is None:
        return Author(), role
    name = shown.group(1)
    score = shown.group(2)
    author = Author(
        name=None if is_nobody(name) else short(name),
        reviews_count=count(score) if score else None,
    )
    return author, role


def _meaning(card: etree._Element) -> str:
    """One of the three words, from the picture's type or from what is read out for it."""
    names = ("data-test-type", "aria-label", "alt", "class", "src")
    for mark in all_of(card, _RATING):
        if found := meaning_of(" ".join(mark.get(name) or "" for name in names)):
            return found
    return ""


def _second_cell(card: etree._Element) -> str:
    """The words in the tables before 2019, where they had no name of their own."""
    cells = list(card.iter("td"))
    return (
        element_text(cells[1])
        if "fbOuterAddComm" in (card.get("class") or "") and (len(cells) > 1)
        else ""
    )


def _day_cell(card: etree._Element) -> str:
    lines = (one_line(element_text(one)) for one in all_of(card, "td")[:10])
    return next((one for one in lines if _DAY.match(one)), "")


def _replies(card: etree._Element) -> tuple[Reply, ...]:
    said = text(card, _REPLY)[:LONG_LIMIT]
    return (Reply(text=said, is_owner=True),) if said else ()


def _stars(card: etree._Element) -> ParsedRating:
    """A number where one is written; else as many as are filled."""
    for place, name in _STARS:
        if said := attribute(card, place, name):
            return parse_rating(said.replace("-", ".") if name == "data-stars" else said)
    return parse_rating(len(all_of(card, _FULL_STARS)) or None)


def _review_text(card: etree._Element) -> str:
    body = first(card, _TEXT)
    if body is None:
        return ""
    bare = deepcopy(body)
    for extra in all_of(bare, _NOT_SAID):
        extra.text = None
    return element_text(bare)


def _votes(card: etree._Element) -> Votes | None:
    helpful, unhelpful = (line(card, place) for place in (".positive-h-c", ".negative-h-c"))
    if not helpful and not unhelpful:
        return None
    return Votes(helpful=count(helpful) or 0, unhelpful=count(unhelpful) or 0)
