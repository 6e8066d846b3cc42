"""Reviews as the widget Shoppilot, which is called Aplaut now, draws them in a shop's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

MARKS = re.compile(
    r"\bsp-review-(?:from-\w|text-content|rating-(?:value|label)|author-(?:details?|location)\b)"
)
"""Classes of its cards: shops have others that begin alike."""
LISTS = ".sp-reviews, .sp-product-reviews, .sp-widget"
"""Where its reviews stand, if there are any."""

_CARDS = "[class~=sp-review]"
_NAME = ".sp-review-author-name, [itemprop=author]"
_DAY = ".sp-review-date, .sp-review-header-date, [itemprop=datePublished]"
_PARTS = {
    "text": (".sp-review-body-content, [itemprop=reviewBody]", ".sp-review-body"),
    "pros": (".sp-review-pros-content", ".sp-review-pros"),
    "cons": (".sp-review-cons-content", ".sp-review-cons"),
}
"""The words themselves; where a theme has no place of their own, the block with its heading."""
_HEADING = re.compile(
    r"^(?:Комментарий|Отзыв|Общее впечатление|Достоинства|Преимущества|Плюсы|Недостатки|Минусы)"
    r"(?:\s*:\s*|\s*\n\s*|\s+(?=[А-ЯЁA-Z]))"
)
_VERIFIED = "[class*=sp-review-verified], [class*=sp-verified], [class*=verified-buyer]"
_ADVICE = "[class*=sp-review-recommend]"
_COMMENTS = ".sp-comment, .sp-review-comment"
_COMMENT_TEXT = ".sp-comment-body, .sp-comment-text, .sp-comment-content"
_HELPFUL = (
    "[class*=sp-vote-up] [class*=count], .sp-review-likes, [class*=vote-positive] [class*=count]",
    "[class*=sp-vote-down] [class*=count], .sp-review-dislikes, "
    "[class*=vote-negative] [class*=count]",
)
_LABELLED = re.compile(r"^([^:]{2,80}):\s*(.{1,200})$")
_USED = re.compile(r"срок|период|опыт|давно|как долго", re.I)
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
_NO = re.compile(r"^\s*(?:не\s|нет\b)", re.I)
_PLACES = ("id", "data-id", "data-review-id", "data-reviewid")


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Every review of the widget."""
    cards = [card for card in all_of(root, _CARDS) if card.tag not in ("form", "section")]
    return [_draft(card, number, page) for number, card in enumerate(cards, start=1)]


def last_page(root: etree._Element) -> int:
    """The highest number of the widget's pages; 0 without any."""
    shown = all_of(root, ".sp-pagination-item, .sp-pagination-page")[:50]
    told = [element_text(one).strip() for one in shown]
    return max((count(one) or 0 for one in told if one.isdecimal()), default=0)


def _draft(card: etree._Element, number: int, page: Page) -> Draft:
    name = line(card, _NAME)
    details = dict(_details(card))
    used = next((said for label, said in details.items() if _USED.search(label)), "")
    return Draft(
        where=f"review {number}",
        native_id=_native_id(card),
        author=Author(
            name=None if is_nobody(name) else short(name),
            location=short(line(card, ".sp-review-author-location").strip(" ,"), 200),
        ),
        rating=parse_rating(
            attribute(card, "[itemprop=ratingValue]", "content")
            or line(card, ".sp-review-rating-value")
        ),
        title=line(card, ".sp-review-title, .sp-review-headline"),
        text=_part(card, "text"),
        pros=_part(card, "pros"),
        cons=_part(card, "cons"),
        url=page.url,
        published=_published(card, page),
        votes=_votes(card),
        replies=tuple(_replies(card)),
        media_count=len(all_of(card, ".sp-review-photo, .sp-review-video")),
        verified_purchase=True if first(card, _VERIFIED) is not None else None,
        recommends=_recommends(card),
        usage_period=used,
        extra=_extra(card),
    )


def _part(card: etree._Element, name: str) -> str:
    place, block = _PARTS[name]
    return text(card, place) or _HEADING.sub("", text(card, block))


def _native_id(card: etree._Element) -> str | None:
    """The widget's own id, in whichever attribute of the card or of what is inside."""
    for one in (card, *all_of(card, "[data-review-id], [data-id]")[:5]):
        for name in _PLACES:
            if found := _ID.search((one.get(name) or "")[:200]):
                return found.group()
    return None


def _published(card: etree._Element, page: Page) -> ParsedDate:
    said = attribute(card, _DAY, "datetime", "content", "title") or line(card, _DAY)
    return parse_date(said, page.fetched_at, language="ru")


def _details(card: etree._Element) -> Iterator[tuple[str, str]]:
    """What the author was asked: "Срок использования: месяц"."""
    for one in all_of(card, ".sp-review-author-detail")[:20]:
        if found := _LABELLED.match(one_line(element_text(one))):
            yield found.group(1).strip(), found.group(2).strip()


def _votes(card: etree._Element) -> Votes | None:
    helpful, unhelpful = (line(card, place) for place in _HELPFUL)
    if not helpful and not unhelpful:
        return None
    return Votes(helpful=count(helpful) or 0, unhelpful=count(unhelpful) or 0)


def _replies(card: etree._Element) -> Iterator[Reply]:
    """Answers to it; whose they are is told by a class alone."""
    for one in all_of(card, _COMMENTS)[:50]:
        if said := text(one, _COMMENT_TEXT)[:LONG_LIMIT]:
            classes = one.get("class") or ""
            yield Reply(
                text=said,
                author=short(line(one, ".sp-comment-author-name, .sp-comment-author")),
                is_owner=any(word in classes for word in ("official", "store", "company")),
            )


def _recommends(card: etree._Element) -> bool | None:
    advice = first(card, _ADVICE)
    if advice is None:
        return None
    said = one_line(element_text(advice))
    return not _NO.search(said) if said else None


def _extra(card: etree._Element) -> dict[str, Any]:
    rated: dict[str, float] = {}
    for one in all_of(card, ".sp-review-rating-detail-label")[:20]:
        value = line(one, ".sp-review-rating-detail-value")
        label = one_line(element_text(one)).replace(value, "").strip(" :")
        stars = parse_rating(value).stars if value else None
        if stars and (name := short(label, 100)):
            rated[name] = stars
    return {"sub_ratings": rated} if rated else {}
