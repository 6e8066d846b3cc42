"""Amazon's lists of reviews before 2015: a table without names for the parts of a review."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.amazon_words import helpful_votes, is_no_name
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author, Votes

_STARS = "span[class*='s_star_'], img[src*='/stars-']"
_TABLE = "#productReviews td"
_HALVES = re.compile(r"(?:s_star_|/stars-)([1-5])[_-]0")
_ID = re.compile(r"R[A-Z0-9]{8,20}")
_PROFILE = re.compile(r"profile/([\w.-]{5,100})")
_VERIFIED = ".crVerifiedStripe, .crAVPStripe"
_VOTED = re.compile(r"^\s*\d[\d.,]* \w{2,3} \d[\d.,]* ")


def table_drafts(root: etree._Element, page: Page, base: str) -> list[Draft]:
    """Every review of such a table; none where the page has no such table."""
    blocks = [
        block
        for cell in all_of(root, _TABLE)
        for block in cell.iterchildren("div")
        if first(block, _STARS) is not None and first(block, "nobr") is not None
    ]
    return [_draft(block, number, page, base) for number, block in enumerate(blocks, start=1)]


def _draft(block: etree._Element, number: int, page: Page, base: str) -> Draft:
    stars = first(block, _STARS)
    said = "" if stars is None else f"{stars.get('class') or ''} {stars.get('src') or ''}"
    named = _HALVES.search(said)
    native = _native_id(block)
    link = absolute(base, attribute(block, "a[href*='/profile/']", "href"))
    person = _PROFILE.search(link)
    name = line(block, "a[href*='/profile/']")
    voted = next(
        (words for one in block.iterchildren("div") if _VOTED.match(words := _line(one))), ""
    )
    votes = helpful_votes(voted)
    return Draft(
        where=f"review {number}",
        native_id=native,
        author=Author(
            id=person.group(1) if person else None,
            name=None if is_no_name(name) else short(name),
            profile_url=short(link.partition("/ref=")[0]) if person else None,
        ),
        rating=parse_rating(named.group(1) if named else None),
        title=line(block, "b"),
        text=_text(block),
        url=absolute(base, f"/gp/customer-reviews/{native}") if native and base else "",
        published=parse_date(line(block, "nobr"), page.fetched_at),
        votes=Votes(helpful=votes[0], unhelpful=votes[1]) if votes else None,
        verified_purchase=True if first(block, _VERIFIED) is not None else None,
    )


def _line(element: etree._Element) -> str:
    return one_line(element_text(element))


def _native_id(block: etree._Element) -> str | None:
    """A name that stands before the block, or the address of the review's own page."""
    before = [one.get("name") or one.get("id") or "" for one in block.itersiblings(preceding=True)]
    nearest = next((one for one in before if _ID.fullmatch(one)), "")
    linked = _ID.search(attribute(block, "a[href*='/review/R']", "href"))
    return nearest or (linked.group() if linked else None)


def _text(block: etree._Element) -> str:
    """Its own place since 2012; before that, what stands between the blocks."""
    own = first(block, ".reviewText")
    if own is not None:
        return element_text(own)
    bare = deepcopy(block)
    for child in list(bare):
        if child.tag in ("div", "table"):
            tail, child.tail = child.tail, None
            before = child.getprevious()
            if before is None:
                bare.text = (bare.text or "") + (tail or "")
            else:
                before.tail = (before.tail or "") + (tail or "")
            bare.remove(child)
    return element_text(bare)
