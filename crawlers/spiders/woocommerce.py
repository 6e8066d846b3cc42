"""Reviews of goods in shops made with WooCommerce: either interface, or a product's own page."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, flag_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import one_line, plain_text
from crawlers.parsing.wordpress_comments import wordpress_comments
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind

OPEN = "/wp-json/wc/store/v1/products/reviews"
KEYED = "/wp-json/wc/v3/products/reviews"
PAGE_REVIEWS = 100
DEFAULT_REVIEWS = 10
"""What either interface gives at once when it is not asked for more."""

_LIST = re.compile(r"^(.{0,300}?)/wp-json/wc/[\w/.-]{2,40}/reviews/?$")
_SHOWN = re.compile(
    r"\bwoocommerce-Reviews\b|\bwoocommerce-review__(?:author|published-date)\b"
    r"|\bwp-block-woocommerce-product-reviews?\b|\bwc-block-review-list-item__(?:text|author)\b"
)
_ENDS_OF_VALUE = frozenset("\"'<>")
_LISTS = ".woocommerce-Reviews, .wp-block-woocommerce-product-reviews, .wc-block-review-list"
_NEXT = "#reviews .woocommerce-pagination a.next, #comments .woocommerce-pagination a.next"
_TOTAL = re.compile(r"^(\d[\d.,]{0,8})|\((\d[\d.,]{0,8})\)\s*$")
_NUMBER = re.compile(r"(?:^|\s)postid-(\d{1,12})(?:\s|$)")
_SIGN = re.compile(r'"(?:date_created_gmt|formatted_date_created|product_permalink)"\s*:')
_OLDER = (
    ('"product_review', '"reviewer_name"', '"review"'),
    ('"date_created"', '"review"', '"email"', '"verified"'),
)
"""Names of the keyed interface before its third version, and of the first that there was."""
_NAMES = ("reviewer", "reviewer_name", "name")
_DATES = ("date_created_gmt", "date_created", "created_at")
_ERRORS: tuple[tuple[str, BlockedReason], ...] = (
    ("no_route", "not_found"), ("cannot", "forbidden"), ("forbidden", "forbidden"),
    ("authentication", "login"), ("not_logged_in", "login"), ("rate_limit", "rate_limited"),
)  # fmt: skip


class WooCommerce:
    """Any shop may be one: its interface lies at the same place in each."""

    name: Literal["woocommerce"] = "woocommerce"
    kind: SourceKind = "own_site"
    access = Access(
        needs="nothing; consumer key and secret, as ck_…:cs_…, for the shop's own interface",
        paging="page= until a page is not full",
        key="OTZVUK_KEY_WOOCOMMERCE",
        gives=frozenset(
            ("id", "author", "rating", "text", "date", "verified", "product")
        ),
        terms_url="https://woocommerce.com/document/woocommerce-rest-api/",
        evidence="documentation",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """All reviews of the shop, or of the product whose number is given, newest first."""
        return (_first(url, OPEN, {"orderby": "date", "order": "desc"}),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same by the interface for the shop itself."""
        return (_first(url, KEYED, {"orderby": "date_gmt", "order": "desc"}),)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the key as Basic authentication, over TLS and to the keyed interface alone."""
        parts = urlsplit(address)
        if not key or parts.scheme != "https" or not parts.path.endswith(KEYED):
            return PageRequest(url=address)
        word = base64.b64encode(key.encode()).decode()
        return PageRequest(url=address, headers=(("Authorization", f"Basic {word}"),))

    def recognises(self, page: Page) -> float:
        """By the place of the interface, or by its names; a product's page by its list."""
        if not page.looks_like_json and _shows_reviews(page.text):
            return 0.65
        if _LIST.match(urlsplit(page.url).path if host_of(page.url) else ""):
            return 0.95
        head = page.text[:50_000] if page.looks_like_json else ""
        is_list = '"reviewer"' in head and '"review"' in head
        if is_list and _SIGN.search(head):
            return 0.9
        return 0.7 if any(all(name in head for name in names) for names in _OLDER) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every published review of the page."""
        harvest = Harvest.of(page)
        if not page.looks_like_json:
            if (root := parse_html(page.text, harvest.problems)) is not None:
                page = page if page.url else replace(page, url=canonical_url(root))
                _read_page(root, page, harvest)
            return harvest.parsed(page, self)
        answer = answer_of(page, harvest.problems)
        listed = _listed(answer)
        rows = listed or []
        for number, row in enumerate(rows, start=1):
            _read(row, number, page, harvest)
        harvest.is_known = bool(harvest.drafts or harvest.skipped) or listed == []
        asked = count(query_of(page.url).get("per_page")) or DEFAULT_REVIEWS
        if harvest.drafts and len(rows) >= asked and host_of(page.url):
            current = count(query_of(page.url).get("page")) or 1
            harvest.links.append(_page(page.url, current + 1))
        harvest.blocked = _refusal(answer)
        return harvest.parsed(page, self)


def _shows_reviews(text: str) -> bool:
    """Whether an element has one of the class names: any page of a shop, its blog with it, has
    some of them in styles and scripts."""
    for found in _SHOWN.finditer(text):
        _, is_class, value = text[max(0, found.start() - 300) : found.start()].rpartition("class=")
        if is_class and _ENDS_OF_VALUE.isdisjoint(value[1:]):
            return True
    return False


def _listed(answer: Any) -> list[Any] | None:
    """The rows of a list, of the first interface's envelope, or the one that was asked for."""
    if isinstance(answer, dict):
        found = at(answer, "product_reviews")
        one = at(answer, "product_review")
        single = one if isinstance(one, dict) else answer
        is_row = isinstance(at(single, "review"), str)
        return found if isinstance(found, list) else [single] if is_row else None
    return answer if isinstance(answer, list) else None


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """A product's page; its reviews have the ids that the interface gives them."""
    comments = wordpress_comments(root, page, root.get("lang") or "", harvest.problems)
    harvest.drafts = [draft for draft in comments.drafts if not draft.is_mention]
    harvest.skipped.update(comments.skipped)
    product = line(root, "h1.product_title, .product_title")
    number = _NUMBER.search(attribute(root, "body.single-product", "class"))
    for draft in harvest.drafts:
        draft.product = product
        draft.extra = {"product_id": number.group(1)} if number else {}
    harvest.drafts += [
        _block_draft(item, place, page, product)
        for place, item in enumerate(all_of(root, "li.wc-block-review-list-item__item"), start=1)
    ]
    total = _TOTAL.search(line(root, ".woocommerce-Reviews-title")[:300])
    harvest.claimed = count(total.group(1) or total.group(2)) if total else None
    harvest.is_known = bool(harvest.drafts) or first(root, _LISTS) is not None
    following = absolute(page.url, attribute(root, _NEXT, "href"))
    if harvest.drafts and following and following != page.url:
        harvest.links.append(following)


def _block_draft(item: etree._Element, place: int, page: Page, product: str) -> Draft:
    """One item of the block that shows reviews of many goods; it gives no ids."""
    name = line(item, ".wc-block-review-list-item__author")
    stars = "[class*=review-list-item__rating__stars]"
    told = attribute(item, f"{stars}[aria-label]", "aria-label") or line(item, stars)
    day = attribute(item, "time[datetime]", "datetime")
    verified = first(item, ".wc-block-review-list-item__verified")
    return Draft(
        where=f"block review {place}",
        scope=page.host,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=parse_rating(told),
        text=text(item, ".wc-block-review-list-item__text"),
        product=line(item, ".wc-block-review-list-item__product") or product,
        url=attribute(item, ".wc-block-review-list-item__product a[href]", "href") or page.url,
        published=parse_date(day, page.fetched_at),
        verified_purchase=True if verified is not None else None,
    )


def _read(row: Any, number: int, page: Page, harvest: Harvest) -> None:
    draft = _draft(row, number, page)
    status = text_at(row, "status")
    if draft.native_id is None or not isinstance(at(row, "review"), str):
        harvest.problems.append(f"{draft.where}: dropped, it is no review with an id")
    elif status not in ("", "approved"):
        harvest.skipped["review that the shop has not published"] += 1
    else:
        harvest.drafts.append(draft)


def _draft(row: Any, number: int, page: Page) -> Draft:
    """One review; the reviewer's address of mail, which the keyed interface adds, is left out."""
    name = one_line(plain_text(_first_of(row, _NAMES)))
    product = text_at(row, "product_id")
    said_when = _first_of(row, _DATES)
    return Draft(
        where=f"review {number}",
        native_id=text_at(row, "id")[:100] or None,
        scope=page.host,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=_rating(row),
        text=plain_text(text_at(row, "review")),
        product=one_line(plain_text(text_at(row, "product_name"))),
        url=text_at(row, "product_permalink"),
        published=parse_date(said_when, page.fetched_at),
        verified_purchase=flag_at(row, "verified"),
        extra={"product_id": product[:30]} if product else {},
    )


def _first_of(row: Any, names: tuple[str, ...]) -> str:
    return next((said for name in names if (said := text_at(row, name))), "")


def _rating(row: Any) -> ParsedRating:
    """0 is written where no stars were given."""
    stars = text_at(row, "rating")
    return ParsedRating() if stars in ("0", "0.0") else parse_rating(stars)


def _refusal(answer: Any) -> BlockedReason | None:
    code = text_at(answer, "code").casefold()
    return next((why for sign, why in _ERRORS if sign in code), None)


def _first(url: str, place: str, order: dict[str, str]) -> str:
    """The first page of a list; the shop may lie in a folder of its host."""
    if address(url) is None or "." not in host_of(url):
        raise UsageError(f"{url!r} is no shop: expected an address such as https://shop.example/")
    parts = urlsplit(url)
    folder = found.group(1) if (found := _LIST.match(parts.path)) else ""
    query: dict[str, Any] = {"per_page": PAGE_REVIEWS, "page": 1, **order}
    names = ("product_id", "product", "category_id")
    kept = {name: value for name, value in query_of(url).items() if name in names}
    return parts._replace(
        path=f"{folder}{place}", query=urlencode(query | kept), fragment=""
    ).geturl()


def _page(url: str, number: int) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    return parts._replace(query=urlencode([*kept, ("page", str(number))]), fragment="").geturl()


WOOCOMMERCE = WooCommerce()
