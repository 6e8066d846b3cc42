"""Guests' reviews of a stay on Airbnb, from the query that its pages send and from their state."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec
from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.airbnb_rows import SITE, draft_of
from crawlers.parsing.draft import short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

OPERATION = "StaysPdpReviewsQuery"
QUERY_NUMBER = "dec1c8061483e78373602047450322fd474e79ba9afa8d3dbbc27f504030f91d"
"""Digest by which Airbnb knows the query; it answers PersistedQueryNotFound once that changes."""
API = f"https://www.airbnb.com/api/v3/{OPERATION}/{QUERY_NUMBER}"
PAGE_REVIEWS = 50

_AIRBNB = re.compile(r"(?:[\w-]+\.)?airbnb\.(?:com?\.)?[a-z]{2,3}")
_ROOM = re.compile(r"/(?:rooms|h)/(?:plus/|luxury/)?(\d{1,20})(?:[/?#]|$)")
_SIGN = re.compile(
    r'"(?:PdpReview\w*|StayPdpReviewsSection|localizedReviewerLocation|pdpReviews|revieweeId)"'
)
_OLDER_SIGNS = ('"comments"', '"first_name"', '"reviews_count"')
_STATE = re.compile(r'id="data-(?:deferred|injector)-|data-hypernova-key="|id="data-state"')
_DATES = {"createdAt", "created_at", "localizedDate", "localized_date"}
_REFUSALS: dict[str, BlockedReason] = {
    "invalid_key": "forbidden", "unauthorized": "forbidden", "authentication_required": "login",
    "too_many_requests": "rate_limited", "rate_limit": "rate_limited", "not_found": "not_found",
    "record_not_found": "not_found",
}  # fmt: skip


class Airbnb:
    """A page carries the first reviews; the query gives all, with the key that pages carry."""

    name: Literal["airbnb"] = "airbnb"
    kind: SourceKind = "travel"
    access = Access(
        needs="the interface's key that Airbnb's own pages carry; without it, the page alone",
        paging="offset= of the query, fifty at a time",
        key="OTZVUK_KEY_AIRBNB",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "reply", "media",
             "language", "claimed_total")
        ),
        terms_url="https://www.airbnb.com/help/article/2908",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The page of the stay with its reviews open."""
        return (f"{SITE}/rooms/{_room(url)}/reviews",)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The query for the stay's reviews, the newest first."""
        return (_address(_room(url), 0),)

    def request(self, address: str, key: str | None) -> PageRequest:
        """The query with its key in a header; it is made of the address's room and offset."""
        if not address.startswith(API):
            return PageRequest(url=address)
        headers = (("X-Airbnb-Api-Key", key),) if key else ()
        return PageRequest(url=_query_address(query_of(address)), headers=headers)

    def recognises(self, page: Page) -> float:
        """By names of the query's answer, in it or in the state of a page."""
        if page.looks_like_json:
            head = page.text[:200_000]
            is_older = all(sign in head for sign in _OLDER_SIGNS)
            return 0.95 if is_older or _SIGN.search(head) else 0.0
        is_state = _STATE.search(page.text) is not None and "airbnb" in page.text
        return 0.95 if is_state or _AIRBNB.fullmatch(page.host) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer or of the page's state."""
        harvest = Harvest.of(page)
        values = _values(page, harvest.problems)
        rows = [row for value in values for row in _rows(value)]
        for number, row in enumerate(rows, start=1):
            url, now = _page_of(page), page.fetched_at
            harvest.drafts.append(draft_of(row, f"review {number}", url, now))
        harvest.is_known = any(_has_list(value) for value in values)
        harvest.claimed = next((one for value in values if (one := _claimed(value))), None)
        for value in values:
            _refuse(value, harvest)
        if rows:
            harvest.links.extend(_following(page, len(rows), harvest.claimed))
        return harvest.parsed(page, self)


def _room(url: str) -> str:
    found = _ROOM.search(url[:2_000]) if _AIRBNB.fullmatch(host_of(url)) else None
    room = found.group(1) if found else query_of(url).get("room", "")
    if not room.isdecimal() or not _AIRBNB.fullmatch(host_of(url)):
        raise UsageError(f"{url!r} names no stay: expected airbnb.com/rooms/12345678")
    return room


def _address(room: str, offset: int) -> str:
    return f"{API}?{urlencode({'room': room, 'offset': offset})}"


def _query_address(query: dict[str, str]) -> str:
    room, offset = query.get("room", ""), query.get("offset", "0")
    wanted = {
        "fieldSelector": "for_p3_translation_only", "forPreview": False, "limit": PAGE_REVIEWS,
        "offset": offset, "first": PAGE_REVIEWS, "showingTranslationButton": False,
        "sortingPreference": "MOST_RECENT",
    }  # fmt: skip
    stay = base64.b64encode(f"StayListing:{room}".encode()).decode()
    parts = {
        "operationName": OPERATION, "locale": "en", "currency": "USD",
        "variables": _compact({"id": stay, "pdpReviewsRequest": wanted}),
        "extensions": _compact({"persistedQuery": {"version": 1, "sha256Hash": QUERY_NUMBER}}),
    }  # fmt: skip
    return f"{API}?{urlencode(parts)}"


def _values(page: Page, problems: list[str]) -> list[Any]:
    """The answer, or every state that the page carries."""
    if page.looks_like_json:
        try:
            return [page.json]
        except UnreadableJson as error:
            problems.append(str(error))
            return []
    root = parse_html(page.text, problems)
    scripts = root.iter("script") if root is not None else ()
    states = (one for one in scripts if _is_state(one))
    return [value for one in states if (value := _decoded(one)) is not None]


def _is_state(script: etree._Element) -> bool:
    """By its id today, by the bundle that it is for on the pages before 2020."""
    is_older = script.get("data-hypernova-key") is not None
    return is_older or (script.get("id") or "").startswith("data-")


def _decoded(script: etree._Element) -> Any:
    text = "".join(str(piece) for piece in script.itertext()).strip()
    bare = text.removeprefix("<!--").removesuffix("-->")
    try:
        return msgspec.json.decode(bare)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _rows(value: Any) -> list[dict[str, Any]]:
    return [
        row
        for row in objects_with(value, "comments", "id")
        if row.keys() & {"reviewer", "author"} and row.keys() & _DATES
    ]


def _has_list(value: Any) -> bool:
    """Whether it speaks of reviews at all, if only to say that there are none."""
    if isinstance(at(value, "reviews"), list):
        return True
    places = objects_with(value, "reviews")
    return any(isinstance(at(place, "reviews", "reviews"), list) for place in places)


def _page_of(page: Page) -> str:
    """The stay's own page, told by the address that was asked for."""
    room = query_of(page.url).get("room", "")
    found = _ROOM.search(path_of(page.url))
    number = found.group(1) if found else room
    return f"{SITE}/rooms/{number}/reviews" if number.isdecimal() else ""


def _claimed(value: Any) -> int | None:
    for name in ("reviewsCount", "reviews_count", "overallCount"):
        for place in objects_with(value, name):
            if (found := count(place[name])) is not None:
                return found
    listing = next(objects_with(value, "review_details_interface"), None)
    return count(at(listing, "review_details_interface", "review_count") or None)


def _refuse(value: Any, harvest: Harvest) -> None:
    """Errors of the query come in a list, those of the key as one."""
    kind = text_at(value, "error_type")
    if kind:
        harvest.blocked = _REFUSALS.get(kind, "forbidden")
        harvest.problems.append(f"Airbnb refuses: {short(kind, 100)}")
    for error in dicts_at(value, "errors")[:1]:
        said = short(text_at(error, "message"), 200) or "an error without words"
        is_stale = "PersistedQueryNotFound" in said
        advice = "; its number has changed, a newer version is needed" * is_stale
        harvest.problems.append(f"Airbnb's query failed: {said}{advice}")
        harvest.blocked = harvest.blocked or ("forbidden" if is_stale else None)


def _following(page: Page, found: int, claimed: int | None) -> list[str]:
    """The next offset while pages are full, or as far as the count says."""
    query = query_of(page.url)
    room, offset = query.get("room", ""), count(query.get("offset")) or 0
    if not page.url.startswith(API) or not room:
        return []
    is_more = offset + found < claimed if claimed is not None else found >= PAGE_REVIEWS
    return [_address(room, offset + found)] if is_more else []


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


AIRBNB = Airbnb()
