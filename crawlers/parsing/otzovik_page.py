"""Otzovik's lists of reviews and pages of single ones, to drafts."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, number, parse_rating
from crawlers.parsing.text import clean, element_text, one_line
from pipeline.records import Author, Votes

SITE = "https://otzovik.com"
REVIEW_LINK = re.compile(r"/review_(\d{3,12})\.html")
LISTED = ".review-list-chunk .item, .item[itemprop=review], .item[itemprop=reviews]"
MAX_SUB_RATINGS = 20

_LABEL = re.compile(r"^(?:достоинства|недостатки|плюсы|минусы)\s*:\s*", re.I)
_CUT = re.compile(r"(?:\.{3}|…)\s*(?:читать (?:весь|полный) отзыв|читать далее)?\s*$", re.I)
_STARS = re.compile(r"icon-star-1\b")


def card_draft(card: etree._Element, link: str, where: str, page: Page) -> Draft:
    """A review, from its entry of a list or from its own page."""
    found = REVIEW_LINK.search(link)
    facts = _facts(card)
    return Draft(
        where=where,
        native_id=found.group(1) if found else None,
        author=_author(card, page),
        rating=_rating(card),
        title=facts.get("общее впечатление")
        or line(card, "i.summary")
        or _headed(card)
        or line(card, ".review-title, h3"),
        text=text(card, ".review-body, [itemprop=reviewBody], [itemprop=description]")
        or text(card, ".review-teaser"),
        pros=_side(card, ".review-plus"),
        cons=_side(card, ".review-minus"),
        url=link or page.url,
        published=parse_date(_date(card), page.fetched_at),
        votes=_votes(card),
        media_count=len(all_of(card, ".review-body img")),
        recommends=_recommends(card, facts),
        usage_period=_fact(facts, "время использования", "срок использования", "опыт"),
        extra=_extra(card, facts),
    )


def is_excerpt(card: etree._Element) -> bool:
    """Whether an entry of a list shows the beginning of its text alone."""
    if first(card, ".review-body, [itemprop=reviewBody]") is not None:
        return False
    shown = text(card, ".review-teaser, [itemprop=description]")
    if not shown:
        return first(card, "a.review-read-link") is not None
    return bool(_CUT.search(shown[-60:]))


def link_of(card: etree._Element) -> str:
    """Address of the review's own page; empty without one."""
    candidates = [meta.get("content") or "" for meta in all_of(card, "meta[itemprop=url]")]
    candidates += [one.get("href") or "" for one in all_of(card, "a[href]")]
    found = next((match for one in candidates if (match := REVIEW_LINK.search(one[:500]))), None)
    return f"{SITE}{found.group()}" if found else ""


def product_of(root: etree._Element) -> str:
    """What the page's reviews are about."""
    return line(root, ".product-header .product-name, [itemprop=itemReviewed] [itemprop=name]")


def _headed(card: etree._Element) -> str:
    """The title, out of the heading of the review's own page: "Отзыв: Чайник - Шумит"."""
    product, heading = product_of(card), line(card, "h1")
    start = f"Отзыв: {product} - "
    return heading[len(start) :] if product and heading.startswith(start) else ""


def _facts(card: etree._Element) -> dict[str, str]:
    """Rows of the table beside a review by their labels."""
    rows = [[element_text(cell) for cell in row] for row in all_of(card, ".product-props tr")]
    return {
        one_line(cells[0]).rstrip(":").casefold(): one_line(cells[1])
        for cells in rows[:40]
        if len(cells) > 1
    }


def _fact(facts: dict[str, str], *beginnings: str) -> str:
    return next((value for label, value in facts.items() if label.startswith(beginnings)), "")


def _author(card: etree._Element, page: Page) -> Author:
    name = line(card, "a.user-login, .user-login, [itemprop=author]")
    link = absolute(page.url or SITE, attribute(card, "a.user-login", "href"))
    handle = link.rstrip("/").rpartition("/profile/")[2] if "/profile/" in link else ""
    return Author(
        id=short(handle, 200),
        name=None if is_nobody(name) else short(name),
        profile_url=short(link),
        reviews_count=count(line(card, ".reviews-col .reviews-counter") or None),
        location=_location(card),
    )


def _location(card: etree._Element) -> str | None:
    """The last line beside the author: "Россия, Москва"."""
    lines = [one_line(element_text(one)) for one in all_of(card, ".user-info > div")]
    places = [one for one in lines if one and not re.search(r"\d|репутация", one, re.I)]
    login = line(card, ".login-line")
    return short(places[-1]) if places and places[-1] != login else None


def _rating(card: etree._Element) -> ParsedRating:
    """A machine's number, the title of the stars ("Общий рейтинг: 4"), a score, or the stars."""
    said = attribute(card, "meta[itemprop=ratingValue]", "content")
    said = said or attribute(card, ".rating-score, .product-rating, abbr.rating", "title")
    said = said or line(card, ".item-right .rating-score, .review-contents .rating-score")
    if number(said) is not None:
        return parse_rating(number(said))
    box = first(card, ".product-rating, .rating-score")
    stars = [] if box is None else all_of(box, "[class*='icon-star-1']")
    full = sum(1 for star in stars if _STARS.search(star.get("class") or ""))
    return parse_rating(full) if full else ParsedRating()


def _side(card: etree._Element, selector: str) -> str:
    """Pros or cons without their label."""
    return clean(_LABEL.sub("", text(card, selector)))


def _date(card: etree._Element) -> str:
    said = attribute(card, "[itemprop=datePublished]", "content", "datetime")
    said = said or attribute(card, ".review-postdate [title]", "title")
    shown = line(card, ".review-postdate, [itemprop=datePublished]")
    return said if re.search(r"\d{4}", said) else shown


def _votes(card: etree._Element) -> Votes | None:
    helpful = count(line(card, ".review-yes") or None)
    return None if helpful is None else Votes(helpful=helpful)


def _recommends(card: etree._Element, facts: dict[str, str]) -> bool | None:
    said = (line(card, ".recommend-ratio") or _fact(facts, "рекоменд")).casefold()
    if said.startswith(("нет", "не ")):
        return False
    return True if said.startswith(("да", "рекоменд")) else None


def _extra(card: etree._Element, facts: dict[str, str]) -> dict[str, Any]:
    titles = [one.get("title") or "" for one in all_of(card, ".product-rating-details [title]")]
    parts = [one[:200].rpartition(":") for one in titles[:MAX_SUB_RATINGS]]
    stars = {
        one_line(label): rating.stars
        for label, _, value in parts
        if label.strip() and (rating := parse_rating(number(value))).stars is not None
    }
    comments = count(line(card, ".review-comments") or None)
    found = {
        "sub_ratings": stars,
        "year": short(_fact(facts, "год"), 50),
        "comment_count": comments,
    }
    return {name: value for name, value in found.items() if value}
