"""Reviews of business software on Capterra, in any of its countries."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.b2b_reviews import B2bSite, read_reviews
from crawlers.parsing.capterra_rows import row_draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

SITE = "https://www.capterra.com"
REST = f"{SITE}/spotlight/rest/reviews"
REST_PAGE = 50

_PRODUCT = re.compile(r"^/(?:p/(\d{3,9})/([\w%.-]{1,150})|reviews/(\d{3,9})/([\w%.-]{1,150}))")
_HOST = re.compile(r"(?:.*\.)?capterra\.[a-z.]{2,6}")
_ROW_SIGN = re.compile(r'"(?:globalReviewId|timeUsedProduct|consText)"\s*:')
_SIGN = re.compile(
    r'rel="canonical"[^<>]{0,80}capterra\.[a-z.]{2,6}/|capterra\.[a-z.]{2,6}/[^<>]{0,200}'
    r'rel="canonical"|property="og:site_name" content="Capterra"'
)
_CARDS = B2bSite(
    home=SITE,
    cards=(
        ".review-card, [data-test-id=review-card], [data-testid=review-card], [itemprop=review], "
        "[data-test-id=review-cards-container] div.typo-10.p-6"
    ),
    body="[itemprop=reviewBody], div[class*='!mt-4'] > p",
    review_link=re.compile(r"capterra\.[a-z.]{2,6}/[\w/%.-]*reviews?/[\w%.-]*?(\d{5,10})/?(?:#|$)"),
)


class Capterra(PlainRequests):
    """Pages with their cards and markup, and the answers that the pages load."""

    name: Literal["capterra"] = "capterra"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a browser: Capterra shows robots a captcha",
        paging="the page's own next links; from= of the answers",
        gives=frozenset(
            ("id", "author", "author_role", "author_company", "rating", "title", "text", "pros",
             "cons", "date", "usage_period", "reply", "product", "language", "sub_ratings",
             "claimed_total")
        ),
        terms_url="https://www.capterra.com/legal/terms-of-use/",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A product's reviews, on the site of the same country."""
        found = _PRODUCT.match(path_of(url))
        host = host_of(url)
        if found is None or not _HOST.fullmatch(host):
            raise UsageError(f"{url!r} names no product: expected {SITE}/p/123456/Name/reviews/")
        if found.group(3):
            return (f"https://www.{host}/reviews/{found.group(3)}/{found.group(4)}",)
        return (f"https://www.{host}/p/{found.group(1)}/{found.group(2)}/reviews/",)

    def recognises(self, page: Page) -> float:
        """By its host, by names of its answers, or what the page says of itself."""
        head = page.text[:100_000]
        if page.looks_like_json:
            return 0.95 if _ROW_SIGN.search(head) and '"hits"' in head else 0.0
        if _HOST.fullmatch(page.host):
            return 0.95
        return 0.9 if _SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Hits of an answer, or the reviews of a page."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_hits(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _read_hits(page: Page, harvest: Harvest) -> None:
    try:
        value = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    if not isinstance(at(value, "hits"), list):
        return
    harvest.is_known = True
    rows = dicts_at(value, "hits")
    harvest.drafts = [row_draft(row, place, page) for place, row in enumerate(rows, start=1)]
    total = at(value, "totalHits")
    harvest.claimed = count(at(total, "value") if isinstance(total, dict) else total)
    product = text_at(rows, 0, "productId")
    start = (count(query_of(page.url).get("from")) or 0) + len(rows)
    if product.isdigit() and start < (harvest.claimed or 0):
        harvest.links.append(_rest(product, start))


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    read_reviews(root, page, harvest, _CARDS)
    own = page.url or canonical_url(root)
    if harvest.drafts and own:
        harvest.links.extend(next_pages(root, own, own)[:1])


def _rest(product: str, start: int) -> str:
    query: dict[str, Any] = {
        "apiVersion": 2, "productId": product, "from": start, "size": REST_PAGE,
        "sort": "mostRecent",
    }  # fmt: skip
    return f"{REST}?{urlencode(query)}"


CAPTERRA = Capterra()
