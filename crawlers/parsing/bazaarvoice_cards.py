"""Bazaarvoice's reviews as shops draw them: two generations of widgets, and text for searchers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree
from lxml.html import tostring

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.schema_reviews import draft_of, is_review
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

MARKS = re.compile(
    r"<(?:li|div|article)\b[^<>]{0,600}"
    r"(?:\bbv-content-review\b|\bbv-content-top-review\b|BVRRDisplayContentReviewID_\d|\bbvseo-review\b)"
    r"|BVRRDisplayContentReviewID_\d{1,15}\\?\"|id=[\"']bv-jsonld-reviews"
)
"""A card of any generation in the text of a page."""

_SCRIPTS = "script[id^='bv-jsonld']"
_CARDS = (
    ".bv-content-review, .bv-content-list-reviews > .bv-content-item, "
    ".bv-content-list-Reviews > .bv-content-item, [id^='BVRRDisplayContentReviewID_'], "
    ".bvseo-review"
)
_NAME = ".bv-author, .BVRRNickname, [itemprop=author] [itemprop=name], [itemprop=author]"
_PLACE = ".bv-author-location, .BVRRUserLocation .BVRRValue, .BVRRUserLocation"
_TITLE = ".bv-content-title, .BVRRReviewTitle, [itemprop=headline]"
_TEXT = (
    ".bv-content-summary-body-text, [itemprop=reviewBody]",
    ".BVRRReviewTextContainer",
    ".BVRRReviewText",
    "[itemprop=description]",
)
_STARS = (
    ("[itemprop=ratingValue]", "content"),
    (".BVRRRatingNumber", ""),
    (".bv-rating-stars[title], abbr[title]", "title"),
    (".BVRRRatingOverall img, .BVRRRatingNormalImage img, img.BVImgOrSprite", "title"),
    (".bv-content-rating .bv-off-screen, .bv-rating-stars-container .bv-off-screen", ""),
)
_BEST = "[itemprop=bestRating], .BVRRRatingRangeNumber"
_DAYS = (
    ("[itemprop=datePublished]", "content"),
    (".BVRRReviewDate .value-title", "title"),
    (".BVRRReviewDate", ""),
    (".bv-content-datetime-stamp", ""),
    (".bvseo-pubdate", ""),
)
_REPLIES = (
    ".bv-content-response, .bv-client-response, .BVRRReviewClientResponseContainer",
    ".bv-content-response-body, .bv-client-response-body, .BVRRReviewClientResponseText, "
    ".bv-content-summary-body-text",
)
"""Answers of the shop or brand, and their words."""
_REPLY_DAY = ".BVRRReviewClientResponseSubtitleDate, .bv-content-datetime-stamp"
_REPLY_NAME = ".bv-content-response-author, .BVRRReviewClientResponseSubtitleName"
_VERIFIED = "[class*=verifiedPurchaser], [class*=VerifiedPurchaser], [class*=verifiedpurchaser]"
_VOTES = (
    ".bv-content-btn-feedback-yes .bv-content-btn-count, .BVDI_FVPositive .BVDINumber, "
    "a[title=helpful] .BVDINumber",
    ".bv-content-btn-feedback-no .bv-content-btn-count, .BVDI_FVNegative .BVDINumber, "
    "a[title=unhelpful] .BVDINumber",
)
_PROS = (
    ".BVRRReviewProTags .BVRRTag, .BVRRProTagDimensionContainer .BVRRTag, "
    "[class*=tag-dimensionpro] .bv-content-tag"
)
_CONS = (
    ".BVRRReviewConTags .BVRRTag, .BVRRConTagDimensionContainer .BVRRTag, "
    "[class*=tag-dimensioncon] .bv-content-tag"
)
_ADVICE = re.compile(r"\s*(yes|oui|ja|sí|sì|да|no|non|nein|nee|нет)\b", re.I)
_YES = ("yes", "oui", "ja", "sí", "sì", "да")
_PICTURES = ".bv-content-media-item, .bv-media-item, .BVRRPhoto img"
_SYNDICATED = ".bv-syndication-summary, .BVRRSyndicatedContentAttribution, .BVDI_SUAttribution"
_ID = re.compile(r"(?:BVRRDisplayContentReviewID_)?(\d{1,15})")
_MATERIAL = re.compile(r'"(?:BVRR\w{0,40}SourceID|BVRRContainer)"\s*:\s*("(?:[^"\\]++|\\.)*+")')
_AND_DAY = re.compile(r"(?:^|:)\s*(\d{4}-\d{2}-\d{2})")


def drawn_materials(page_text: str) -> str:
    """The markup that a script of the older widget brings, as texts in its own code."""
    pieces = []
    for found in _MATERIAL.finditer(page_text):
        try:
            pieces.append(str(msgspec.json.decode(found.group(1))))
        except (msgspec.DecodeError, UnicodeError):
            continue
    return "\n".join(pieces)


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Every card of the page; one inside of another is a part of it."""
    found = all_of(root, _CARDS)
    known = set(found)
    cards = [card for card in found if known.isdisjoint(card.iterancestors())]
    return [_draft(card, number, page) for number, card in enumerate(cards, start=1)]


def marked_drafts(root: etree._Element, page: Page, problems: list[str]) -> list[Draft]:
    """Reviews that the widget's own script told searchers of, where it has drawn no cards."""
    drafts = []
    for script in all_of(root, _SCRIPTS)[:10]:
        alone = parse_html(tostring(script, encoding="unicode", with_tail=False), problems)
        items = [] if alone is None else jsonld_items(alone, problems)
        drafts += [draft_of(item, page, "", None) for item in items if is_review(item)]
    for number, draft in enumerate(drafts, start=1):
        draft.where = f"marked review {number}"
    return drafts


def _draft(card: etree._Element, number: int, page: Page) -> Draft:
    name = re.sub(r"^[Bb]y\s+", "", line(card, _NAME))
    return Draft(
        where=f"review {number}",
        native_id=_native_id(card),
        author=Author(
            name=None if is_nobody(name) else short(name.rstrip(" .,")),
            location=short(line(card, _PLACE).strip(" ,"), 200),
        ),
        rating=_rating(card),
        title=line(card, _TITLE) or _own_name(card),
        text=next(filter(None, (_paragraphs(card, place) for place in _TEXT)), ""),
        pros=_tags(card, _PROS),
        cons=_tags(card, _CONS),
        product=attribute(card, "[itemprop=itemReviewed]", "content"),
        url=page.url,
        published=_published(card, page),
        votes=_votes(card),
        replies=tuple(_replies(card, page)),
        media_count=len(all_of(card, _PICTURES)),
        verified_purchase=True if _has_class(card, _VERIFIED) else None,
        recommends=_recommends(card),
        extra=_extra(card),
    )


def _native_id(card: etree._Element) -> str | None:
    told = (card.get("data-content-id"), card.get("data-reviewid"), card.get("id"))
    return next((found.group(1) for one in told if (found := _ID.fullmatch(one or ""))), None)


def _own_name(card: etree._Element) -> str:
    """The name of the review itself: its author and the goods have names of the same mark."""
    for one in all_of(card, "[itemprop=name]"):
        around = {
            above.get("itemprop")
            for above in one.iterancestors()
            if above is not card and card in above.iterancestors()
        }
        if not around & {"author", "itemReviewed"}:
            return one_line(element_text(one))
    return ""


def _rating(card: etree._Element) -> ParsedRating:
    said = _told(card, _STARS)
    best = attribute(card, _BEST, "content") or line(card, _BEST)
    return parse_rating(said, best or None)


def _published(card: etree._Element, page: Page) -> ParsedDate:
    """Searchers are told "Date published: 2018-03-04"."""
    said = _told(card, _DAYS)
    found = _AND_DAY.search(said)
    return parse_date(found.group(1) if found else said, page.fetched_at)


def _told(card: etree._Element, places: tuple[tuple[str, str], ...]) -> str:
    for place, name in places:
        said = (attribute(card, place, name) if name else "") or line(card, place)
        if said:
            return said
    return ""


def _votes(card: etree._Element) -> Votes | None:
    helpful, unhelpful = (count(line(card, place) or None) for place in _VOTES)
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _replies(card: etree._Element, page: Page) -> Iterator[Reply]:
    place, words = _REPLIES
    for one in all_of(card, place)[:50]:
        if said := text(one, words)[:LONG_LIMIT]:
            yield Reply(
                text=said,
                author=short(line(one, _REPLY_NAME)),
                is_owner=True,
                replied_at=parse_date(line(one, _REPLY_DAY), page.fetched_at).value,
            )


def _paragraphs(card: etree._Element, place: str) -> str:
    """The words of one review, each paragraph of which may have a place of its own."""
    found = all_of(card, place)
    others = {*found, *all_of(card, _REPLIES[0])}
    parts = [element_text(one) for one in found if others.isdisjoint(one.iterancestors())]
    return "\n\n".join(part for part in parts if part)


def _tags(card: etree._Element, place: str) -> str:
    return "\n".join(dict.fromkeys(element_text(one).strip(" ,") for one in all_of(card, place)))


def _has_class(card: etree._Element, place: str) -> bool:
    """Whether the card itself says so, or a badge inside of it."""
    return "verifiedpurchaser" in (card.get("class") or "").casefold() or (
        first(card, place) is not None
    )


def _recommends(card: etree._Element) -> bool | None:
    if first(card, "[class*=recommend-yes], .BVRRRecommendedYes") is not None:
        return True
    if first(card, "[class*=recommend-no], .BVRRRecommendedNo") is not None:
        return False
    told = _ADVICE.match(line(card, ".BVRRRecommendedContainer"))
    return told.group(1).casefold() in _YES if told else None


def _extra(card: etree._Element) -> dict[str, Any]:
    return {"is_syndicated": True} if first(card, _SYNDICATED) is not None else {}
