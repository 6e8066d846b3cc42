"""Reviews that shops collect with Bazaarvoice, from its interface for displaying them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, query_of
from crawlers.parsing.bazaarvoice_cards import (
    MARKS,
    card_drafts,
    drawn_materials,
    marked_drafts,
)
from crawlers.parsing.bazaarvoice_rows import answers_of, draft_of, examples_of, is_review
from crawlers.parsing.css import attribute, first, line
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

PAGE_REVIEWS = 100
"""The most that the interface gives at once."""

_PRODUCT = re.compile(r"^ProductId(?::eq)?:(.{1,200})$", re.I)
_SIGN = re.compile(r'"(?:TotalResults|UserNickname|SubmissionTime)"\s*:')
_GENERATED = re.compile(r'"(?:bestExamples|REVIEW_SUMMARY)"')
_CALL = re.compile(r"\s*(?:/\*\*/)?[\w.$\[\]]{1,100}\(\s*(?=\{)")
"""A function of the page around the answer, as scripts of other hosts are asked for it."""
_LISTS = (
    ".bv-content-list-reviews, #BVRRContainer, #BVRRDisplayContentBodyID, #bvseo-reviewsSection"
)
_SECRETS = ("passkey",)
_CODES: tuple[tuple[str, BlockedReason], ...] = (
    ("API_KEY", "forbidden"), ("ACCESS_DENIED", "forbidden"), ("LIMIT", "rate_limited"),
)  # fmt: skip


class Bazaarvoice:
    """One list a product; the passkey travels beside the address, never in it."""

    name: Literal["bazaarvoice"] = "bazaarvoice"
    kind: SourceKind = "own_site"
    access = Access(
        needs="the shop's passkey for the Conversations interface",
        paging="Offset up to TotalResults",
        key="OTZVUK_KEY_BAZAARVOICE",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "rating", "title", "text", "pros", "cons", "date", "verified",
             "usage_period", "recommends", "votes", "reply", "media", "product", "language",
             "sub_ratings", "claimed_total")
        ),
        terms_url="https://www.bazaarvoice.com/legal/terms-of-use/api/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of a product, newest first."""
        product = _product_of(url) if is_of(url, "bazaarvoice.com") else ""
        if not product:
            raise UsageError(
                f"{url!r} names no product: expected "
                "https://api.bazaarvoice.com/data/reviews.json?Filter=ProductId:name-of-product"
            )
        host = "stg.api.bazaarvoice.com" if "stg" in host_of(url) else "api.bazaarvoice.com"
        query = {
            "apiversion": "5.4", "Filter": f"ProductId:{product}", "Include": "Products,Comments",
            "Sort": "SubmissionTime:desc", "Limit": PAGE_REVIEWS, "Offset": 0,
        }  # fmt: skip
        return (f"https://{host}/data/reviews.json?{urlencode(query, safe=':,')}",)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the key as a parameter, on Bazaarvoice's own hosts alone."""
        if not key or not is_of(address, "bazaarvoice.com"):
            return PageRequest(url=address)
        return PageRequest(url=_with(address, passkey=key))

    def recognises(self, page: Page) -> float:
        """By its host, by the names of its answers, or by the cards that a shop's page draws."""
        if is_of(page.url, "bazaarvoice.com"):
            return 0.95
        page = _unwrapped(page)
        if not page.looks_like_json:
            return 0.65 if MARKS.search(page.text) else 0.0
        head = page.text[:50_000]
        is_answer = '"HasErrors"' in page.text and _SIGN.search(head)
        return 0.95 if is_answer else 0.6 if _GENERATED.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Reviews among the results and those included with products; those that a page draws."""
        harvest = Harvest.of(page)
        page = _unwrapped(page)
        if not page.looks_like_json:
            markup = drawn_materials(page.text) or page.text
            if (root := parse_html(markup, harvest.problems)) is not None:
                _read_page(root, page, harvest)
            return harvest.parsed(page, self)
        try:
            answer = page.json
        except UnreadableJson as error:
            harvest.problems.append(str(error))
            answer = None
        for name, part in answers_of(answer):
            harvest.is_known = True
            _read(part, name, page, harvest)
        harvest.blocked = _refusal(answer)
        if not harvest.is_known and _GENERATED.search(page.text[:50_000]):
            harvest.is_known = True
            harvest.drafts = [one for one in examples_of(answer, page) if one.native_id]
            if not harvest.drafts:
                harvest.skipped["digest of reviews, made by a machine"] += 1
        return harvest.parsed(page, self)


def _unwrapped(page: Page) -> Page:
    """The answer alone where a call of a function stands around it."""
    found = None if page.looks_like_json else _CALL.match(page.text[:2_000])
    if found is None:
        return page
    inside = page.text[found.end() : page.text.rfind("}") + 1]
    return replace(page, body=inside.encode("utf-8", "replace"), content_type="")


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """A product's page of a shop, drawn in a browser or for searchers."""
    page = page if page.url else replace(page, url=canonical_url(root))
    harvest.drafts = card_drafts(root, page) or marked_drafts(root, page, harvest.problems)
    harvest.is_known = first(root, _LISTS) is not None
    product = line(root, "h1") or attribute(root, "meta[property='og:title']", "content")
    for draft in harvest.drafts:
        draft.product = draft.product or product
    total = ".bvseo-reviewCount, .bv-rating-ratio-count [itemprop=reviewCount]"
    harvest.claimed = count(attribute(root, total, "content") or line(root, total) or None)


def _read(answer: dict[str, Any], name: str, page: Page, harvest: Harvest) -> None:
    includes, results = at(answer, "Includes"), dicts_at(answer, "Results")
    included = at(includes, "Reviews")
    beside = list(included.values()) if isinstance(included, dict) else []
    rows = [row for row in (*results, *beside) if isinstance(row, dict) and is_review(row)]
    if others := sum(not is_review(row) for row in results):
        harvest.skipped["product or other entry"] += others
    for number, row in enumerate(rows, start=len(harvest.drafts) + 1):
        draft = draft_of(row, includes, number, page)
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no Id")
        else:
            harvest.drafts.append(draft)
    if harvest.claimed or (results and not any(is_review(row) for row in results)):
        return
    harvest.claimed = count(at(answer, "TotalResults"))
    _link_next(answer, name, len(results), page, harvest)


def _link_next(answer: Any, name: str, seen: int, page: Page, harvest: Harvest) -> None:
    offset = (count(at(answer, "Offset")) or 0) + seen
    if not seen or offset >= (harvest.claimed or 0):
        return
    if is_of(page.url, "bazaarvoice.com"):
        asked = {key.casefold(): key for key in query_of(page.url)}
        place = asked.get(f"offset.{name}".casefold(), "Offset")
        harvest.links.append(_with(page.url, **{place: str(offset)}))
    else:
        harvest.problems.append("further reviews exist, but not where: give the address (--url)")


def _refusal(answer: Any) -> BlockedReason | None:
    told = (*dicts_at(answer, "Errors"), *dicts_at(answer, "response", "Errors"))
    codes = [text_at(error, "Code").upper() for error in told]
    return next((why for sign, why in _CODES for code in codes if sign in code), None)


def _product_of(url: str) -> str:
    """Out of any of the filters; a query may have several."""
    try:
        pairs = parse_qsl(urlsplit(url).query)
    except ValueError:
        return ""
    named = (_PRODUCT.match(value) for name, value in pairs if name.casefold() == "filter")
    found = next((match.group(1) for match in named if match), "")
    return found or query_of(url).get("productId", "")[:200]


def _with(url: str, **parameters: str) -> str:
    """The address without any passkey it brought, and with these parameters instead."""
    parts = urlsplit(url)
    replaced = {name.casefold() for name in (*parameters, *_SECRETS)}
    kept = [pair for pair in parse_qsl(parts.query) if pair[0].casefold() not in replaced]
    query = urlencode([*kept, *parameters.items()], safe=":,")
    return parts._replace(query=query, fragment="").geturl()


BAZAARVOICE = Bazaarvoice()
