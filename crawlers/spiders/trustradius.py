"""Reviews of business software on TrustRadius, by people whose role is confirmed."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from lxml import etree
from msgspec.structs import replace

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.b2b_reviews import B2bSite, read_reviews
from crawlers.parsing.css import all_of, line
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.next_data import page_props
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.text import element_text, one_line
from crawlers.parsing.trustradius_flight import BEST, SITE, flight_drafts
from crawlers.parsing.trustradius_rows import data_drafts
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

PAGE_REVIEWS = 10
FACTS = 3
"""Lines that a page of today shows below an author."""
_PRODUCT = re.compile(r"^/products/([\w.-]{1,150})(?:/|$)")
_REVIEW = re.compile(r"^/reviews/[\w.-]{3,200}/?$")
_SIGN = re.compile(
    r'Review_review|trustradius\.com/(?:products|reviews)/[\w.-]+"?[^<>]{0,80}rel="canonical"'
    r'|rel="canonical"[^<>]{0,80}trustradius\.com/|content="TrustRadius"'
)
_DATA_SIGN = re.compile(
    r'"(?:reviewerJobType|reviewerDepartment|verbatims)"\s*:|"trScore"\s*:|trustradius\.com/reviews/'
)
_CARDS = B2bSite(
    home=SITE,
    cards="article[class*='Review_review'], [itemprop=review], .serp-row.review, .review-card",
    review_link=re.compile(r"trustradius\.com/reviews/([\w.-]{3,200})"),
    best=BEST,
)


class TrustRadius(PlainRequests):
    """The stream of the pages of today, and the markup of those before; 1 to 10 points."""

    name: Literal["trustradius"] = "trustradius"
    kind: SourceKind = "review_site"
    access = Access(
        paging="page= of the list of all reviews, ten a page",
        gives=frozenset(
            ("id", "author", "author_role", "author_company", "rating", "title", "text", "pros",
             "cons", "date", "usage_period", "product", "claimed_total")
        ),
        terms_url="https://www.trustradius.com/static/terms-of-use",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """All reviews of a product, or the page of one review."""
        path = path_of(url)
        found = _PRODUCT.match(path) if is_of(url, "trustradius.com") else None
        if found:
            return (_address(found.group(1), 1),)
        if is_of(url, "trustradius.com") and _REVIEW.match(path):
            return (f"{SITE}{path}",)
        raise UsageError(f"{url!r} names no product: expected {SITE}/products/name/reviews")

    def recognises(self, page: Page) -> float:
        """By its host or what the page says of itself."""
        if is_of(page.url, "trustradius.com"):
            return 0.95
        if page.looks_like_json:
            return 0.8 if _DATA_SIGN.search(page.text[:50_000]) else 0.0
        head = page.text[:300_000]
        return 0.9 if "trustradius.com" in head and _SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews of the stream or state where there is one, else of the page; those of data."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_answer(answer_of(page, harvest.problems), page, harvest)
            return harvest.parsed(page, self)
        root = parse_html(page.text, harvest.problems)
        if root is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read_answer(answer: Any, page: Page, harvest: Harvest) -> None:
    """An answer of the older interface, or of the one for vendors' sites."""
    harvest.drafts = data_drafts(answer, page)
    harvest.is_known = at(answer, "records") == []
    seen = (count(query_of(page.url).get("offset")) or 0) + len(harvest.drafts)
    harvest.claimed = count(at(answer, "total") or at(answer, "metadata", "totalCount"))
    if harvest.drafts and seen < (harvest.claimed or 0) and "/api/" in path_of(page.url):
        parts = urlsplit(page.url)
        query = query_of(page.url) | {"offset": str(seen)}
        harvest.links.append(parts._replace(query=urlencode(query), fragment="").geturl())


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    streamed = flight_drafts(root, page) or data_drafts(page_props(root, harvest.problems), page)
    if streamed:
        product = re.sub(r"\s+Reviews.*$", "", line(root, "h1"))
        for draft in streamed:
            draft.product = draft.product or product
        harvest.drafts = streamed
    else:
        read_reviews(root, page, harvest, _CARDS)
        _introduce(root, harvest.drafts)
    own = page.url or canonical_url(root)
    if following := next_pages(root, own, own)[:1] if own else ():
        harvest.links.extend(following)
        return
    found = _PRODUCT.match(path_of(own))
    number = count(query_of(own).get("page")) or 1
    is_last = harvest.claimed is not None and harvest.claimed <= number * PAGE_REVIEWS
    if found and len(harvest.drafts) >= PAGE_REVIEWS and not is_last:
        harvest.links.append(_address(found.group(1), number + 1))


def _introduce(root: etree._Element, drafts: list[Draft]) -> None:
    """Role and company of authors whom the markup names alone: they stand below the link to them.

    The lines are: department and level, role, company.
    """
    shown: dict[str, list[str]] = {}
    for link in all_of(root, "a[class*=authorLink]")[:1_000]:
        below = link.getnext()
        if below is not None:
            lines = [one_line(element_text(one)) for one in below.iterchildren(etree.Element)]
            shown.setdefault(one_line(element_text(link)).casefold(), lines)
    for draft in drafts:
        lines = shown.get((draft.author.name or "").casefold(), [])
        if len(lines) >= FACTS and draft.author.role is None and draft.author.company is None:
            draft.author = replace(draft.author, role=short(lines[1]), company=short(lines[2]))


def _address(product: str, number: int) -> str:
    base = f"{SITE}/products/{product}/reviews/all"
    return f"{base}?page={number}" if number > 1 else base


TRUSTRADIUS = TrustRadius()
