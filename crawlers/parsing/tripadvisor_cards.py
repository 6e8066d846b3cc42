"""Cards of reviews on Tripadvisor's pages of 2016, 2018 and today."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import dropwhile
from typing import Any

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

CARDS = (
    "div.reviewSelector[id^=review_], div.extended.review[id^=UR], "
    "div.review-container[data-reviewid], "
    "[data-automation=reviewCard], [data-test-target=HR_CC_CARD], [data-reviewid]"
)
"""2016; pages of one review in full, 2014; 2018; places to eat and see today; hotels today."""
_LINK = "a[href*=ShowUserReviews], a[href*=ShowUserReview]"
_TITLE = "[data-test-target=review-title], .noQuotes, .quote, a[href*=ShowUserReviews]"
_BODY = (
    "[data-test-target=review-body], .partial_entry, .entry, .prw_reviews_text_summary_hsx, "
    "q, [data-automation=reviewText]"
)
_DATE = ".ratingDate, .reviewDate, [data-automation=reviewDate]"
_REPLY = ".mgrRspnInline, .managerResponse, [data-automation=ownerResponse]"
_MORE = ".entry .moreLink, .partial_entry .ulBlueLinks"
"""The link to the rest of a text that is shown in part."""
_NUMBER = re.compile(r"-r(\d{4,15})-|^review_(\d{4,15})$|^UR(\d{4,15})$|^(\d{4,15})$")
_PERSON = re.compile(r"UID_([0-9A-F]{16,40})|/Profile/([^/?#]{1,100})")
_BUBBLES = re.compile(r"bubble_(\d)(\d)\b")
_WRITTEN = re.compile(
    r"^(?:written|reviewed|отзыв написан|написано|отзыв оставлен|verfasst|bewertet|écrit"
    r"|avis publié|escrit[oa]|scritt[oa]|recensito|feita|avaliado|geschreven|napisan[eo])\b"
    r"|^(?:wrote a review|написал(?:а|\(а\))? отзыв|hat im .{3,20} eine bewertung|a écrit un avis"
    r"|escribió una opinión|ha scritto una recensione|escreveu uma avaliação"
    r"|heeft (?:een beoordeling|in .{3,20} een))\b"
    r"|^.{8,30} tarihinde (?:yazıldı|bir yorum)",
    re.I,
)
"""How the sites of its countries introduce the day, or on the pages of 2019 to 2022 the month."""
_VISITED = re.compile(r"^[^\W\d]{3,12}\.? 20\d\d(?: • .{1,30})?$|^20\d\d年\d{1,2}月")
"""Month of the visit and who came along: "Jun 2026 • Couples"."""
_CONTRIBUTIONS = re.compile(
    r"[\d.,\s]+\s(?:contributions?|beiträge?|contribuciones|contribución|contribut[oi]|avis"
    r"|contribuições|contribuição|bijdragen?|публикац\w{1,2}|отзыв\w{0,2})",
    re.I,
)
_OF_FIVE = re.compile(
    r"(\d(?:[.,]\d)?)\s*(?:of|out of|из|von|sur|de|su|van|av|af|z)\s+5\b"
    r"|\b5 üzerinden (\d(?:[.,]\d)?)",
    re.I,
)


def cards_of(root: etree._Element) -> list[etree._Element]:
    """Outermost cards; a card's parts may carry its number again."""
    found = all_of(root, CARDS)
    known = set(found)
    return [card for card in found if not any(outer in known for outer in card.iterancestors())]


def is_placeholder(card: etree._Element) -> bool:
    """Whether the page loads the card's content later: it shows only its number."""
    return not "".join(str(piece) for piece in card.itertext()).strip()


def draft_of(card: etree._Element, where: str, base_url: str, now: datetime) -> Draft:
    """The review of a card."""
    reply = first(card, _REPLY)
    link = absolute(base_url, attribute(card, _LINK, "href"))
    return Draft(
        where=where,
        native_id=_number(card),
        author=_author(card, base_url),
        rating=_rating(card),
        title=line(card, _TITLE).strip('"“”«» '),
        text=_own_text(card, reply),
        url=link.partition("#")[0],
        published=_published(card, reply, now),
        votes=_votes(card),
        replies=_replies(reply, now),
        media_count=len(all_of(card, ".inlinePhotosContainer img, [data-section=photos] img")),
        extra=_extra(card),
    )


def is_shortened(card: etree._Element) -> bool:
    """Whether the card shows the beginning of the text alone."""
    return first(card, _MORE) is not None


def _number(card: etree._Element) -> str | None:
    places = (card.get("data-reviewid"), card.get("id"), attribute(card, _LINK, "href"))
    inner = attribute(card, "[data-reviewid]", "data-reviewid")
    for place in (*places, inner):
        if found := _NUMBER.search(place or ""):
            return next(number for number in found.groups() if number)
    return None


def _author(card: etree._Element, base_url: str) -> Author:
    name = line(card, ".username, .info_text > div, [data-automation=reviewAuthor]")
    name = name or _link_text(card, "/Profile/")
    link = attribute(card, "a[href*='/Profile/'], a[href*='/members/']", "href")
    marks = f"{attribute(card, '[id^=UID_]', 'id')} {link}"
    person = _PERSON.search(marks)
    badge = line(card, ".reviewerBadge .badgeText, .reviewerBadge, .badgetext, .badgeText")
    place, written = _below_the_name(card)
    return Author(
        id=next((one for one in person.groups() if one), None) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=absolute(base_url, link) or None,
        location=short(line(card, ".member_info .location, .userLoc, .location") or place, 200),
        reviews_count=count(badge or written) if badge or written else None,
    )


def _below_the_name(card: etree._Element) -> tuple[str, str]:
    """Place and number of contributions of today's cards: two parts side by side, without names."""
    for part in card.iter("span"):
        written = one_line(element_text(part)) if len(part) == 0 else ""
        if written and _CONTRIBUTIONS.fullmatch(written):
            before = part.getprevious()
            return ("" if before is None else one_line(element_text(before))), written
    return "", ""


def _rating(card: etree._Element) -> ParsedRating:
    """Words such as "5 of 5 bubbles", or the class of the picture (`bubble_45`)."""
    shown = attribute(card, "img.rating_s_fill, .rating img", "alt")
    if shown:
        return parse_rating(shown, 5)
    for element in all_of(card, "svg, [class*=bubble_]"):
        words = element.get("aria-label") or "".join(str(piece) for piece in element.itertext())
        if said := _OF_FIVE.search(words):
            return parse_rating(said.group(1) or said.group(2), 5)
        if found := _BUBBLES.search(element.get("class") or ""):
            return parse_rating(f"{found.group(1)}.{found.group(2)}", 5)
    return ParsedRating()


def _own_text(card: etree._Element, reply: etree._Element | None) -> str:
    """The first body that is not the owner's."""
    for body in all_of(card, _BODY):
        is_owners = reply is not None and reply in (body, *body.iterancestors())
        if not is_owners and (words := element_text(body)):
            return words.removesuffix(line(card, _MORE)).rstrip()
    return _unnamed_text(card)


def _unnamed_text(card: etree._Element) -> str:
    """The longest block between the title and the day: the classes of 2026 have no names, and
    pages of places to see no other mark."""
    title = first(card, "[data-test-target=review-title]")
    if title is None:
        return ""
    found = ""
    below = dropwhile(lambda part: part is not title, card.iter("div", title.tag))
    for block in below:
        if block.tag != "div" or block.find(".//div") is not None:
            continue
        words = element_text(block)
        if _WRITTEN.match(one_line(words)):
            break
        if len(words) > len(found) and not _VISITED.match(one_line(words)):
            found = words
    return found


def _published(card: etree._Element, reply: etree._Element | None, now: datetime) -> ParsedDate:
    for element in all_of(card, _DATE):
        if reply is None or reply not in element.iterancestors():
            shown = element.get("title") or one_line(element_text(element))
            return parse_date(shown, now)
    return parse_date(_line_beginning(card, _WRITTEN), now)


def _votes(card: etree._Element) -> Votes | None:
    shown = line(card, ".numHlpIn, .numHelp, [data-automation=helpfulVotes]")
    number = count(shown) if shown else None
    return None if number is None else Votes(helpful=number)


def _replies(reply: etree._Element | None, now: datetime) -> tuple[Reply, ...]:
    if reply is None:
        return ()
    words = text(reply, ".displayText, .partial_entry, .entry, q") or element_text(reply)
    moment = attribute(reply, ".responseDate", "title") or line(reply, ".responseDate, .res_date")
    if not words:
        return ()
    return (
        Reply(
            text=words[:LONG_LIMIT],
            author=short(line(reply, ".header, .name")),
            is_owner=True,
            replied_at=parse_date(moment, now).value,
        ),
    )


def _extra(card: etree._Element) -> dict[str, Any]:
    """Where it was written from, when and with whom the author came, ratings of parts."""
    trip = line(card, ".recommend-titleInline, [data-automation=tripType]")
    trip = trip or _line_beginning(card, _VISITED)
    parts = {
        name: stars
        for part in all_of(card, ".recommend-answer")
        if (name := short(line(part, ".recommend-description"), 100))
        and (stars := _rating(part).stars) is not None
    }
    found = {
        "via": "mobile" if first(card, ".viaMobile") is not None else None,
        "trip_type": short(trip, 200),
        "machine_translated": card.get("data-machine-translated") == "true",
        "sub_ratings": parts,
    }
    return {name: value for name, value in found.items() if value}


def _link_text(card: etree._Element, path: str) -> str:
    links = (one for one in card.iter("a") if path in (one.get("href") or ""))
    return next((words for one in links if (words := one_line(element_text(one)))), "")


def _line_beginning(card: etree._Element, pattern: re.Pattern[str]) -> str:
    """The text of a part that begins so: today's classes have no names."""
    for piece in card.itertext():
        words = one_line(str(piece))
        if len(words) < 100 and pattern.match(words):
            return words
    return ""
