"""Reviews of the marketplace Ozon, from the states of the widgets that make its pages."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import quote

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import all_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.ozon_states import (
    SITE,
    Listing,
    draft_of,
    listings_of,
    questions_of,
    seller_draft,
    unwrapped,
)  # fmt: skip
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = f"{SITE}/api/entrypoint-api.bx/page/json/v2"

_SITES = ("ozon.ru", "ozon.com", "ozon.by", "ozon.kz", "ozon.am", "ozon.kg", "ozon.uz")
_PRODUCT = re.compile(r"/(?:product/(?:[^/?#]*-)?|context/detail/id/)(\d{5,15})(?:[/?#]|$)")
_SIGN = re.compile(r'"web(?:ListReviews|ListQuestions|ReviewProductScore|Characteristics)-\d')
_PAGE_SIGN = re.compile(r'id="state-web\w+-\d+-')
_ROW_SIGN = ('"uuid"', '"isItemPurchased"')
_SELLER_SIGN = ('"is_rating_participant"', '"published_at"', '"sku"')


class Ozon(PlainRequests):
    """The interface behind the site's own pages; a saved page keeps the same states."""

    name: Literal["ozon"] = "ozon"
    kind: SourceKind = "marketplace"
    access = Access(
        needs="a browser: its robot wall answers plain requests",
        paging="nextButton of the list, with its key of the page",
        gives=frozenset(
            ("id", "author", "rating", "text", "pros", "cons", "date", "edited", "verified",
             "votes", "reply", "media", "product", "language", "claimed_total")
        ),
        terms_url="https://docs.ozon.ru/legal/terms-of-use/site/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of reviews of a product, newest first where Ozon still sorts so."""
        inner = query_of(url).get("url", "") if "/api/" in path_of(url) else path_of(url)
        found = _PRODUCT.search(inner[:2_000]) if is_of(url, *_SITES) else None
        if found is None:
            raise UsageError(f"{url!r} names no product: expected {SITE}/product/name-1234567890/")
        return (_address(f"/product/{found.group(1)}/reviews/?sort=published_at_desc"),)

    def recognises(self, page: Page) -> float:
        """By its host, or by the names of its widgets."""
        if is_of(page.url, *_SITES):
            return 0.95
        if page.looks_like_json:
            head = page.text[:100_000]
            is_states = '"widgetStates"' in head and _SIGN.search(head)
            are_rows = any(
                all(sign in head for sign in signs) for signs in (_ROW_SIGN, _SELLER_SIGN)
            )
            return 0.95 if is_states or are_rows else 0.0
        return 0.9 if _PAGE_SIGN.search(page.text) and "ozon" in page.text else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of every list; questions and other widgets are none."""
        harvest = Harvest.of(page)
        answer = _answer(page, harvest)
        states = unwrapped(next(objects_with(answer, "widgetStates"), {}).get("widgetStates"))
        if isinstance(states, dict):
            harvest.is_known = True
            if asked := questions_of(states):
                harvest.skipped["question"] = asked
        elif rows := _seller_rows(answer):
            _read_seller(rows, answer, page, harvest)
        elif at(answer, "reviews") is not None:
            states = {"reviews": answer}
        listings = listings_of(states) if isinstance(states, dict) else []
        for listing in listings:
            _read(listing, page, harvest)
        if not harvest.links and harvest.drafts:
            _link_shelf(text_at(answer, "nextPage"), harvest)
        if not harvest.is_known and (at(answer, "challengeURL") or at(answer, "incidentId")):
            harvest.blocked = "captcha"
        return harvest.parsed(page, self)


def _answer(page: Page, harvest: Harvest) -> Any:
    """What the interface answered, or the states that a page holds."""
    if page.looks_like_json:
        try:
            return page.json
        except UnreadableJson as error:
            harvest.problems.append(str(error))
            return None
    root = parse_html(page.text, harvest.problems)
    if root is None:
        return None
    holders = all_of(root, "[id^=state-web][data-state]")
    states = {(one.get("id") or "")[6:]: one.get("data-state") for one in holders}
    return {"widgetStates": states} if states else None


def _seller_rows(answer: Any) -> list[dict[str, Any]]:
    """Reviews of the interface for sellers: a list of them, or a single one."""
    rows = dicts_at(answer, "reviews") or dicts_at([answer])
    return [row for row in rows if {"id", "sku", "rating", "published_at"} <= row.keys()]


def _read_seller(rows: list[dict[str, Any]], answer: Any, page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    for number, row in enumerate(rows, start=1):
        draft = seller_draft(row, number, page)
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no id")
        else:
            harvest.drafts.append(draft)
    if at(answer, "has_next") is True:
        harvest.problems.append("further pages exist: the seller's interface is asked by last_id")


def _read(listing: Listing, page: Page, harvest: Harvest) -> None:
    first = len(harvest.drafts) + 1
    for number, row in enumerate(listing.rows, start=first):
        draft = draft_of(row, listing, number, page)
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no uuid")
        else:
            harvest.drafts.append(draft)
    if listing.total is not None:
        harvest.claimed = max(listing.total, harvest.claimed or 0)
    harvest.is_known = harvest.is_known or bool(listing.rows) or listing.total is not None
    asked = query_of(page.url).get("url", "") or path_of(page.url)
    path = listing.path or asked.partition("?")[0]
    if listing.rows and listing.following.startswith("?"):
        if path.startswith("/product/"):
            harvest.links.append(_address(path + listing.following))
        else:
            harvest.problems.append("further pages exist, but the product is unknown: give --url")


def _link_shelf(following: str, harvest: Harvest) -> None:
    """A shelf of reviews on a product's page goes on where the whole page does."""
    if following.startswith("/product/") and "review" in following:
        harvest.links.append(_address(following))


def _address(inner: str) -> str:
    return f"{API}?url={quote(inner[:1_500], safe='/')}"


OZON = Ozon()
