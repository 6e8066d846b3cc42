"""Amazon's review cards: marked `data-hook` on product and list pages, by classes before 2017."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.amazon_words import (
    country_of,
    helpful_votes,
    is_no_name,
    lost_media,
    said_stars,
)
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.ratings import ParsedRating, parse_rating
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author, Votes

_CARDS = (
    "[data-hook=review], [data-hook=reviewContainer], div.a-section.review, "
    "div[id^='rev-dpReviews'], .view-point-review div[id^=viewpoint-R]"
)
"""A card of any generation."""
_TITLE = (
    "[data-hook=review-title], [data-hook=reviewTitle], .review-title, .a-icon-row .a-text-bold"
)
_TEXT = (
    "[data-hook=reviewRichContentContainer]",
    ".review-text-content, [data-hook=review-collapsed], [data-hook=review-body], "
    "[data-hook=reviewText], .review-text",
    "[id^='revData-'] .a-section",
    "[id^='revData-']",
    "[id^=viewpoint-R] > * > .a-row > span.a-size-base:only-child",
)
"""The first that there is: a newer text holds the older one and more."""
_DATE = "[data-hook=review-date], .review-date"
_STARS = "[data-hook$=review-star-rating], .review-rating, i[class*='a-star-']"
_PROFILE = "a.a-profile, a.author, .a-profile a, a[href*='/profile/']"
_VERIFIED = "[data-hook*=avp-badge], [class*=avp-badge], [data-reviews-param*=avp_only_reviews]"
_DIGIT = re.compile(r"\d")
_LINK = "a[href*='/gp/customer-reviews/R'], a[href*='/review/R']"
_FORMAT = "[data-hook^=format-strip], a.a-color-secondary[href*=current_format]"
_VINE = "[data-hook*=vine]"
_VOTES = "[data-hook=helpful-vote-statement], .review-votes, .cr-vote-text"
_NOT_SAID = (
    ".a-icon-alt, .cr-translated-review-content, .a-expander-header, [id^=video-block], "
    "[data-hook=review-star-rating], [data-hook=cmps-review-star-rating], [data-hook*=avp-badge], "
    ".video-block"
)
"""What stands inside of a title or text and was not written by the author."""
_STAR_CLASS = re.compile(r"\ba-star-(?:\w+-)?([1-5])\b")
_ID = re.compile(r"R[A-Z0-9]{8,20}")
_PROFILE_ID = re.compile(r"profile/([\w.-]{5,100})")
_WRITTEN = re.compile(
    r"(?:^|\s)(?:on|am|le|el|il|em|op|den) "
    r"(\w{3,9} \d{1,2}, \d{4}|\d{1,2}(?:er|\.|º)? .{3,20} \d{4})$"
    r"|(\d{4}/\d{1,2}/\d{1,2})$"
)


def cards_of(root: etree._Element) -> list[etree._Element]:
    """Cards of the page, a card inside of another being the same one."""
    found = all_of(root, _CARDS)
    known = set(found)
    return [card for card in found if known.isdisjoint(card.iterancestors())]


def card_draft(card: etree._Element, number: int, page: Page, base: str) -> Draft:
    """One card; `base` resolves its links."""
    native = _native_id(card)
    said_when = _said_when(card)
    return Draft(
        where=f"review {number}",
        native_id=native,
        author=_author(card, base),
        rating=_rating(card),
        title=one_line(_words(card, _TITLE)),
        text=lost_media(next(filter(None, (_words(card, place) for place in _TEXT)), "")),
        product=line(card, "[data-hook=product-link]"),
        url=absolute(base, f"/gp/customer-reviews/{native}") if native and base else "",
        published=parse_date(said_when, page.fetched_at),
        votes=_votes(card),
        media_count=_media(card),
        verified_purchase=True if first(card, _VERIFIED) is not None else None,
        extra=_extra(card, said_when),
    )


def _native_id(card: etree._Element) -> str | None:
    """On the card, or on what a newer page puts inside of it."""
    inside = (attribute(card, "[data-reviewid]", "data-reviewid"), attribute(card, _LINK, "href"))
    places = (card.get("id"), card.get("data-reviewid"), *inside)
    return next((found.group() for one in places if (found := _ID.search(one or ""))), None)


def _said_when(card: etree._Element) -> str:
    """The date's own place; before 2016 it ended the line that names the author."""
    told = line(card, _DATE)
    if told:
        return told
    lines = (one_line(element_text(one)) for one in all_of(card, ".a-color-secondary")[:20])
    return next(
        (found.group(1) or found.group(2) for one in lines if (found := _WRITTEN.search(one))), ""
    )


def _words(card: etree._Element, selector: str) -> str:
    """The author's own words: the original where a translation is shown beside it."""
    for found in all_of(card, selector):
        original = first(found, ".cr-original-review-content")
        if words := element_text(_without_ornaments(found if original is None else original)):
            return words
    return ""


def _without_ornaments(found: etree._Element) -> etree._Element:
    if first(found, _NOT_SAID) is None:
        return found
    bare = deepcopy(found)
    for ornament in all_of(bare, _NOT_SAID):
        parent = ornament.getparent()
        if parent is not None and ornament is not bare:
            ornament.text = None
            for child in list(ornament):
                ornament.remove(child)
    return bare


def _author(card: etree._Element, base: str) -> Author:
    name = line(card, ".a-profile-name, a.author, a.noTextDecoration")
    if not name and (signed := first(card, ".review-byline")) is not None:
        name = one_line(" ".join(part.tail or "" for part in signed))  # behind the word "By"
    link = absolute(base, attribute(card, _PROFILE, "href"))
    native = _PROFILE_ID.search(link)
    place = link.partition("/ref=")[0].partition("?")[0]
    return Author(
        id=native.group(1) if native else None,
        name=None if is_no_name(name) else short(name),
        profile_url=short(place) if native and place.startswith("http") else None,
        has_picture=_has_picture(card),
    )


def _has_picture(card: etree._Element) -> bool | None:
    source = attribute(card, ".a-profile-avatar img", "data-src", "src")
    if not source or "grey-pixel" in source:
        return None
    return "/default." not in source


def _rating(card: etree._Element) -> ParsedRating:
    """By the class of the picture, which is the same in every language."""
    stars = first(card, _STARS)
    if stars is None:
        return ParsedRating()
    named = _STAR_CLASS.search(stars.get("class") or "")
    return parse_rating(named.group(1) if named else said_stars(_stars_aloud(stars)))


def _stars_aloud(stars: etree._Element) -> str:
    return element_text(stars) or stars.get("aria-label") or stars.get("title") or ""


def _votes(card: etree._Element) -> Votes | None:
    asked = line(card, "[id^='cr-vote-']")
    found = helpful_votes(line(card, _VOTES) or (asked if _DIGIT.search(asked) else ""))
    return Votes(helpful=found[0], unhelpful=found[1]) if found else None


def _media(card: etree._Element) -> int:
    """Pictures as tiles or, where a script has yet to draw those, as the gallery's thumbnails."""
    shown = ("[data-hook=review-image-tile]", ".cr-lightbox-image-thumbnail")
    videos = max(len(all_of(card, video)) for video in ("[id^=video-block]", ".video-block"))
    return max(len(all_of(card, picture)) for picture in shown) + videos


def _extra(card: etree._Element, said_when: str) -> dict[str, Any]:
    badges = " ".join(element_text(badge) for badge in all_of(card, ".a-color-success"))
    found = {
        "country": short(country_of(said_when), 60),
        "variant": short(one_line(_words(card, _FORMAT)), 300),
        "is_free_product": True if "Vine" in badges or first(card, _VINE) is not None else None,
    }
    return {name: value for name, value in found.items() if value}
