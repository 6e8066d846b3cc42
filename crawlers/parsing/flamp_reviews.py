"""Flamp's reviews as its interface and its pages write them, to drafts."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, element_text, one_line, plain_text
from pipeline.records import Author, Reply, Votes

SITE = "https://flamp.ru"
_CARDS = (
    "li.ugc-list__item", "[itemprop=review]", "[data-review-id]", "article.ugc-item",
)  # fmt: skip
"""Entries of a page, the outermost first: one stands inside of the other."""
_PARTS = (".ugc-item__text", ".t-rich-text", ".t-rich-text__p")
ANSWERS = ".official-answer"
_ID_DIGITS = 20
_LINKS = "a[href*='/review-'], a[href*='/otzyv-']"


def cards_of(root: etree._Element) -> list[etree._Element]:
    """The entries of a page, each once."""
    return next((cards for one in _CARDS if (cards := all_of(root, one))), [])


def row_draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    """A review of `/api/2.0/filials/{id}/reviews`."""
    identity = one_line(text_at(row, "id"))[:30]
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_author(at(row, "user")),
        rating=parse_rating(text_at(row, "rating")),
        text=plain_text(text_at(row, "text")),
        product=one_line(text_at(row, "filial", "name_primary")),
        url=address(text_at(row, "url")) or page.url,
        published=parse_date(text_at(row, "date_created"), page.fetched_at),
        edited_at=time_at(row, page.fetched_at, "date_edited"),
        votes=_votes(row),
        replies=_replies(row, page),
        verified_purchase=True if flag_at(row, "is_verified") else None,
        recommends=flag_at(row, "is_recommended"),
        media_count=len(dicts_at(row, "photos")),
        extra=_extra(row),
    )


def card_draft(card: etree._Element, number: int, page: Page) -> Draft:
    """A review of a place's page, or of the feed of a town, whose cards name their places."""
    shown = attribute(card, _LINKS, "href")
    link = absolute(page.url or SITE, shown or attribute(card, "cat-brand-ugc-date", "url"))
    stamp = attribute(card, "time, [itemprop=datePublished]", "datetime", "content")
    stamp = stamp or attribute(card, "cat-brand-ugc-date", "date")
    return Draft(
        where=f"card {number}",
        native_id=_card_id(card, link),
        author=_card_author(card, page),
        rating=parse_rating(
            attribute(card, "[itemprop=ratingValue]", "content")
            or line(card, ".review-estimation__item--checked")
        ),
        text=_card_text(card),
        product=line(card, "cat-brand-name a[href*='/firm/']"),
        url=link or page.url,
        published=parse_date(stamp or line(card, "time, .ugc-date"), page.fetched_at),
        replies=_card_replies(card, page),
    )


def _card_text(card: etree._Element) -> str:
    """The whole text; the words of an official answer are none of the review."""
    answered = {one for box in all_of(card, ANSWERS) for one in box.iter()}
    for selector in ("[itemprop=reviewBody], .js-ugc-item-text-full", *_PARTS):
        own = (one for one in all_of(card, selector) if one not in answered)
        if words := next((said for one in own if (said := element_text(one))), ""):
            return words
    return ""


def _card_id(card: etree._Element, link: str) -> str | None:
    said = card.get("data-review-id") or card.get("entity-id") or card.get("data-entity-id")
    identity = said or attribute(card, "article.ugc-item", "data-entity-id") or _tail(link)
    return identity if identity.isdigit() and len(identity) <= _ID_DIGITS else None


def _author(person: Any) -> Author:
    """An object, or the address of one where the answer was asked for without depth."""
    link = text_at(person, "url") or (person if isinstance(person, str) else "")
    name = one_line(text_at(person, "name"))
    return Author(
        id=short(text_at(person, "id") or _tail(link), 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(link) if "/api/" not in link else None,
        reviews_count=count(at(person, "reviews_count")),
    )


def _card_author(card: etree._Element, page: Page) -> Author:
    name = line(card, "[itemprop=author] [itemprop=name], [itemprop=author], a.name")
    name = name or one_line(attribute(card, "cat-brand-name", "name"))
    link = absolute(page.url or SITE, attribute(card, "a[href*='/user']", "href"))
    return Author(
        id=short(_tail(link), 100),
        name=None if is_nobody(name) else short(name),
        profile_url=short(link),
    )


def _tail(link: str) -> str:
    """The number that Flamp's addresses end with (`/user123`, `/review-45`)."""
    digits = link[:500].rstrip("/").rpartition("/")[2]
    return "".join(sign for sign in digits if sign.isdigit())[:30]


def _votes(row: dict[str, Any]) -> Votes | None:
    likes = count(at(row, "likes_score"))
    return None if likes is None else Votes(helpful=likes)


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    """One official answer, or a list of them."""
    said = at(row, "official_answer")
    answers = dicts_at([said]) if isinstance(said, dict) else dicts_at(row, "official_answer")
    return tuple(
        Reply(
            text=words,
            author=short(text_at(answer, "user", "name")),
            is_owner=True,
            replied_at=time_at(answer, page.fetched_at, "date_created"),
        )
        for answer in answers[:20]
        if (words := plain_text(text_at(answer, "text"))[:LONG_LIMIT])
    )


def _card_replies(card: etree._Element, page: Page) -> tuple[Reply, ...]:
    answers = []
    for box in all_of(card, ANSWERS):
        words = clean(text(box, ".t-rich-text, [itemprop=text]"))[:LONG_LIMIT]
        stamp = attribute(box, "time, cat-brand-ugc-date", "datetime", "date")
        moment = parse_date(stamp, page.fetched_at).value
        if words:
            answers.append(Reply(text=words, is_owner=True, replied_at=moment))
    return tuple(answers)


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    comments = count(at(row, "comments_count"))
    return {"comment_count": comments} if comments else {}
