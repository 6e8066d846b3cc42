"""Reviews of goods in shops made with Magento, by the GraphQL interface that every one has."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import msgspec

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import one_line, plain_text
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind

QUERY = (
    "query($key:String!,$page:Int!){products(filter:{url_key:{eq:$key}}){items{sku name "
    "review_count reviews(pageSize:20,currentPage:$page){items{nickname summary text "
    "average_rating created_at ratings_breakdown{name value}}"
    "page_info{current_page total_pages}}}}}"
)
BEST, WORST = 100, 20
"""Five stars are a hundred per cent, one is twenty."""

_SIGN = ('"average_rating"', '"nickname"')
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
        """By the names of the answer."""
        head = page.text[:50_000] if page.looks_like_json else ""
        return 0.9 if all(name in head for name in _SIGN) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews of every product of the answer."""
        harvest = Harvest.of(page)
        try:
            answer = page.json if page.looks_like_json else None
        except UnreadableJson as error:
            harvest.problems.append(str(error))
            answer = None
        products = dicts_at(answer, "data", "products", "items")
        harvest.is_known = isinstance(at(answer, "data", "products", "items"), list)
        for product in products:
            _read(product, page, harvest)
        if harvest.is_known and not products:
            harvest.problems.append("the shop knows no such product")
        _read_errors(answer, harvest)
        return harvest.parsed(page, self)


def _read(product: dict[str, Any], page: Page, harvest: Harvest) -> None:
    rows = dicts_at(product, "reviews", "items")
    alike: dict[str, int] = {}
    for row in rows:
        draft = _draft(row, product, len(harvest.drafts) + 1, page)
        identity = draft.review_id("magento")
        draft.ordinal = alike[identity] = alike.get(identity, -1) + 1
        harvest.drafts.append(draft)
    harvest.claimed = (harvest.claimed or 0) + (count(at(product, "review_count")) or 0)
    current = count(at(product, "reviews", "page_info", "current_page")) or 1
    if rows and current < (count(at(product, "reviews", "page_info", "total_pages")) or 0):
        _link_next(current + 1, page, harvest)


def _draft(row: dict[str, Any], product: dict[str, Any], number: int, page: Page) -> Draft:
    name = one_line(plain_text(text_at(row, "nickname")))
    title, text = (plain_text(text_at(row, part)) for part in ("summary", "text"))
    rated = {
        label: stars
        for one in dicts_at(row, "ratings_breakdown")[:20]
        if (label := short(text_at(one, "name"), 100))
        and (stars := parse_rating(text_at(one, "value")).stars)
    }
    sku = short(text_at(product, "sku"), 100)
    return Draft(
        where=f"review {number}",
        scope=page.host,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=parse_rating(text_at(row, "average_rating"), best=BEST, worst=WORST),
        title="" if title == text else one_line(title),
        text=text,
        product=one_line(plain_text(text_at(product, "name"))),
        url=page.url.partition("/graphql")[0],
        published=parse_date(text_at(row, "created_at"), page.fetched_at),
        extra={"sub_ratings": rated} | ({"product_id": sku} if sku else {}),
    )


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
