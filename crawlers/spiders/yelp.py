"""Reviews of places on Yelp: its interface's three excerpts, its pages, their feed."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import quote, urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.css import line
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.parsing.yelp_cards import card_drafts
from crawlers.parsing.yelp_drawn import drawn_drafts
from crawlers.parsing.yelp_rows import SITE, api_draft, feed_draft, graph_draft, marked_draft
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = "https://api.yelp.com/v3/businesses"
PAGE_REVIEWS = 10

_PLACE = re.compile(r"^/biz/([^/?#\s]{2,200})")
_API_PLACE = re.compile(r"/v3/businesses/([^/?#\s]{2,200})(?:/reviews)?/?$")
_SIGN = re.compile(
    r'property="og:site_name" content="Yelp"|content="Yelp" property="og:site_name"'
    r'|name="apple-itunes-app" content="app-id=284910350'
)
_ROW_SIGN = re.compile(r'"(?:time_created|localizedDate|possible_languages)"\s*:')
_GRAPH_SIGN = re.compile(r'"(?:bizUserPublicReply|localDateTimeForBusiness)"\s*:')
_STATE_SIGN = re.compile(r'(?:"|&quot;)(?:reviewFeedQueryProps|bizUserPublicReply)(?:"|&quot;)')
_ERRORS: dict[str, BlockedReason] = {
    "VALIDATION_ERROR": "forbidden", "TOKEN_INVALID": "login", "TOKEN_MISSING": "login",
    "UNAUTHORIZED_ACCESS_TOKEN": "login", "ACCESS_LIMIT_REACHED": "rate_limited",
    "TOO_MANY_REQUESTS_PER_SECOND": "rate_limited", "BUSINESS_NOT_FOUND": "not_found",
    "BUSINESS_UNAVAILABLE": "not_found", "NOT_FOUND": "not_found",
}  # fmt: skip


class Yelp:
    """The interface cuts texts and gives three; pages give ten each, whole, without ids."""

    name: Literal["yelp"] = "yelp"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a key for the interface; its pages are closed to robots by robots.txt",
        paging="start= of the pages; the interface has none and gives three excerpts",
        key="OTZVUK_KEY_YELP",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "votes", "reply", "media",
             "product", "language", "claimed_total")
        ),
        terms_url="https://terms.yelp.com/tos/en_us/20260101_en_us/",
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A place's page, newest reviews first."""
        return (_address(_place(url), 0),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The three newest reviews that the interface gives."""
        return (f"{API}/{quote(_place(url), safe='')}/reviews?sort_by=newest",)

    def request(self, address: str, key: str | None) -> PageRequest:
        """The key goes into a header, to the interface alone."""
        if key and address.startswith(f"{API}/"):
            return PageRequest(url=address, headers=(("Authorization", f"Bearer {key}"),))
        return PageRequest(url=address)

    def recognises(self, page: Page) -> float:
        """By Yelp's own addresses inside of an answer with reviews."""
        head = page.text[:60_000]
        if page.looks_like_json:
            is_own = "yelp.com/" in head or "yelpcdn.com/" in head or is_of(page.url, "yelp.com")
            if _GRAPH_SIGN.search(page.text[:200_000]):
                return 0.9
            return 0.9 if is_own and _ROW_SIGN.search(page.text[:200_000]) else 0.0
        if "<" not in head:
            return 0.0
        return 0.9 if host_of(page.url).startswith("yelp.") or _SIGN.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Whatever of the three kinds of answers it is."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_json(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _read_json(page: Page, harvest: Harvest) -> None:
    try:
        value = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    if isinstance(at(value, "error"), dict):
        harvest.blocked = _ERRORS.get(text_at(value, "error", "code"), "forbidden")
    _read_graph(value, page, harvest)
    if not isinstance(at(value, "reviews"), list):
        return
    harvest.is_known = True
    rows = dicts_at(value, "reviews")
    if any("comment" in row for row in rows):
        _read_feed(value, rows, page, harvest)
        return
    product = text_at(value, "name")
    numbered = enumerate(rows, start=1)
    harvest.drafts = [api_draft(row, number, product, page) for number, row in numbered]
    harvest.claimed = _first_count(at(value, "total"), at(value, "review_count"))


def _read_feed(value: Any, rows: list[dict[str, Any]], page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    harvest.drafts = [feed_draft(row, number, page) for number, row in enumerate(rows, start=1)]
    harvest.claimed = count(at(value, "pagination", "totalResults"))
    start = count(at(value, "pagination", "startResult")) or 0
    place = text_at(rows, 0, "business", "alias")
    if place and start + len(rows) < (harvest.claimed or 0):
        harvest.links.append(_address(place, start + len(rows)))


def _read_graph(value: Any, page: Page, harvest: Harvest) -> None:
    """Lists of reviews below places, in an answer to several queries or in a page's state."""
    for place in objects_with(value, "reviews"):
        edges = at(place, "reviews", "edges")
        if not isinstance(edges, list):
            continue
        harvest.is_known = True
        rows = [row for edge in edges if isinstance(row := at(edge, "node"), dict)]
        start = len(harvest.drafts) + 1
        harvest.drafts += [
            graph_draft(row, number, place, page) for number, row in enumerate(rows, start)
        ]
        total = _first_count(at(place, "reviews", "totalCount"), at(place, "reviewCount"))
        harvest.claimed = total if harvest.claimed is None else harvest.claimed


def _read_state(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """The feed or the answers that a page carries for its own scripts."""
    for script in root.iter("script"):
        text = "".join(str(piece) for piece in script.itertext())
        if not _STATE_SIGN.search(text):
            continue
        try:
            value = load_json(text)[0][0]
        except BrokenJson as error:
            harvest.problems.append(f"the page's state cannot be read: {error}")
            continue
        _read_graph(value, page, harvest)
        for feed in objects_with(value, "reviews", "pagination"):
            _read_feed(feed, dicts_at(feed, "reviews"), page, harvest)


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    items = jsonld_items(root, harvest.problems)
    place = next((item for item in items if item.properties.get("aggregaterating")), None)
    product = place.text("name") if place else ""
    reviews = [item for item in items if item.is_a("review")]
    harvest.is_known = place is not None
    _read_state(root, page, harvest)
    harvest.drafts = harvest.drafts or card_drafts(root, page)
    harvest.drafts = harvest.drafts or [
        marked_draft(item, number, product, page) for number, item in enumerate(reviews, start=1)
    ]
    harvest.drafts = harvest.drafts or drawn_drafts(root, page)
    ratings = next(iter(place.items("aggregaterating")), None) if place else None
    if harvest.claimed is None:
        written = ratings.first("reviewcount") if ratings else None
        harvest.claimed = count(written or line(root, "[itemprop=reviewCount]") or None)
    if harvest.links:
        return
    own = page.url or canonical_url(root)
    found = _PLACE.match(path_of(own))
    start = (count(query_of(own).get("start")) or 0) + PAGE_REVIEWS
    if found and harvest.drafts and start < (harvest.claimed or 0):
        harvest.links.append(_address(found.group(1), start))


def _first_count(*values: object) -> int | None:
    return next((number for one in values if (number := count(one)) is not None), None)


def _place(url: str) -> str:
    path = path_of(url)
    found = _API_PLACE.search(path) if host_of(url) == "api.yelp.com" else _PLACE.match(path)
    if found is None or "yelp" not in host_of(url).split("."):
        raise UsageError(f"{url!r} names no place: expected {SITE}/biz/name-city")
    return found.group(1)


def _address(place: str, start: int) -> str:
    query = {"sort_by": "date_desc", **({"start": str(start)} if start else {})}
    return f"{SITE}/biz/{quote(place, safe='%')}?{urlencode(query)}"


YELP = Yelp()
