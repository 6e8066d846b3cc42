"""Reviews of iRecommend, the Russian site of reviews of goods and services."""

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
from crawlers.parsing.irecommend_page import (
    BODY,
    ENTRIES,
    OLD_ENTRIES,
    SITE,
    entry_draft,
    entry_link,
    page_draft,
    product_of,
)
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_CONTENT = re.compile(r"^/content/([^/?#\s]{2,300})")
_SIGN = re.compile(r"list-comments|node-myreview-|reviewBlock|smTeaser")


class IRecommend(PlainRequests):
    """A list shows the beginnings of texts: each review's own page is read for the whole."""

    name: Literal["irecommend"] = "irecommend"
    kind: SourceKind = "review_site"
    access = Access(
        paging="page links; one page more for each review, as lists show beginnings alone",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "title", "text", "pros", "cons", "date",
             "recommends", "usage_period", "media", "product", "claimed_total")
        ),
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The page of a thing or of one review, newest reviews first."""
        found = _CONTENT.match(path_of(url))
        if found is None or not is_of(url, "irecommend.ru"):
            raise UsageError(f"{url!r} names nothing reviewed: expected {SITE}/content/name")
        return (f"{SITE}/content/{found.group(1)}?new=1",)

    def recognises(self, page: Page) -> float:
        """By its host, or by names of classes that it alone uses."""
        if page.looks_like_json:
            return 0.0
        if is_of(page.url, "irecommend.ru"):
            return 0.95
        head = page.text[:300_000]
        return 0.9 if "irecommend.ru" in head and _SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Links to the reviews of a list, or the one review of its page."""
        harvest = Harvest.of(page)
        root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
        if root is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    own = canonical_url(root) or page.url.partition("?")[0]
    if first(root, BODY) is not None:
        harvest.is_known = True
        harvest.drafts.append(page_draft(root, own, page))
    elif first(root, ".list-comments") is not None:
        harvest.is_known = True
        _read_list(all_of(root, ENTRIES) or all_of(root, OLD_ENTRIES), page, harvest)
        harvest.claimed = count(
            attribute(root, "[itemprop=reviewCount]", "content")
            or line(root, "[itemprop=reviewCount]")
            or None
        )
        product = product_of(root)
        for draft in (*harvest.drafts, *harvest.excerpts):
            draft.product = draft.product or product
        following = attribute(root, ".pager-next a, .pager .next a, link[rel=next]", "href")
        harvest.links.append(absolute(page.url or own or SITE, following))


def _read_list(entries: list[etree._Element], page: Page, harvest: Harvest) -> None:
    for number, entry in enumerate(entries, start=1):
        link = entry_link(entry, page)
        draft = entry_draft(entry, link, f"review {number}", page)
        if link:
            harvest.links.append(link)
            harvest.excerpts.append(draft)
        else:
            harvest.drafts.append(draft)


IRECOMMEND = IRecommend()
