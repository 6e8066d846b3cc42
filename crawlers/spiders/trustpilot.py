"""Reviews of companies on Trustpilot: its pages of three generations, and its interface."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import quote, urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.next_data import page_props, props_of
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.structured import Item
from crawlers.parsing.trustpilot_cards import card_drafts
from crawlers.parsing.trustpilot_drawn import drawn_drafts
from crawlers.parsing.trustpilot_rows import SITE, api_draft, jsonld_draft, page_draft
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = "https://api.trustpilot.com/v1/business-units"
MAX_PAGES = 10
"""Pages of twenty that Trustpilot shows without a login."""
API_PAGE = 100

_PATH = re.compile(r"^/(review|reviews)/([^/?#\s]{2,200})")
_UNIT = re.compile(r"/v1/business-units/([0-9a-f]{24})/reviews")
_PAGE_SIGN = re.compile(
    r'content="trustpilot:|name="application-name" content="Trustpilot"|data-business-unit-json-ld'
    r"|trustpilot\.com/#/schema/Review/|data-service-review-card-paper"
)
_API_SIGN = re.compile(
    r'"(?:businessUnit|productReviews|attributeRatings)"\s*:.*"(?:stars|consumer)"\s*:', re.S
)


class Trustpilot:
    """Pages give the newest 200; the interface gives all, to who has a key."""

    name: Literal["trustpilot"] = "trustpilot"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a key of Trustpilot's interface, as robots.txt closes the pages to robots",
        paging="page= of the pages and of the interface",
        max_pages=MAX_PAGES,
        cap=200,
        key="OTZVUK_KEY_TRUSTPILOT",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "title", "text", "date", "edited",
             "verified", "votes", "reply", "product", "language", "claimed_total")
        ),
        terms_url="https://legal.trustpilot.com/for-reviewers/end-user-terms-and-conditions",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A company's page in all languages, newest first; a single review as it is."""
        if host_of(url) == "api.trustpilot.com" and (unit := _UNIT.search(url)):
            return (_api_page(unit.group(1), 1),)
        kind, name = _named(url)
        if kind == "reviews":
            return (f"https://{host_of(url)}/reviews/{name}",)
        return (_address(url, name, 1),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The company is found by its name first; a single review has no such address."""
        if host_of(url) == "api.trustpilot.com" and (unit := _UNIT.search(url)):
            return (_api_page(unit.group(1), 1),)
        kind, name = _named(url)
        return () if kind == "reviews" else (f"{API}/find?{urlencode({'name': name})}",)

    def request(self, address: str, key: str | None) -> PageRequest:
        """The key goes into a header, to the interface alone."""
        if key and address.startswith(f"{API}/"):
            return PageRequest(url=address, headers=(("apikey", key),))
        return PageRequest(url=address)

    def recognises(self, page: Page) -> float:
        """By what the page says of itself: shops show Trustpilot's name as well."""
        head = page.text[:300_000]
        if page.looks_like_json:
            is_api = host_of(page.url) == "api.trustpilot.com" or _API_SIGN.search(head[:20_000])
            return 0.9 if is_api and "trustpilot" in page.url + head[:20_000].casefold() else 0.0
        if "<" not in head:
            return 0.0
        return 0.95 if is_of(page.url, "trustpilot.com") or _PAGE_SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of whatever Trustpilot answered, each id once."""
        harvest = Harvest.of(page)
        (_read_json if page.looks_like_json else _read_html)(page, harvest)
        return harvest.parsed(page, self)


def _read_json(page: Page, found: Harvest) -> None:
    try:
        value = page.json
    except UnreadableJson as error:
        found.problems.append(str(error))
        return
    if props := props_of(value):
        _read_props(props, page, page.url, found)
    elif rows := _api_rows(value):
        _read_api(value, rows, page, found)
    elif isinstance(at(value, "reviews"), list):
        found.is_known = True
    elif at(value, "name", "identifying") and (unit := text_at(value, "id")):
        found.is_known = True
        found.claimed = count(at(value, "numberOfReviews", "total"))
        found.links = [_api_page(unit, 1)]
    elif isinstance(value, dict) and value.keys() & {"fault", "errorCode", "error"}:
        found.blocked = "forbidden"


def _api_rows(value: Any) -> list[dict[str, Any]]:
    """Reviews of a company, of its products, or the one that was asked for."""
    rows = dicts_at(value, "reviews") or dicts_at(value, "productReviews")
    is_one = isinstance(value, dict) and {"stars", "consumer"} <= value.keys()
    return [value] if is_one and not rows else rows


def _read_api(value: Any, rows: list[dict[str, Any]], page: Page, found: Harvest) -> None:
    found.is_known = True
    company = text_at(value, "businessUnit", "displayName")
    found.drafts = [
        api_draft(row, number, company, page) for number, row in enumerate(rows, start=1)
    ]
    goes_on = any(text_at(link, "rel") == "next-page" for link in dicts_at(value, "links"))
    unit = _UNIT.search(page.url)
    number = count(query_of(page.url).get("page")) or 1
    if rows and unit and (goes_on or len(rows) >= API_PAGE):
        found.links = [_api_page(unit.group(1), number + 1)]


def _read_html(page: Page, found: Harvest) -> None:
    root = parse_html(page.text, found.problems)
    if root is None:
        return
    own = page.url or canonical_url(root) or _og_url(root)
    items = jsonld_items(root, found.problems)
    company = next((item for item in items if item.properties.get("aggregaterating")), None)
    if props := page_props(root, found.problems):
        _read_props(props, page, own, found, company.text("name") if company else "")
    found.drafts += card_drafts(root, page, found.problems)
    if not found.drafts:
        found.drafts = drawn_drafts(root, company.text("name") if company else "", page)
    if not (found.drafts or items) and "schema.org/Review" in page.text:
        items = microdata_items(root, own or SITE, found.problems)
    _add_marked_up(items, company, page, found)
    if found.claimed is None and company is not None:
        ratings = next(iter(company.items("aggregaterating")), None)
        found.claimed = count(ratings.first("reviewcount")) if ratings else None
    if found.drafts and not found.links and not props:
        found.links = list(next_pages(root, own, own)[:1]) if own else []


def _read_props(
    props: dict[str, Any], page: Page, own: str, found: Harvest, company: str = ""
) -> None:
    company = text_at(props, "businessUnit", "displayName") or company
    rows = dicts_at(props, "reviews") or dicts_at([props.get("review")])
    found.is_known = found.is_known or "reviews" in props or bool(rows)
    found.drafts += [
        page_draft(row, number, company, page) for number, row in enumerate(rows, start=1)
    ]
    paging = at(props, "filters", "pagination")
    found.claimed = count(at(paging, "totalCount"))
    current, last = count(at(paging, "currentPage")) or 1, count(at(paging, "totalPages")) or 1
    name = _PATH.match(path_of(own))
    if rows and name and current < min(last, MAX_PAGES):
        found.links = [_address(own, name.group(2), current + 1)]


def _add_marked_up(items: list[Item], company: Item | None, page: Page, found: Harvest) -> None:
    """Reviews that only search engines are told of; without an id they may repeat others."""
    known = {draft.native_id for draft in found.drafts}
    name = company.text("name") if company else ""
    marked = [item for item in items if item.is_a("review")]
    drafts = [jsonld_draft(item, number, name, page) for number, item in enumerate(marked, start=1)]
    found.drafts += [
        draft
        for draft in drafts
        if (draft.native_id not in known if draft.native_id else not known)
    ]


def _og_url(root: etree._Element) -> str:
    for meta in root.iter("meta"):
        if meta.get("property") == "og:url":
            return (meta.get("content") or "")[:2_000]
    return ""


def _named(url: str) -> tuple[str, str]:
    """Whether a company or a review is meant, and which."""
    found = _PATH.match(path_of(url)) if is_of(url, "trustpilot.com") else None
    if found is None:
        raise UsageError(f"{url!r} names no company: expected {SITE}/review/example.com")
    return found.group(1), found.group(2)


def _address(url: str, name: str, number: int) -> str:
    """A page of a company's reviews on the same country's site."""
    query = {"languages": "all", "sort": "recency", **({"page": str(number)} if number > 1 else {})}
    host = host_of(url)
    site = f"https://{host}" if host != "trustpilot.com" else SITE
    return f"{site}/review/{quote(name, safe='.-_%')}?{urlencode(query)}"


def _api_page(unit: str, number: int) -> str:
    query = {"perPage": str(API_PAGE), "orderBy": "createdat.desc", "page": str(number)}
    return f"{API}/{quote(unit, safe='')}/reviews?{urlencode(query)}"


TRUSTPILOT = Trustpilot()
