"""Reviews of business software on G2."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of
from crawlers.parsing.b2b_reviews import B2bSite, read_reviews
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

SITE = "https://www.g2.com"
_PRODUCT = re.compile(r"^/products/([\w.-]{1,150})(?:/|$)")
_SIGN = re.compile(
    r'rel="canonical"[^<>]{0,80}//www\.g2\.com/|//www\.g2\.com/products/[^<>]{0,200}rel="canonical"'
    r'|property="og:site_name" content="G2"|content="G2" property="og:site_name"'
)
_CARDS = B2bSite(
    home=SITE,
    cards="[itemprop=review], article[id^='survey-response-'], .paper--review",
    review_link=re.compile(r"/products/[\w.-]+/reviews/[\w.-]*?(\d{4,12})(?:[/?#]|$)"),
)


class G2Crowd(PlainRequests):
    """Answers to what one likes best and dislikes, with the reviewer's role and company size."""

    name: Literal["g2"] = "g2"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a browser: G2 shows robots a captcha, and its robots.txt closes the reviews",
        paging="the page's own next links",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "rating", "title", "text", "pros",
             "cons", "date", "verified", "product", "claimed_total")
        ),
        terms_url="https://legal.g2.com/terms-of-use",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A product's reviews, newest first."""
        found = _PRODUCT.match(path_of(url)) if is_of(url, "g2.com", "g2crowd.com") else None
        if found is None:
            raise UsageError(f"{url!r} names no product: expected {SITE}/products/name/reviews")
        return (f"{SITE}/products/{found.group(1)}/reviews?order=most_recent",)

    def recognises(self, page: Page) -> float:
        """By its host or what the page says of itself."""
        if page.looks_like_json:
            return 0.0
        if is_of(page.url, "g2.com", "g2crowd.com"):
            return 0.95
        return 0.9 if _SIGN.search(page.text[:100_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every marked-up review with what its card shows."""
        harvest = Harvest.of(page)
        root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
        if root is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    read_reviews(root, page, harvest, _CARDS)
    own = page.url or canonical_url(root)
    if harvest.drafts and own:
        harvest.links.extend(next_pages(root, own, own)[:1])


G2 = G2Crowd()
