"""Feedback that buyers leave for sellers on eBay, from the cards of a seller's feedback page."""

from __future__ import annotations

import re
from typing import Any, Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count
from crawlers.parsing.text import LONG_LIMIT
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, Scale, SourceKind

MEANINGS = {"positive": (5.0, 1), "neutral": (3.0, 0), "negative": (1.0, -1)}
"""Stars, and the value on eBay's own scale of three."""

_SITE = re.compile(r"(?:[a-z]{1,6}\.)?ebay\.(?:com?\.)?[a-z]{2,3}")
_USER = re.compile(r"/(?:fdbk/feedback_profile|usr|fdbk/profile)/([\w.*-]{1,80})(?:/|$)")
_CARDS = "li.fdbk-container, div.fdbk-container, tr[data-feedback-id]"
_WORDS = ".fdbk-container__details__comment, .card__comment"
_RATING = "[data-test-type], [aria-label*=eedback][aria-label*=rating], .card__rating svg"
_FROM = ".fdbk-container__details__info__username, .card__from"
_WHEN = ".fdbk-container__details__info__divide__time, .card__when, .card__age"
_ITEM = ".fdbk-container__details__item-link, .card__item"
_VERIFIED = "[class*=verified__purchase], [class*=verified-purchase]"
_REPLY = "[class*=__reply] , [class*=seller-reply], .card__reply"
_PERIOD = re.compile(r"(?:past|last|more than|within) .{0,20}(?:month|year|week)", re.I)
_SHOWN = re.compile(r"(?:(buyer|seller):\s*)?([\w.*!$-]{1,64})\s*(?:\(\s*([\d,. ]+)\s*\))?", re.I)


class Ebay(PlainRequests):
    """Three words instead of stars, and a period instead of a date."""

    name: Literal["ebay"] = "ebay"
    kind: SourceKind = "auction"
    access = Access(
        paging="link to the next page",
        gives=frozenset(("id", "author", "rating", "text", "verified", "reply", "product")),
        terms_url="https://www.ebay.com/help/policies/member-behaviour-policies/user-agreement?id=4259",
        evidence="constructed",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """What the seller received, the latest first."""
        found = _USER.search(path_of(url)[:1_000])
        query = query_of(url)
        user = found.group(1) if found else query.get("username") or query.get("user_id", "")
        if not _SITE.fullmatch(host_of(url)) or not re.fullmatch(r"[\w.*-]{1,80}", user):
            raise UsageError(
                f"{url!r} names no seller: expected https://www.ebay.com/fdbk/feedback_profile/name"
            )
        host = host_of(url)
        host = host[host.index("ebay.") :]
        asked = "filter=feedback_page:RECEIVED_AS_SELLER&sort=TIME"
        return (f"https://www.{host}/fdbk/feedback_profile/{user}?{asked}",)

    def recognises(self, page: Page) -> float:
        """By its host, or by the classes of its cards."""
        if page.looks_like_json:
            return 0.0
        if _SITE.fullmatch(page.host):
            return 0.95
        return 0.9 if "fdbk-container__" in page.text or "fdbk-detail-list" in page.text else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every card, each id once."""
        harvest = Harvest.of(page)
        root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
        if root is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    cards = all_of(root, _CARDS)
    harvest.drafts = [_draft(card, number, page) for number, card in enumerate(cards, start=1)]
    harvest.is_known = bool(cards) or first(root, "[class*=fdbk-detail-list]") is not None
    if not harvest.is_known and "Pardon Our Interruption" in page.text[:20_000]:
        harvest.blocked = "captcha"
    following = attribute(root, "a.pagination__next[href]", "href")
    if cards and page.host and (link := absolute(page.url, following)) and link != page.url:
        harvest.links.append(link)


def _draft(card: etree._Element, number: int, page: Page) -> Draft:
    author, role = _author(card)
    meaning = _meaning(card)
    identity = card.get("data-feedback-id") or attribute(
        card, "[data-feedback-id]", "data-feedback-id"
    )
    said = {"feedback": meaning, "role": role}
    extra: dict[str, Any] = {name: value for name, value in said.items() if value}
    return Draft(
        where=f"feedback {number}",
        native_id=identity[:100] if identity.isalnum() else None,
        author=author,
        rating=_rating(meaning),
        text=text(card, _WORDS),
        product=line(card, _ITEM),
        url=page.url,
        published=_date(line(card, _WHEN), page),
        replies=_replies(card),
        verified_purchase=True if first(card, _VERIFIED) is not None else None,
        extra=extra,
    )


def _author(card: etree._Element) -> tuple[Author, str]:
    """Name, masked by eBay as "y***n", the score in brackets, and whose side it was."""
    shown = _SHOWN.search(line(card, _FROM))
    if shown is None:
        return Author(), ""
    name = shown.group(2)
    author = Author(
        name=None if is_nobody(name) else short(name),
        reviews_count=count(shown.group(3)) if shown.group(3) else None,
    )
    return author, (shown.group(1) or "").casefold()


def _meaning(card: etree._Element) -> str:
    """One of the three words, from the picture's type or from what is read out for it."""
    for mark in all_of(card, _RATING):
        said = f"{mark.get('data-test-type') or ''} {mark.get('aria-label') or ''}".casefold()
        if found := next((word for word in MEANINGS if word in said), ""):
            return found
    return ""


def _rating(meaning: str) -> ParsedRating:
    if not meaning:
        return ParsedRating()
    stars, value = MEANINGS[meaning]
    return ParsedRating(stars=stars, original=Scale(value=value, worst=-1, best=1))


def _date(said: str, page: Page) -> ParsedDate:
    """ "Past month" and "More than a year ago" tell a period, and no day in it."""
    if _PERIOD.search(said):
        return ParsedDate(raw=said)
    return parse_date(said, page.fetched_at)


def _replies(card: etree._Element) -> tuple[Reply, ...]:
    said = text(card, _REPLY)[:LONG_LIMIT]
    return (Reply(text=said, is_owner=True),) if said else ()


EBAY = Ebay()
