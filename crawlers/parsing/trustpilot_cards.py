"""Trustpilot's review cards of 2016 to 2020: small scripts of state inside of each card."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.json_values import flag_at, text_at, time_at
from crawlers.parsing.markup import classes
from crawlers.parsing.names import is_nobody
from crawlers.parsing.next_data import script_json
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, element_text, one_line
from crawlers.parsing.trustpilot_rows import SITE
from pipeline.records import Author, Reply, Votes


def card_drafts(root: etree._Element, page: Page, problems: list[str]) -> list[Draft]:
    """Every card of a page, or the one of a page of a single review."""
    cards = [card for card in root.iter("article") if "review" in classes(card)]
    return [_draft(card, number, page, problems) for number, card in enumerate(cards, start=1)]


def _draft(card: etree._Element, number: int, page: Page, problems: list[str]) -> Draft:
    state = _state(card, problems)
    dates = state.get("review-dates") or state.get("dates")
    info = state.get("review-info")
    identity = one_line(card.get("data-reviewmid") or card.get("id") or "")[:100]
    company = one_line(
        text_at(info, "businessUnitDisplayName") or card.get("data-review-domain-name") or ""
    )
    return Draft(
        where=f"card {number}",
        native_id=identity or None,
        author=_author(card, page),
        rating=parse_rating(text_at(info, "stars") or _stars(card)),
        title=one_line(_words(card, "review-content__title")),
        text=clean(_words(card, "review-content__text") or text_at(info, "reviewBody")),
        product=company,
        url=f"{SITE}/reviews/{identity}" if identity.isalnum() else page.url,
        published=parse_date(text_at(dates, "publishedDate"), page.fetched_at),
        edited_at=time_at(dates, page.fetched_at, "updatedDate"),
        votes=_votes(card),
        replies=_replies(card, company, page),
        verified_purchase=flag_at(state.get("review-verified"), "isVerified"),
    )


def _state(card: etree._Element, problems: list[str]) -> dict[str, Any]:
    """Values of the card's scripts by their names."""
    return {
        script.get("data-initial-state") or "dates": script_json(script, "of a card", problems)
        for script in card.iter("script")
        if "json" in (script.get("type") or "")
    }


def _author(card: etree._Element, page: Page) -> Author:
    name = one_line(_words(card, "consumer-information__name"))
    link = next(
        (a.get("href") or "" for a in card.iter("a") if "/users/" in (a.get("href") or "")), ""
    )
    return Author(
        id=short(card.get("data-review-user-id") or link.rpartition("/users/")[2], 100),
        name=None if is_nobody(name) else short(name),
        profile_url=short(absolute(page.url or SITE, link)),
        reviews_count=count(_words(card, "consumer-information__review-count") or None),
        location=short(_words(card, "consumer-information__location")),
    )


def _stars(card: etree._Element) -> str:
    """The picture's text: "5 stars: Excellent"."""
    pictures = (image.get("alt") or "" for image in card.iter("img"))
    return next((text for text in pictures if text[:1].isdigit()), "")


def _votes(card: etree._Element) -> Votes | None:
    for button in card.iter("brand-find-useful-button"):
        return Votes(helpful=count(button.get(":initial-find-useful-count")) or 0)
    return None


def _replies(card: etree._Element, company: str, page: Page) -> tuple[Reply, ...]:
    text = clean(_words(card, "brand-company-reply__content"))[:LONG_LIMIT]
    if not text:
        return ()
    stamps = (
        element.get("date") or element.get("datetime") or ""
        for element in card.iter("time-ago", "time")
    )
    moment = parse_date(next((stamp for stamp in stamps if stamp), ""), page.fetched_at).value
    return (Reply(text=text, author=short(company), is_owner=True, replied_at=moment),)


def _words(card: etree._Element, name: str) -> str:
    """Text of the first element of that class."""
    for element in card.iter():
        if isinstance(element.tag, str) and name in classes(element):
            return element_text(element)
    return ""
