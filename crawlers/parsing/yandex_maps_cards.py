"""Cards of reviews as Yandex Maps draws them: where its state is lost, or a reader scrolled on."""

from __future__ import annotations

import copy

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import element_text
from pipeline.records import Author, Reply, Votes

CARD = ".business-review-view"
_TEXTS = (
    "[itemprop=reviewBody]", ".spoiler-view__text-container", ".business-review-view__body-text",
    ".business-review-view__body",
)  # fmt: skip
_BUTTONS = ".spoiler-view__button, .business-review-view__expand, [role=button]"
_REPLIES = ".business-review-comment-content__bubble, .business-review-comment__bubble"


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Reviews without ids, in page order; long texts are cut after some lines."""
    cards = [one for one in all_of(root, CARD) if not _is_inside(one)]
    return [_draft(card, number, page) for number, card in enumerate(cards, start=1)]


def _is_inside(card: etree._Element) -> bool:
    return any("business-review-view" in (one.get("class") or "").split()
               for one in card.iterancestors())  # fmt: skip


def _draft(card: etree._Element, number: int, page: Page) -> Draft:
    return Draft(
        where=f"card {number}",
        author=_author(card, page),
        rating=_rating(card),
        text=_text(card),
        url=page.url,
        published=parse_date(_date(card), page.fetched_at, language="ru"),
        votes=_votes(card),
        replies=tuple(
            Reply(text=words, is_owner=True)
            for one in all_of(card, _REPLIES)[:1]
            if (words := element_text(one))
        ),
        media_count=len(all_of(card, ".business-review-media__item")),
    )


def _author(card: etree._Element, page: Page) -> Author:
    place = ".business-review-view__author-name"
    name = line(card, "[itemprop=author] [itemprop=name]") or line(card, place)
    link = absolute(page.url, attribute(card, f"{place} a, a.business-review-view__link", "href"))
    handle = link.partition("/user/")[2].partition("/")[0].partition("?")[0]
    return Author(
        id=short(handle, 200),
        name=None if is_nobody(name) else short(name),
        profile_url=short(link) if handle else None,
        role=short(line(card, ".business-review-view__author-caption"), 200),
    )


def _rating(card: etree._Element) -> ParsedRating:
    """A machine's number, what is said aloud ("Оценка 2 Из 5"), or the stars."""
    said = attribute(card, "meta[itemprop=ratingValue]", "content")
    said = said or attribute(card, ".business-rating-badge-view__stars[aria-label]", "aria-label")
    if said:
        return parse_rating(said)
    full = len(all_of(card, ".business-rating-badge-view__star._full"))
    half = len(all_of(card, ".business-rating-badge-view__star._half"))
    return parse_rating(full + half / 2 or None)


def _text(card: etree._Element) -> str:
    body = next((one for place in _TEXTS if (one := first(card, place)) is not None), None)
    if body is None:
        return ""
    body = copy.deepcopy(body)
    for button in all_of(body, _BUTTONS):
        if (above := button.getparent()) is not None:
            above.remove(button)
    return element_text(body)


def _date(card: etree._Element) -> str:
    return attribute(card, "meta[itemprop=datePublished]", "content") or line(
        card, ".business-review-view__date"
    )


def _votes(card: etree._Element) -> Votes | None:
    """Likes stand before dislikes; nobody's are no number."""
    boxes = all_of(card, ".business-reactions-view__container")
    numbers = [count(line(box, ".business-reactions-view__counter") or None) for box in boxes[:2]]
    if not any(number is not None for number in numbers):
        return None
    likes, dislikes = (*numbers, None)[:2]
    return Votes(helpful=likes or 0, unhelpful=dislikes or 0)
