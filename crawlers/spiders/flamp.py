"""Reviews of places on Flamp, the Russian site that shares its places with 2GIS."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import attribute, first, line
from crawlers.parsing.flamp_reviews import SITE, card_draft, cards_of, row_draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.schema_reviews import opinions_of
from crawlers.parsing.site_voice import site_voice
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = f"{SITE}/api/2.0/filials"
PAGE_REVIEWS = 50

_FIRM = re.compile(r"^/firm/(?:[^/]{0,300}-)?(\d{8,20})(?:/|$)")
_API_FIRM = re.compile(r"/api/2\.0/filials/(\d{8,20})/reviews")
_ACCEPT = (
    'q=1;depth=1;scopes={"user":{"fields":"name,url,reviews_count"},"official_answer":{}};'
    "application/json"
)
_ROW_SIGN = re.compile(r'"likes_score"\s*:')
_PLACE_SIGN = re.compile(r'href="(?:https?:)?//[\w.-]{0,60}\bflamp\.ru/(?:firm/|user)')
_OWN_SIGN = re.compile(
    r'(?:rel="canonical"|property="og:url")[^>]{0,60}"(?:https?:)?//[\w.-]{0,60}\bflamp\.ru/'
)
_CARD_SIGN = re.compile(r'ugc-list__item|ugc-item|cat-brand-ugc-date|itemprop="review"')
_ITEM_SIGN = re.compile(r'class="[^"]{0,100}\bugc-(?:item|list__item)\b|<cat-brand-ugc-date\b')
"""A shop that links its place on Flamp may mark up reviews of its own, but has none of these."""
_BLOCKED: dict[str, Literal["login", "forbidden", "rate_limited", "not_found"]] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
}  # fmt: skip


class Flamp:
    """The interface that its pages ask with a token of theirs, and the pages."""

    name: Literal["flamp"] = "flamp"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a bearer token for the interface (pages show the first reviews without one)",
        paging="offset_id= with the last id; the site's own next links",
        key="OTZVUK_KEY_FLAMP",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "edited", "votes",
             "reply", "media", "claimed_total")
        ),
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The place's page as it is."""
        _firm(url)
        return (url.partition("#")[0],)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The interface's first page for the place."""
        return (_address(_firm(url), ""),)

    def request(self, address: str, key: str | None) -> PageRequest:
        """The token goes into a header, to the interface alone."""
        if not key or not address.startswith(f"{API}/"):
            return PageRequest(url=address)
        headers = (("Authorization", f"Bearer {key}"), ("Accept", _ACCEPT))
        return PageRequest(url=address, headers=(*headers, ("X-Application", "Flamp4")))

    def recognises(self, page: Page) -> float:
        """By its host, or by names of the interface."""
        head = page.text[:50_000]
        if page.looks_like_json:
            is_own = is_of(page.url, "flamp.ru") or "flamp.ru" in head
            return 0.9 if is_own and '"reviews"' in head and _ROW_SIGN.search(head) else 0.0
        if is_of(page.url, "flamp.ru"):
            return 0.95
        if _OWN_SIGN.search(head):
            return 0.85 if _CARD_SIGN.search(page.text) else 0.0
        is_named = _PLACE_SIGN.search(page.text) and _ITEM_SIGN.search(page.text)
        return 0.85 if is_named else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Rows of the interface, or the cards of a page."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_rows(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _read_rows(page: Page, harvest: Harvest) -> None:
    try:
        value = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    if isinstance(at(value, "review"), dict):
        value = {"reviews": [value["review"]]}
    if not isinstance(at(value, "reviews"), list):
        harvest.blocked = _BLOCKED.get(text_at(value, "code"))
        return
    harvest.is_known = True
    rows = dicts_at(value, "reviews")
    harvest.drafts = [row_draft(row, number, page) for number, row in enumerate(rows, start=1)]
    harvest.claimed = _claimed(value)
    firm = _API_FIRM.search(page.url)
    last = text_at(rows, -1, "id")
    following = text_at(value, "next_link")
    if firm and last.isdigit() and last != query_of(page.url).get("offset_id"):
        harvest.links.append(_address(firm.group(1), last))
    elif rows and not firm and following != page.url and is_of(following, "flamp.ru"):
        harvest.links.append(following)


def _claimed(value: Any) -> int | None:
    total = count(at(value, "meta", "total"))
    return total if total is not None else count(at(value, "meta", "count"))


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    cards = cards_of(root)
    harvest.is_known = bool(cards) or first(root, "[entity-id], .filial-rating__value") is not None
    harvest.drafts = [card_draft(card, number, page) for number, card in enumerate(cards, start=1)]
    product = line(root, "h1")
    for draft in harvest.drafts:
        draft.product = draft.product or product
    if not cards:
        items = jsonld_items(root, harvest.problems)
        voice = site_voice(root, items, page)
        harvest.drafts = opinions_of(items, page, root.get("lang") or "", voice).drafts
    harvest.claimed = count(
        attribute(root, "[itemprop=reviewCount]", "content")
        or line(root, "[itemprop=reviewCount], .ugc-feed .hg-row__side")
        or None
    )
    own = page.url or canonical_url(root)
    if cards and own:
        harvest.links.extend(next_pages(root, own, own)[:1])


def _firm(url: str) -> str:
    found = _FIRM.match(path_of(url)) or _API_FIRM.search(url)
    if found is None or not is_of(url, "flamp.ru"):
        raise UsageError(f"{url!r} names no place: expected {SITE}/firm/name-70000001012345678")
    return found.group(1)


def _address(firm: str, last: str) -> str:
    query = {"limit": str(PAGE_REVIEWS), **({"offset_id": last} if last else {})}
    return f"{API}/{firm}/reviews?{urlencode(query)}"


FLAMP = Flamp()
