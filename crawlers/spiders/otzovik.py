"""Reviews of Otzovik, the Russian site of reviews of anything."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import parse_html
from crawlers.parsing.otzovik_page import (
    LISTED,
    REVIEW_LINK,
    SITE,
    card_draft,
    is_excerpt,
    link_of,
    product_of,
)  # fmt: skip
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_LIST = re.compile(r"^/reviews/([^/?#\s]{2,300})")
_SIGN = re.compile(
    r'review-list-chunk|otzovik\.com/review_\d|class="[^"]*\breview-(?:plus|minus|postdate)\b'
)
_WALL = re.compile(r"много обращений к сайту|введите символы, изображ", re.I)


class Otzovik(PlainRequests):
    """A list shows the beginning of a text alone: then the review's own page is read for it."""

    name: Literal["otzovik"] = "otzovik"
    kind: SourceKind = "review_site"
    access = Access(
        paging="page links; one page more for each review of which the list shows an excerpt",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "title", "text", "pros", "cons", "date",
             "recommends", "usage_period", "votes", "media", "product", "sub_ratings",
             "claimed_total")
        ),
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A list, newest first, or the page of one review."""
        path = path_of(url)
        if is_of(url, "otzovik.com") and (one := REVIEW_LINK.search(path)):
            return (f"{SITE}{one.group()}",)
        found = _LIST.match(path)
        if found is None or not is_of(url, "otzovik.com"):
            raise UsageError(f"{url!r} names nothing reviewed: expected {SITE}/reviews/name/")
        return (f"{SITE}/reviews/{found.group(1)}/?order=date_desc",)

    def recognises(self, page: Page) -> float:
        """By its host, or by names of classes that it alone uses."""
        if page.looks_like_json:
            return 0.0
        if is_of(page.url, "otzovik.com"):
            return 0.95
        head = page.text[:300_000]
        return 0.9 if "otzovik.com" in head and _SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews of a list or the one of a page, links to those shown in part."""
        harvest = Harvest.of(page)
        root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
        if root is not None and _WALL.search(page.text[:60_000]):
            harvest.blocked = "captcha"
        elif root is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    own = page.url or canonical_url(root)
    cards = [] if REVIEW_LINK.search(path_of(own)) else all_of(root, LISTED)
    product = product_of(root)
    if cards:
        _read_list(cards, page, harvest)
        harvest.claimed = count(line(root, "[itemprop=reviewCount]") or None) or count(
            attribute(root, "[itemprop=reviewCount]", "content") or None
        )
        _link_next(root, own, harvest)
    elif first(root, ".review-body, .review-plus, .product-props") is not None:
        link = own if REVIEW_LINK.search(own) else link_of(root)
        harvest.drafts.append(card_draft(root, link, "review", page))
    harvest.is_known = bool(cards) or first(root, ".product-header, .review-list-chunk") is not None
    for draft in (*harvest.drafts, *harvest.excerpts):
        draft.product = product


def _read_list(cards: list[etree._Element], page: Page, harvest: Harvest) -> None:
    for number, card in enumerate(cards, start=1):
        link = link_of(card)
        draft = card_draft(card, link, f"review {number}", page)
        if link and is_excerpt(card):
            harvest.links.append(link)
            harvest.excerpts.append(draft)
        else:
            harvest.drafts.append(draft)


def _link_next(root: etree._Element, own: str, harvest: Harvest) -> None:
    """After the reviews of this page, the next page of the list."""
    following = attribute(root, ".pager a.next, a.pager-item.next, link[rel=next]", "href")
    if link := absolute(own or SITE, following):
        harvest.links.append(link)


OTZOVIK = Otzovik()
