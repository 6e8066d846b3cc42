"""Reviews of goods in shops made with Magento: the GraphQL interface, others, drawn pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import msgspec
from lxml import etree

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.css import attribute, first, line
from crawlers.parsing.draft import Draft, address
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.magento_cards import LISTS, card_drafts
from crawlers.parsing.magento_rows import is_shown, loose_rows, row_draft
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

QUERY = (
    "query($key:String!,$page:Int!){products(filter:{url_key:{eq:$key}}){items{sku name "
    "review_count reviews(pageSize:20,currentPage:$page){items{nickname summary text "
    "average_rating created_at ratings_breakdown{name value}}"
    "page_info{current_page total_pages}}}}}"
)
_SIGNS = (
    ('"average_rating"', '"nickname"'), ('"nickname"', '"detail"', '"title"'),
    ('"nickname"', '"summary"', '"text"'),
)  # fmt: skip
"""Names of the GraphQL interface, and of others: shops' modules write those less surely."""
_SHOWN = (
    re.compile(r"<li[^<>]{0,200}\breview-item\b"),
    re.compile(r"\b(?:review-details-value|rating-result|review-content)\b"),
)
_SHOWN_FIRST = (
    re.compile(r"id=[\"']customer-reviews[\"']|\bbox-reviews\b"),
    re.compile(r"\bratings-table\b|/review/product/view/id/\d"),
)
"""What stands together in lists of the second version, and of the first."""
_NEXT = "a.action.next[href], .pages-item-next a[href], .pager a.next[href], .pager .next a[href]"
_ASKED_LATER = re.compile(r'"productReviewUrl"\s*:\s*"(https?:[^"\s]{10,500})"')
"""Where the script of a product's page asks for the list that the page does not have."""
_AMOUNT = ".toolbar-amount, .pager .amount"
_KEY = re.compile(r"/([\w%-]{2,200})(?:\.html?)?/?$")
_CATEGORIES: dict[str, BlockedReason] = {
    "graphql-authorization": "forbidden", "graphql-authentication": "login",
}  # fmt: skip


class Magento(PlainRequests):
    """A question in the address, which the interface answers to everybody."""

    name: Literal["magento"] = "magento"
    kind: SourceKind = "own_site"
    access = Access(
        paging="currentPage up to page_info.total_pages",
        gives=frozenset(
            ("author", "rating", "title", "text", "date", "product", "sub_ratings",
             "claimed_total")
        ),
        terms_url="https://developer.adobe.com/commerce/webapi/graphql/schema/products/",
        evidence="documentation",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The question for the product whose page ends in its key."""
        if address(url) and "." in host_of(url):
            parts = urlsplit(url)
            if parts.path.endswith("/graphql") and "query" in query_of(url):
                return (url,)
            if found := _KEY.search(parts.path):
                return (_asked(f"{parts.scheme}://{parts.netloc}/graphql", found.group(1), 1),)
        raise UsageError(f"{url!r} names no product: expected https://shop.example/name.html")

    def recognises(self, page: Page) -> float:
        """By the names of the answer, or by the lists that the themes draw."""
        if not page.looks_like_json:
            versions = (_SHOWN, _SHOWN_FIRST)
            is_drawn = any(all(one.search(page.text) for one in marks) for marks in versions)
            return 0.65 if is_drawn else 0.0
        head = page.text[:50_000]
        known = [all(name in head for name in names) for names in _SIGNS]
        return 0.9 if known[0] else 0.65 if any(known) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews of every product of the answer, or of the page."""
        harvest = Harvest.of(page)
        if not page.looks_like_json:
            if (root := parse_html(page.text, harvest.problems)) is not None:
                page = page if page.url else replace(page, url=canonical_url(root))
                _read_page(root, page, harvest)
            return harvest.parsed(page, self)
        answer = answer_of(page, harvest.problems)
        products = dicts_at(answer, "data", "products", "items")
        harvest.is_known = isinstance(at(answer, "data", "products", "items"), list)
        for product in products:
            _read(product, page, harvest)
        if harvest.is_known and not products:
            harvest.problems.append("the shop knows no such product")
        if not harvest.is_known:
            _read_rows(answer, page, harvest)
        _tell_apart(harvest.drafts)
        _read_errors(answer, harvest)
        return harvest.parsed(page, self)


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """A product's page, its list of reviews, or the piece that its script asks for."""
    harvest.is_known = first(root, LISTS) is not None
    product = line(root, ".product-name h1, h1.page-title, h1")
    for draft in card_drafts(root, page, root.get("lang") or "", harvest.problems):
        draft.product = product
        harvest.drafts.append(draft)
    _tell_apart(harvest.drafts)
    numbers = re.findall(r"\d{1,3}(?:[.,\s]\d{3})+|\d+", line(root, _AMOUNT)[:200])
    harvest.claimed = count(numbers[-1]) if harvest.drafts and numbers else None
    following = _following(root, page, harvest)
    harvest.is_known = harvest.is_known or bool(following)
    link = absolute(page.url, following)
    if link and link != page.url:
        harvest.links.append(link)


def _following(root: etree._Element, page: Page, harvest: Harvest) -> str:
    """The next page of a list; from a product's page without one, the list itself."""
    if harvest.drafts:
        return attribute(root, _NEXT, "href")
    asked = _ASKED_LATER.search(page.text)
    return asked.group(1).replace("\\/", "/") if asked else ""


def _read_rows(answer: Any, page: Page, harvest: Harvest) -> None:
    """Rows of other interfaces: of modules, of the shop's own search, of a customer."""
    for place, (row, product) in enumerate(loose_rows(answer), start=1):
        harvest.is_known = True
        if is_shown(row):
            harvest.drafts.append(row_draft(row, product, place, page))
        else:
            harvest.skipped["review that the shop has not published"] += 1


def _tell_apart(drafts: list[Draft]) -> None:
    """Reviews without ids that are alike are not one."""
    alike: Counter[str] = Counter()
    for draft in drafts:
        if draft.native_id is None:
            identity = draft.review_id("magento")
            draft.ordinal = alike[identity]
            alike[identity] += 1


def _read(product: dict[str, Any], page: Page, harvest: Harvest) -> None:
    rows = dicts_at(product, "reviews", "items")
    harvest.drafts.extend(
        row_draft(row, product, place, page)
        for place, row in enumerate(rows, start=len(harvest.drafts) + 1)
    )
    harvest.claimed = (harvest.claimed or 0) + (count(at(product, "review_count")) or 0)
    current = count(at(product, "reviews", "page_info", "current_page")) or 1
    if rows and current < (count(at(product, "reviews", "page_info", "total_pages")) or 0):
        _link_next(current + 1, page, harvest)


def _link_next(number: int, page: Page, harvest: Harvest) -> None:
    try:
        key = text_at(msgspec.json.decode(query_of(page.url).get("variables", "{}")), "key")
    except (msgspec.DecodeError, UnicodeError):
        key = ""
    if key:
        harvest.links.append(_asked(page.url.partition("?")[0], key, number))
    else:
        harvest.problems.append("further pages exist, but not of what: give the address (--url)")


def _read_errors(answer: Any, harvest: Harvest) -> None:
    for error in dicts_at(answer, "errors")[:10]:
        said = text_at(error, "message")[:200]
        harvest.problems.append(f"the shop answers with an error: {said}")
        category = text_at(error, "extensions", "category") or text_at(error, "category")
        harvest.blocked = harvest.blocked or _CATEGORIES.get(category)


def _asked(place: str, key: str, number: int) -> str:
    variables = msgspec.json.encode({"key": key, "page": number}).decode()
    return f"{place}?{urlencode({'query': QUERY, 'variables': variables})}"


MAGENTO = Magento()
