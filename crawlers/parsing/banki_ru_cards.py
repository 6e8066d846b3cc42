"""Reviews of banki.ru as its pages have drawn them over the years, to drafts."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.banki_ru_rows import RESPONSE, SITE, moscow_date
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, number, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, plain_text
from pipeline.records import Author, Reply

_CARDS = (".responses__item", "[data-test=responses__response]", "article.response-page")
_SINGLE = ".response-page__title, .response-page__text"
_ANSWERS = ".thread-item__text, #bankAnswer [data-name=answer-text]"
_MESSAGES = (
    ".responses__item__message[data-full]", ".responses__item__message",
    "[data-test=responses-message]", ".response-page__text, [itemprop=description]",
    "[class*=StyledItemText], .markup-inside--bullet",
)  # fmt: skip
_TITLES = (
    ".responses__item__title, .response-page__title, [data-test=responses-header], "
    "[data-test=link-text], h1, h2, h3"
)
_WHEN = (
    "time[itemprop=dtreviewed], time[data-test=responses-datetime], time:not(.thread-item__time)"
)
_BY_NUMBER = re.compile(r"[?&]id=(\d{4,12})(?:&|$)")
_GRADE = re.compile(r"rating-grade--value-([1-5])(?:\s|$)")
_DAY = re.compile(r"\d{2}\.\d{2}\.\d{4}(?:\s+\d{2}:\d{2})?")
_MORE = re.compile(r"\s*(?:\.{3}|…)?\s*Читать (?:далее|полностью)\s*$", re.I)
_CUT = ("...", "…")


def cards_of(root: etree._Element) -> list[etree._Element]:
    """Entries of a list; the whole page where it shows one review alone."""
    found = next((cards for one in _CARDS if (cards := all_of(root, one))), [])
    return found or ([root] if first(root, _SINGLE) is not None else [])


def card_draft(card: etree._Element, root: etree._Element, number: int, page: Page) -> Draft:
    """An entry of a list, or the page of one review, whose answer stands beside it."""
    link = absolute(page.url or SITE, attribute(card, "a[href*='/response/'], h3 a", "href"))
    found = RESPONSE.search(link) or _BY_NUMBER.search(link) or RESPONSE.search(page.url)
    identity = card.get("data-response-id") or (found.group(1) if found else "")
    words = _words(card)
    status = line(card, "[data-test=responses-status]").casefold()
    is_single = card is root or "response-page" in (card.get("class") or "").split()
    return Draft(
        where=f"card {number}",
        native_id=identity if identity.isdecimal() else None,
        author=_author(card, page),
        rating=_rating(card),
        title=line(card, _TITLES),
        text=_MORE.sub("", words),
        product=line(
            card, ".responses__item__bank, .response-page__bank, .header-h2.display-inline"
        ),
        url=_url(link, identity) or page.url,
        published=moscow_date(_when(card), page),
        replies=_replies(root if is_single else card, page),
        verified_purchase=True if status.startswith(("зач", "засч")) else None,
        extra=_extra(card, status, is_cut=words.endswith(_CUT) or _MORE.search(words) is not None),
    )


def _words(card: etree._Element) -> str:
    """The whole text of the two that a long review has; not those of an answer."""
    answered = {one for box in all_of(card, _ANSWERS) for one in box.iter()}
    for selector in _MESSAGES:
        own = [element_text(one) for one in all_of(card, selector) if one not in answered]
        if words := max(own, key=len, default=""):
            return words
    return ""


def _url(link: str, identity: str) -> str:
    """Insurers and brokers have addresses of their own."""
    if RESPONSE.search(link) and "/bank/" not in link:
        return link.partition("#")[0].partition("?")[0]
    is_known = identity.isdecimal()
    return f"{SITE}/services/responses/bank/response/{identity}/" if is_known else ""


def _author(card: etree._Element, page: Page) -> Author:
    name = line(card, "[itemprop=reviewer], [itemprop=author], .responses__item__user")
    name = name or line(card, ".response-page__author, .responses__item__from")
    link = attribute(card, "a[data-test=responses-user-link], a[href*='UID=']", "href")
    user = link.rpartition("UID=")[2].partition("&")[0] if "UID=" in link else ""
    return Author(
        id=short(user, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=short(absolute(page.url or SITE, link)),
    )


def _rating(card: etree._Element) -> ParsedRating:
    said = line(card, "[itemprop=ratingValue], [data-test=responses-rating-grade], .rating-grade")
    said = said or line(card, "[data-test=grade]") or card.get("data-test-grade") or ""
    drawn = _GRADE.search(attribute(card, "[class*='rating-grade--value']", "class")[:300])
    written = attribute(card, "[class*=Grade][value]", "value")
    return parse_rating(number(said or (drawn.group(1) if drawn else written)))


def _when(card: etree._Element) -> str:
    said = attribute(card, _WHEN, "datetime") or line(card, _WHEN)
    found = None if said else _DAY.search(line(card, "[class*=SmallText]")[:200])
    return found.group() if found else said


def _replies(holder: etree._Element, page: Page) -> tuple[Reply, ...]:
    """What the bank answered; on the page of one review readers write in the same classes."""
    official = all_of(holder, "#bankAnswer [data-name=answer-text]")
    if not official and first(holder, _SINGLE) is None:
        official = all_of(holder, ".thread-item__text")[:20]
    moment = moscow_date(attribute(holder, "time.thread-item__time", "datetime"), page).value
    said = (_said(one) for one in official)
    return tuple(
        Reply(
            text=words[:LONG_LIMIT],
            is_owner=True,
            replied_at=moment if len(official) == 1 else None,
        )
        for words in said
        if words
    )


def _said(answer: etree._Element) -> str:
    """Words of an element; a script holds the markup of them."""
    if answer.tag == "script":
        return plain_text("".join(str(piece) for piece in answer.itertext()))
    return element_text(answer)


def _extra(card: etree._Element, status: str, *, is_cut: bool) -> dict[str, Any]:
    """Whether it counts in the people's rating, and whether only its beginning is shown."""
    is_rejected = status.startswith(("не зач", "не засч"))
    is_counted = status.startswith(("зач", "засч"))
    found = {
        "countable": False if is_rejected else True if is_counted else None,
        "comment_count": count(line(card, ".responses__item__comment-count") or None),
        "excerpt": is_cut or None,
    }
    return {name: value for name, value in found.items() if value is not None}
