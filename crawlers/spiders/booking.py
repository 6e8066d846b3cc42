"""Guests' reviews of a stay on Booking.com, from the query that its pages send."""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.booking_cards import draft_of, mobile_draft
from crawlers.parsing.booking_pages import drawn_drafts
from crawlers.parsing.draft import short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = "https://www.booking.com/dml/graphql"
PAGE_REVIEWS = 10
QUERY = (
    "query ReviewList($input: ReviewListFrontendInput!) { reviewListFrontend(input: $input) { "
    "... on ReviewListFrontendResult { reviewCard { reviewUrl guestDetails { username "
    "countryName guestTypeTranslation } bookingDetails { customerType roomType { name } "
    "checkoutDate numNights } reviewedDate helpfulVotesCount reviewScore textDetails { title "
    "positiveText negativeText lang } isApproved partnerReply { reply } } reviewsCount } "
    "... on ReviewsFrontendError { statusCode message } } }"
)

_HOTEL = re.compile(r"/hotel/([a-z]{2})/([\w-]{1,200})(?:\.[a-z-]{2,5})?\.html")
_HOTEL_ID = re.compile(r"""(?:b_hotel_id|hotel_?id)["']?\s*[:=]\s*["']?(\d{1,12})\b""", re.I)
_SIGN = re.compile(
    r'"(?:reviewListFrontend|positiveText|guestTypeTranslation|stayed_room_info|hotelier_response)"'
    r"\s*:"
)
_DRAWN_SIGN = re.compile(
    r'data-testid="review-card"|review_list_new_item_block|review_item_review_content'
)
_REFUSALS: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
    "500": "rate_limited", "503": "rate_limited",
}  # fmt: skip


class Booking:
    """The page of a stay tells its number; the query lists its reviews, newest first."""

    name: Literal["booking"] = "booking"
    kind: SourceKind = "travel"
    access = Access(
        paging="skip= of the query, ten at a time",
        gives=frozenset(
            ("id", "author", "rating", "title", "pros", "cons", "date", "votes", "reply",
             "language", "claimed_total")
        ),
        terms_url="https://www.booking.com/content/terms.html",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The query where the number of the stay is given; else the page that tells it."""
        query = query_of(url)
        number = query.get("hotelId", query.get("hotel_id", ""))
        if is_of(url, "booking.com") and number.isdecimal() and len(number) <= 12:
            return (_address(number, _country(url) or query.get("country", ""), 0),)
        hotel = _HOTEL.search(path_of(url)) if is_of(url, "booking.com") else None
        if hotel is None:
            raise UsageError(
                f"{url!r} names no stay: expected booking.com/hotel/ru/name.html or an address "
                "with hotel_id="
            )
        return (f"https://www.booking.com/hotel/{hotel.group(1)}/{hotel.group(2)}.html",)

    def api_urls(self, url: str) -> tuple[str, ...]:  # noqa: ARG002  # the protocol's argument
        """The official interface serves partners alone: not used."""
        return ()

    def request(self, address: str, key: str | None) -> PageRequest:  # noqa: ARG002
        """The query as a POST, made of the address; anything else is fetched as it is."""
        if not address.startswith(API):
            return PageRequest(url=address)
        query = query_of(address)
        number = query.get("hotelId", "")
        wanted = {
            "hotelId": int(number) if number.isdecimal() else 0, "ufi": 0,
            "hotelCountryCode": query.get("country", ""), "sorter": "NEWEST_FIRST",
            "filters": {"text": ""}, "skip": count(query.get("skip")) or 0, "limit": PAGE_REVIEWS,
            "upsortReviewUrl": "", "searchFeatures": {"destId": 0, "destType": "CITY"},
        }  # fmt: skip
        body = {"operationName": "ReviewList", "variables": {"input": wanted}, "query": QUERY}
        return PageRequest(
            url=address,
            method="POST",
            headers=(("Content-Type", "application/json"),),
            body=json.dumps({**body, "extensions": {}}).encode(),
        )

    def recognises(self, page: Page) -> float:
        """By the names of the query's answer, in it or in the state of a page."""
        if page.looks_like_json:
            return 0.95 if _SIGN.search(page.text[:100_000]) else 0.0
        if is_of(page.url, "booking.com") or _SIGN.search(page.text):
            return 0.95
        is_named = "booking.com" in page.text[:200_000].casefold()
        return 0.9 if is_named and _DRAWN_SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every approved review of the answer or of the state of a page, else what is drawn there.

        The page of a stay leads on to the query.
        """
        harvest = Harvest.of(page)
        root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
        values = _values(page, root, harvest.problems)
        cards = [row for value in values for row in _cards(value)]
        for number, card in enumerate(cards, start=1):
            if card.get("isApproved") is False:
                harvest.skipped["not approved by the site"] += 1
            else:
                harvest.drafts.append(draft_of(card, f"review {number}", page))
        for value in values:
            _read_mobile(value, page, harvest)
        if root is not None and not cards:
            harvest.drafts.extend(drawn_drafts(root, page.url, page.fetched_at))
        for value in values:
            _take_totals(value, harvest)
        harvest.is_known = harvest.is_known or bool(cards)
        harvest.links.extend(_following(page, cards, harvest))
        return harvest.parsed(page, self)


def _values(page: Page, root: etree._Element | None, problems: list[str]) -> list[Any]:
    """The answer, or the states of a page that speak of reviews."""
    if root is None:
        try:
            return [page.json] if page.looks_like_json else []
        except UnreadableJson as error:
            problems.append(str(error))
            return []
    texts = ("".join(str(piece) for piece in script.itertext()) for script in root.iter("script"))
    states = (text for text in texts if _SIGN.search(text))
    return [value for text in states if (value := _decoded(text)) is not None]


def _decoded(text: str) -> Any:
    try:
        return load_json(text)[0][0]
    except BrokenJson:
        return None


def _cards(value: Any) -> list[dict[str, Any]]:
    found = objects_with(value, "textDetails")
    return [card for card in found if isinstance(card["textDetails"], dict)]


def _read_mobile(value: Any, page: Page, harvest: Harvest) -> None:
    """Rows of the answers that Booking's apps load, and how many there are in all."""
    rows = [row for row in dicts_at(value, "result") if row.keys() & {"pros", "cons", "review_id"}]
    harvest.drafts += [
        mobile_draft(row, f"review {number}", page) for number, row in enumerate(rows, start=1)
    ]
    if rows:
        harvest.claimed = count(at(value, "count"))


def _take_totals(value: Any, harvest: Harvest) -> None:
    """The count, or the refusal that comes with HTTP 200."""
    for result in objects_with(value, "reviewsCount"):
        harvest.is_known = True
        if harvest.claimed is None:
            harvest.claimed = count(result["reviewsCount"])
    answer = at(value, "data", "reviewListFrontend")
    said = text_at(answer, "message") or text_at(dicts_at(value, "errors"), 0, "message")
    if said:
        harvest.blocked = _REFUSALS.get(text_at(answer, "statusCode"), "forbidden")
        harvest.problems.append(f"Booking refuses: {short(said, 200)}")


def _following(page: Page, cards: list[dict[str, Any]], harvest: Harvest) -> list[str]:
    """The next ten of a list; the first ten of the stay that a page is about."""
    query = query_of(page.url)
    if page.url.startswith(API):
        skip = (count(query.get("skip")) or 0) + len(cards)
        is_more = skip < harvest.claimed if harvest.claimed is not None else bool(cards)
        number = query.get("hotelId", "")
        return [_address(number, query.get("country", ""), skip)] * bool(cards and is_more)
    number_found = None if page.looks_like_json else _HOTEL_ID.search(page.text)
    if number_found is None or harvest.blocked:
        return []
    harvest.is_known = True
    return [_address(number_found.group(1), _country(page.url), 0)]


def _country(url: str) -> str:
    hotel = _HOTEL.search(path_of(url))
    return hotel.group(1) if hotel else ""


def _address(number: str, country: str, skip: int) -> str:
    return f"{API}?{urlencode({'hotelId': number, 'country': country, 'skip': skip})}"


BOOKING = Booking()
