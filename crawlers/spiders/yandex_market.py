"""Reviews of goods on Yandex Market: its pages, or a shop's own feedback by key."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import msgspec
from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.css import attribute
from crawlers.parsing.draft import Draft
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.parsing.schema_reviews import opinions_of
from crawlers.parsing.site_voice import site_voice
from crawlers.parsing.structured import Item
from crawlers.parsing.yandex_market_cards import card_drafts
from crawlers.parsing.yandex_market_feedback import (
    HOST,
    IN_BODY,
    address_of,
    read_feedback,
)
from crawlers.parsing.yandex_market_opinions import SIGNS, read_opinions
from crawlers.parsing.yandex_market_states import (
    SITE,
    draft_of,
    is_hidden,
    merged_text,
    rows_of,
)  # fmt: skip
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.identity import normalised_text
from pipeline.records import Author, SourceKind

_PRODUCT = re.compile(r"/(?:card/[^/]+|product(?:--[^/]+)?)/\d{3,15}(?=/|$)")
_SIGN = re.compile(
    r'data-apiary="patch">\s*\{"collections"|"reviewV2"\s*:'
    r'|"url"\s*:\s*"https://market\.yandex\.ru/(?:card|product)'
    r'|rel="canonical" href="https://market\.yandex\.ru/'
)
_FEEDBACK_SIGN = re.compile(r'"feedbackId"\s*:')


class YandexMarket:
    """A page's patches of state hold ids and parts of texts, its marked-up reviews full dates."""

    name: Literal["yandex_market"] = "yandex_market"
    kind: SourceKind = "marketplace"
    access = Access(
        needs="nothing for pages; an Api-Key token of a business for its own feedback",
        paging="link to the next page where there is one; pageToken and half-years by key",
        key="OTZVUK_KEY_YANDEX_MARKET",
        gives=frozenset(
            ("id", "author", "rating", "text", "pros", "cons", "date", "verified", "recommends",
             "votes", "media", "product", "claimed_total")
        ),
        terms_url="https://yandex.ru/legal/market_termsofuse/ru/",
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The reviews of a product."""
        found = _PRODUCT.search(path_of(url)[:1_500]) if is_of(url, "market.yandex.ru") else None
        if found is None or is_of(url, "partner.market.yandex.ru"):
            raise UsageError(
                f"{url!r} names no product: expected {SITE}/card/name/1234567/reviews "
                f"(a shop's own feedback takes {self.access.key})"
            )
        return (f"{SITE}{found.group()}/reviews",)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """All feedback of a business, where the address names one."""
        return (address,) if (address := address_of(url)) else ()

    def request(self, address: str, key: str | None) -> PageRequest:
        """A page is fetched; the partners' interface is asked with the period in the body."""
        if host_of(address) != HOST:
            return PageRequest(url=address)
        query = query_of(address)
        body = {name: query[name] for name in IN_BODY if name in query}
        kept = urlencode({name: value for name, value in query.items() if name not in IN_BODY})
        return PageRequest(
            url=urlsplit(address)._replace(query=kept).geturl(),
            method="POST",
            headers=(("Content-Type", "application/json"), *([("Api-Key", key)] if key else ())),
            body=msgspec.json.encode(body),
        )

    def recognises(self, page: Page) -> float:
        """By host, by the names of the state, or by the address that the page gives itself."""
        if is_of(page.url, "market.yandex.ru"):
            return 0.95
        if page.looks_like_json:
            head = page.text[:50_000]
            is_own = _FEEDBACK_SIGN.search(head) and '"statistics"' in head
            is_former = any(all(sign in head for sign in signs) for signs in SIGNS)
            return 0.9 if is_own or is_former else 0.0
        return 0.95 if _SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews of the state, then those that are marked up alone."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            answer = _json_of(page, harvest)
            read_feedback(answer, page, harvest)
            read_opinions(answer, page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            page = page if page.url else replace(page, url=canonical_url(root))
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _json_of(page: Page, harvest: Harvest) -> Any:
    try:
        return page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return None


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    rows = rows_of(page.text)
    items = jsonld_items(root, harvest.problems)
    voice = site_voice(root, items, page)
    marked = opinions_of(items, page, root.get("lang") or "", voice).drafts
    product = next((item for item in items if item.is_a("product")), None)
    twins: dict[tuple[str, float | None], list[Draft]] = defaultdict(list)
    for draft in marked:
        twins[normalised_text(draft.text), draft.rating.stars].append(draft)
    for number, row in enumerate(rows.values(), start=1):
        draft = draft_of(row, number, page)
        same = twins.get((merged_text(draft), draft.rating.stars))
        if same:
            draft.published = same.pop(0).published
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no id")
        else:
            harvest.drafts.append(draft)
    if not rows:
        harvest.drafts.extend(_told(card, twins) for card in card_drafts(root, page))
    harvest.drafts.extend(_nameless(draft) for left in twins.values() for draft in left)
    for draft in harvest.drafts:
        draft.product = product.text("name") if product else ""
        draft.url = draft.url or (product.text("url") if product else "") or page.url
    harvest.is_known = bool(rows) or bool(harvest.drafts) or product is not None
    harvest.claimed = _claimed(product)
    following = attribute(root, "link[rel=next], a[data-auto=pagination-next]", "href")
    if harvest.drafts and (link := absolute(page.url or SITE, following)):
        harvest.links.append(link)


def _told(card: Draft, twins: dict[tuple[str, float | None], list[Draft]]) -> Draft:
    """A card with the date and the stars of the same review in the markup, if it is there."""
    words = merged_text(card)
    key = next((key for key, left in twins.items() if left and key[0] == words), None)
    if words and key is not None and card.rating.stars in (None, key[1]):
        twin = twins[key].pop(0)
        card.rating, card.published = twin.rating, twin.published
    return card


def _nameless(draft: Draft) -> Draft:
    if is_hidden(draft.author.name or ""):
        draft.author = Author()
    return draft


def _claimed(product: Item | None) -> int | None:
    """Reviews with words, not ratings."""
    ratings = product.items("aggregaterating") if product else []
    return next((count(one.first("reviewcount")) for one in ratings), None)


YANDEX_MARKET = YandexMarket()
