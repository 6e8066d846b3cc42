"""Reviews that a browser drew on a saved page of Google's map or search: dates are relative."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

CARD_SIGNS = ("data-review-id=", "gws-localreviews__google-review", "bwb7ce")
"""What a drawn review is marked with: the map's, the search's until 2024, the search's since."""

_PLACE = "h1.DUwDvf, .P5Bobd, .section-hero-header-title-title, .x3AX1-LfntMc-header-title-title"
_TOTAL = ".jANrlb .fontBodySmall, .z5jxId"
_CARD = "[data-review-id], .gws-localreviews__google-review, .bwb7ce[data-id]"
_NAME = ".d4r55, .TSUbDb, .Vpc5Fe, .section-review-title, .ODSEW-ShBeI-title"
_TOLD = ".RfnDt, .GSM50, .Msppse, .A503be, .section-review-subtitle, .ODSEW-ShBeI-VdSJob"
_STARS = ".kvMYJc, .dHX2k, .lTi8oc, .section-review-stars, .ODSEW-ShBeI-H1e3jb"
_FULL_STAR = ".elGi1d, .vzX5Ic, .section-review-star-active"
_DATE = ".rsqaWe, .xRkPPb, .dehysf, .y3Ibjb, .section-review-publish-date, .ODSEW-ShBeI-RgZmSc-date"
_BODIES = (
    ".wiI7pd", ".MyEned", ".OA1nbd", ".review-full-text", ".Jtu6Td", ".section-review-text",
    ".ODSEW-ShBeI-ShBeI-content",
)  # fmt: skip
"""The full text before what holds it beside its beginning."""
_REPLY = ".CDe7pd, .LfKETd, .section-review-owner-response"
_REPLY_BODY = ".wiI7pd, .lororc, .section-review-text"
_REPLY_DATE = ".DZSIDd, .pi8uOe, .section-review-owner-response-subtitle"
_PHOTO = ".KtCyie button, .Tya61d, .EDblX .JrO5Xe, .section-review-photo"
_LIKES = ".pkWtMe, .section-review-thumbs-up-count, button[jsaction*='toggleThumbsUp']"

_PERSON = re.compile(r"/maps/contrib/(\d{5,30})")
_NUMBER = re.compile(r"(?<![\d.,])[1-5](?:[.,]\d)?(?!\d|[.,]\d)")
"""Of "4 stars", "4,0 von 5", "星 4 つ", "별표 4개": every language has its own words."""
_EDITED = re.compile(
    r"\s*(?:edit|edyt|изменен|дата изменения|змінено|bearbeitet|modifi|düzenlen|bewerkt|өзгерт)",
    re.I,
)
_BETWEEN = re.compile(r"[·・•⋅]")
_PHOTOS = re.compile(r"photo|фото|foto|fényk|zdję|写真|사진|照片|รูป|ảnh|صور", re.I)


def card_drafts(root: etree._Element, place: str, now: datetime) -> list[Draft]:
    """One draft per card; parts of a card carry its number again."""
    marked = all_of(root, _CARD)
    known = set(marked)
    cards = [card for card in marked if not any(outer in known for outer in card.iterancestors())]
    return [_draft(card, f"card {number}", place, now) for number, card in enumerate(cards, 1)]


def place_of(root: etree._Element) -> tuple[str, int | None]:
    """Name of the place and how many reviews the page says it has."""
    shown = line(root, _TOTAL)
    return line(root, _PLACE), count(shown) if shown else None


def _draft(card: etree._Element, where: str, place: str, now: datetime) -> Draft:
    reply = first(card, _REPLY)
    shown = one_line(_own(card, _DATE, reply))
    published = parse_date(shown, now)
    return Draft(
        where=where,
        native_id=_native_id(card),
        author=_author(card),
        rating=_rating(card),
        text=_own_text(card, reply),
        product=place,
        published=published,
        edited_at=published.value if _EDITED.match(shown) else None,
        votes=_votes(card),
        replies=_replies(reply, now),
        media_count=len(all_of(card, _PHOTO)),
        extra={"author_rank": rank} if (rank := _rank(card)) else {},
    )


def _native_id(card: etree._Element) -> str | None:
    marked = card.get("data-review-id") or card.get("data-id")
    marked = marked or attribute(card, "[data-review-id]", "data-review-id")
    return one_line(marked)[:200] or None


def _author(card: etree._Element) -> Author:
    name = line(card, _NAME) or one_line(card.get("aria-label") or "")
    link = attribute(card, "[data-href*='/maps/contrib/'], [href*='/maps/contrib/']", "data-href")
    link = link or attribute(card, "a[href*='/maps/contrib/']", "href")
    person = _PERSON.search(link)
    counts = (part for part in _BETWEEN.split(line(card, _TOLD)) if any(map(str.isdigit, part)))
    told = next((part for part in counts if not _PHOTOS.search(part)), "")
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(link),
        reviews_count=count(told) if told else None,
    )


def _rank(card: etree._Element) -> str | None:
    """The "Local Guide" before an author's numbers."""
    rank, *more = _BETWEEN.split(line(card, _TOLD))
    return short(rank, 100) if more and not any(map(str.isdigit, rank)) else None


def _rating(card: etree._Element) -> ParsedRating:
    """Words of the row of stars, full stars of it, or "4/5" where the map shows a number."""
    rows = all_of(card, _STARS) or all_of(card, "[role=img][aria-label]")
    labels = (one.get("aria-label") or attribute(one, "[aria-label]", "aria-label") for one in rows)
    numbers = (_NUMBER.findall(label[:60]) for label in labels if not _PHOTOS.search(label))
    if stars := next((found for found in numbers if found), None):
        is_best_first = len(stars) > 1 and stars[0] == "5"  # 5つ星のうち4
        return parse_rating(stars[1 if is_best_first else 0], 5)
    full = len(all_of(card, _FULL_STAR))
    return parse_rating(full, 5) if 0 < full <= 5 else parse_rating(line(card, ".fzvQIb"), 5)


def _own_text(card: etree._Element, reply: etree._Element | None) -> str:
    return next((words for body in _BODIES if (words := _own(card, body, reply))), "")


def _own(card: etree._Element, selector: str, reply: etree._Element | None) -> str:
    """The first such words that are not the owner's."""
    found = all_of(card, selector)
    own = (one for one in found if reply is None or reply not in (one, *one.iterancestors()))
    return next((words for one in own if (words := element_text(one))), "")


def _votes(card: etree._Element) -> Votes | None:
    number = count(shown) if (shown := line(card, _LIKES)) else None
    return None if number is None else Votes(helpful=number)


def _replies(reply: etree._Element | None, now: datetime) -> tuple[Reply, ...]:
    if reply is None:
        return ()
    words = text(reply, _REPLY_BODY)[:LONG_LIMIT]
    if not words:
        return ()
    moment = parse_date(line(reply, _REPLY_DATE), now).value
    return (Reply(text=words, is_owner=True, replied_at=moment),)
