"""iRecommend's lists of reviews and pages of single ones, to drafts."""

from __future__ import annotations

import re

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import element_text
from pipeline.records import Author

SITE = "https://irecommend.ru"
ENTRIES = ".list-comments .smTeaser, .list-comments .reviews-list-item"
OLD_ENTRIES = ".list-comments > .item"
OLD_STARS = ".reviewBlock .fivestarWidgetStatic, .item .fivestarWidgetStatic"
BODY = (
    "[itemprop=reviewBody], .reviewBlock .reviewText, .reviewBlock .hasinlineimage, "
    ".reviewBlock .views-field-teaser"
)

_NODE = re.compile(r"node-myreview-(\d{3,12})|gallery_node(\d{3,12})field")
_WIDGET = re.compile(r"fivestarWidgetStatic-(\d)(?!\d)")
_USAGE = re.compile(r"^\s*опыт использования\s*:?\s*", re.I)


def entry_link(entry: etree._Element, page: Page) -> str:
    """Address of the review's own page; empty without one."""
    link = attribute(entry, "a.reviewTextSnippet, .reviewTitle a, a.review-summary", "href")
    return absolute(page.url or SITE, link)


def entry_draft(entry: etree._Element, link: str, where: str, page: Page) -> Draft:
    """An entry of a list: the beginning of the review, if it has a page of its own at `link`."""
    node = entry.get("data-nid") or ""
    return Draft(
        where=where,
        native_id=node if node.isdigit() else _slug(link),
        author=_author(entry, page),
        rating=_rating(entry),
        title=line(entry, ".reviewTitle"),
        text=text(entry, f"{BODY}, .reviewTeaserText"),
        product=line(entry, ".productName"),
        url=link or page.url,
        published=parse_date(_date(entry), page.fetched_at),
        media_count=count(entry.get("data-photos-count")) or 0,
    )


def page_draft(root: etree._Element, own: str, page: Page) -> Draft:
    """The one review of its own page; those of "Смотрите также" stand outside of its block."""
    block = first(root, ".review-node, .reviewBlock, [itemprop=review]")
    block = root if block is None else block
    verdict = line(block, ".verdict").casefold()
    pictures = [one.get("data-original") or one.get("src") or "" for one in all_of(block, "img")]
    return Draft(
        where="review",
        native_id=_node_id(root) or _slug(own),
        author=_author(block, page),
        rating=_rating(block),
        title=line(block, "a.review-summary, .reviewTitle, .review-summary"),
        text=text(block, BODY),
        pros=_points(block, ".plus"),
        cons=_points(block, ".minus"),
        product=product_of(root),
        url=own,
        published=parse_date(_date(block), page.fetched_at),
        media_count=len({name.rpartition("/")[2] for name in pictures if "user-images" in name}),
        recommends=None if not verdict else not verdict.startswith("не"),
        usage_period=_USAGE.sub("", line(block, ".item-data")),
    )


def product_of(root: etree._Element) -> str:
    """What the page's reviews are about."""
    return line(root, "[itemprop=itemReviewed] [itemprop=name], [id^='product-ttl']")


def _slug(link: str) -> str | None:
    """The name of a review in its address."""
    return link.rstrip("/").rpartition("/content/")[2][:200] or None


def _node_id(root: etree._Element) -> str | None:
    for element in all_of(root, "[id^='node-myreview-'], [data-gallery]"):
        found = _NODE.search(f"{element.get('id') or ''} {element.get('data-gallery') or ''}"[:300])
        if found:
            return found.group(1) or found.group(2)
    return None


def _author(element: etree._Element, page: Page) -> Author:
    name = line(element, ".authorName, [itemprop=author] [itemprop=name], [itemprop=author]")
    link = attribute(element, ".authorName a, a.authorName, [itemprop=author] a", "href")
    profile = absolute(page.url or SITE, link)
    handle = profile.rpartition("/users/")[2] if "/users/" in profile else ""
    return Author(
        id=short(handle, 200),
        name=None if is_nobody(name) else short(name),
        profile_url=short(profile),
    )


def _rating(element: etree._Element) -> ParsedRating:
    """A machine's number, the stars that are lit, or the name of a widget without any.

    The widget is usually called after the number of its stars, lit or not: `…Static-5`.
    """
    said = attribute(element, "meta[itemprop=ratingValue], [itemprop=ratingValue]", "content")
    if said:
        return parse_rating(said)
    for box in all_of(element, ".starsRating") or all_of(element, OLD_STARS)[:1]:
        if all_of(box, ".star, .on, .off"):
            return parse_rating(len(all_of(box, ".on")) or None)
        found = _WIDGET.search(" ".join([box.get("class") or "", *_classes_inside(box)])[:1_000])
        return parse_rating(found.group(1) if found else None)
    return ParsedRating()


def _classes_inside(box: etree._Element) -> list[str]:
    return [one.get("class") or "" for one in all_of(box, "[class*='fivestar']")]


def _date(element: etree._Element) -> str:
    said = attribute(element, "[itemprop=datePublished]", "content", "datetime")
    shown = " ".join((line(element, ".date-created"), line(element, ".time-created"))).strip()
    return said or shown or line(element, ".created, [itemprop=datePublished], .dtreviewed")


def _points(block: etree._Element, selector: str) -> str:
    """Entries of a list of pros or cons, one a line."""
    return "\n".join(
        point for one in all_of(block, f"{selector} li") if (point := element_text(one))
    )
