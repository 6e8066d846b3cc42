"""Customer reviews on Amazon's marketplaces, from product pages and lists of reviews."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.amazon_answers import is_answer, markup_of
from crawlers.parsing.amazon_cards import card_draft, cards_of
from crawlers.parsing.amazon_rows import has_rows, row_drafts
from crawlers.parsing.amazon_tables import table_drafts
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.css import attribute, first, line
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

MAX_PAGES = 10
PAGE_REVIEWS = 10

_SITE = re.compile(r"(?:[a-z]+\.)?amazon\.(?:com?\.)?[a-z]{2,3}")
_PRODUCT = re.compile(
    r"/(?:dp|gp/product|gp/aw/d|product-reviews|gp/aw/reviews|product|asin)/([A-Z0-9]{10})(?![A-Z0-9])",
    re.I,
)
_REVIEW = re.compile(r"/(?:gp/customer-reviews|review)/(R[A-Z0-9]{8,20})(?![A-Z0-9])")
_CARD_MARK = re.compile(
    r'data-hook=\\?"review(?:Container)?\\?"|class="a-section review[ "]|id="productReviews"'
)
_OWN_MARK = re.compile(
    r'rel="canonical" href="https?://www\.amazon\.|images-amazon\.com|media-amazon\.com'
    r"|amazonaws\.com/errors|api-services-support@amazon\.com|/gp/profile/amzn1\.account\."
)
_SHELL = (
    "#productTitle, #cm_cr-review_list, #reviewsMedley, [data-hook=reviews-medley-widget], "
    "#cm_cr-product_info, #customerReviews, #productReviews"
)
"""What pages have that could show reviews, whether they do or not."""
_EMPTY_LIST = '["update","#cm_cr-review_list",""]'
"""What an answer to a list's script begins with before it brings reviews, or none."""


class Amazon(PlainRequests):
    """A product page shows some reviews of its country and of others; a list shows all of one."""

    name: Literal["amazon"] = "amazon"
    kind: SourceKind = "marketplace"
    access = Access(
        needs="a signed-in customer's cookies for the lists; product pages are open",
        paging="link to the next page of the list",
        max_pages=MAX_PAGES,
        cap=MAX_PAGES * PAGE_REVIEWS,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "title", "text", "date", "verified",
             "votes", "media", "product", "claimed_total")
        ),
        terms_url="https://www.amazon.com/gp/help/customer/display.html?nodeId=508088",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list, newest first, and the product's page; or the page of one review."""
        host, path = host_of(url), path_of(url)
        if _SITE.fullmatch(host) and (one := _REVIEW.search(path)):
            return (f"https://www.{_bare(host)}/gp/customer-reviews/{one.group(1)}",)
        found = _PRODUCT.search(path)
        number = found.group(1) if found else query_of(url).get("asin", "")
        if not _SITE.fullmatch(host) or not re.fullmatch(r"[A-Za-z0-9]{10}", number):
            raise UsageError(f"{url!r} names no product: expected https://www.amazon.de/dp/B0…")
        site = f"https://www.{_bare(host)}"
        return (_list(site, number.upper()), f"{site}/dp/{number.upper()}")

    def recognises(self, page: Page) -> float:
        """By host; without one, by marks of its cards and where its pictures come from."""
        if page.looks_like_json:
            if is_answer(page):
                return 0.95 if _CARD_MARK.search(page.text) else 0.0
            return 0.9 if has_rows(page.text[:50_000]) else 0.0
        if _SITE.fullmatch(page.host):
            return 0.95
        if not _OWN_MARK.search(page.text):
            return 0.0
        return 0.95 if _CARD_MARK.search(page.text) else 0.6 if _is_wall(page) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every card, each id once: two lists of a page may show the same; rows of a collection."""
        harvest = Harvest.of(page)
        if page.looks_like_json and not is_answer(page):
            harvest.drafts = row_drafts(answer_of(page, harvest.problems), page)
            return harvest.parsed(page, self)
        markup = markup_of(page, harvest.problems) if is_answer(page) else page.text
        root = parse_html(markup, harvest.problems)
        if root is not None:
            _read(root, page, harvest)
        harvest.is_known = harvest.is_known or _EMPTY_LIST in page.text
        return harvest.parsed(page, self)


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    base = page.url or canonical_url(root)
    cards = cards_of(root)
    product = line(root, "#productTitle, .product-title a, a[data-hook=product-link]")
    for number, card in enumerate(cards, start=1):
        draft = card_draft(card, number, page, base)
        draft.product = draft.product or product
        harvest.drafts.append(draft)
    if not cards:
        harvest.drafts = table_drafts(root, page, base)
        for draft in harvest.drafts:
            draft.product = product
    harvest.is_known = bool(harvest.drafts) or first(root, _SHELL) is not None
    if not harvest.is_known:
        harvest.blocked = _obstacle(root, page)
    harvest.claimed = _claimed(root)
    if link := _next_url(root, base) if harvest.drafts else "":
        harvest.links.append(link)


def _obstacle(root: etree._Element, page: Page) -> BlockedReason | None:
    if first(root, "form[name=signIn], #ap_email, #ap_email_login") is not None:
        return "login"
    if "Sorry! Something went wrong" in page.text[:5_000]:
        return "rate_limited"
    return blocked_reason(page)


def _is_wall(page: Page) -> bool:
    return blocked_reason(page) is not None


def _claimed(root: etree._Element) -> int | None:
    """Reviews with words where they are told apart; else what the page calls their number."""
    told = line(root, "[data-hook=cr-filter-info-review-rating-count]")
    numbers = re.findall(r"\d{1,3}(?:[.,\s]\d{3})+|\d+", told)
    if numbers:
        return count(numbers[-1])
    return count(line(root, "[data-hook=total-review-count], .totalReviewCount") or None)


def _next_url(root: etree._Element, base: str) -> str:
    """The next page of a list; from a product's page, its list."""
    following = attribute(root, ".a-pagination .a-last a", "href")
    if following:
        return absolute(base, following)
    every = absolute(base, attribute(root, "a[data-hook=see-all-reviews-link-foot]", "href"))
    found = _PRODUCT.search(path_of(every))
    host = host_of(every)
    return _list(f"https://www.{_bare(host)}", found.group(1)) if found and host else ""


def _list(site: str, number: str) -> str:
    query = "sortBy=recent&reviewerType=all_reviews&pageNumber=1"
    return f"{site}/product-reviews/{number}/?{query}"


def _bare(host: str) -> str:
    """The marketplace without `smile.` or `m.`."""
    return host[host.index("amazon.") :]


AMAZON = Amazon()
