"""Visitors' tips about a place on Foursquare, from its interface and from saved pages."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.foursquare_cards import PEOPLE, SIGN, tip_cards, venue_name
from crawlers.parsing.foursquare_rows import claimed_of, tips_of, tips_of_state
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as json_lines
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count
from crawlers.parsing.text import clean, one_line
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind, Votes

API = "https://places-api.foursquare.com/places"
VERSION = "2025-06-17"
"""Day of the interface's shape, which a header asks for."""
PAGE_TIPS = 50

_VENUE = re.compile(r"/(?:v|venue|venues|places)/(?:[^/]{1,200}/)?([0-9a-f]{24})(?:[/?]|$)")
_TIP_SIGN = re.compile(r'"(?:tips?|agree_count|fsq_tip_id)"\s*:')
_SIGNS = ('"createdAt"', '"created_at"')
_LIKED = {"liked": True, "disliked": False}
_REFUSALS: dict[str, BlockedReason] = {
    "invalid_auth": "forbidden", "not_authorized": "forbidden", "quota_exceeded": "rate_limited",
    "rate_limit_exceeded": "rate_limited", "endpoint_error": "not_found", "401": "forbidden",
    "403": "forbidden", "404": "not_found", "429": "rate_limited", "500": "rate_limited",
    "503": "rate_limited",
}  # fmt: skip


class Foursquare:
    """Tips have no stars; some tell whether their author liked the place."""

    name: Literal["foursquare"] = "foursquare"
    kind: SourceKind = "map"
    access = Access(
        needs="a service key of the Foursquare Places API",
        paging="offset= of the interface, fifty at a time, newest first",
        key="OTZVUK_KEY_FOURSQUARE",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "text", "date", "votes", "recommends", "media",
             "product", "language", "claimed_total")
        ),
        terms_url="https://foursquare.com/legal/terms/apilicenseagreement/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The newest tips of a venue's page, or of its older addresses."""
        venue = _VENUE.search(path_of(url)) if is_of(url, "foursquare.com") else None
        if venue is None:
            raise UsageError(
                f"{url!r} names no venue: expected foursquare.com/v/name/4a89cd2ff964a520100920e3"
            )
        return (_address(venue.group(1), 0),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the key and the interface's day in headers."""
        if not address.startswith(API):
            return PageRequest(url=address)
        headers = (("X-Places-Api-Version", VERSION), ("Accept", "application/json"))
        secret = (("Authorization", f"Bearer {key}"),) if key else ()
        return PageRequest(url=address, headers=secret + headers)

    def recognises(self, page: Page) -> float:
        """By the host, or by the name of what it lists."""
        if is_of(page.url, "foursquare.com"):
            return 0.95
        if not page.looks_like_json:
            return 0.9 if SIGN.search(page.text) else 0.0
        beginning = page.text[:200_000]
        is_dated = any(sign in beginning for sign in _SIGNS)
        return 0.85 if is_dated and _TIP_SIGN.search(beginning) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every tip of a list, or the only one."""
        harvest = Harvest.of(page)
        answer = json_lines(page, harvest.problems)
        rows = tips_of(answer) if page.looks_like_json else tips_of_state(page.text)
        harvest.is_known = rows is not None and (page.looks_like_json or bool(rows))
        for number, (row, venue) in enumerate(rows or (), start=1):
            harvest.drafts.append(_draft(row, venue, f"tip {number}", page))
        if SIGN.search(page.text):
            harvest.drafts.extend(_drawn(page, harvest))
        harvest.claimed = count(claimed_of(answer))
        _refuse(answer, harvest)
        harvest.links.extend(_following(page, len(rows or ())))
        return harvest.parsed(page, self)


def _drawn(page: Page, harvest: Harvest) -> list[Draft]:
    """Cards of a venue's page that its scripts do not hold."""
    root = None if page.looks_like_json else parse_html(page.text, harvest.problems)
    known = {draft.native_id for draft in harvest.drafts}
    if root is None:
        return []
    name = venue_name(root)
    for draft in harvest.drafts:
        draft.product = draft.product or name
    cards = tip_cards(root, name, _venue_url("", page), page.fetched_at, harvest.problems)
    return [card for card in cards if card.native_id not in known]


def _draft(row: dict[str, Any], around: dict[str, Any], where: str, page: Page) -> Draft:
    native = text_at(row, "fsq_tip_id") or text_at(row, "id")
    created = text_at(row, "createdAt") or text_at(row, "created_at")
    own = at(row, "venue")
    place = own if isinstance(own, dict) else around
    venue = text_at(place, "id") or text_at(place, "fsq_id") or text_at(place, "fsq_place_id")
    edited = text_at(row, "editedAt") or text_at(row, "edited_at")
    liked = _LIKED.get(text_at(row, "authorInteractionType"))
    return Draft(
        where=where,
        native_id=one_line(native)[:100] or None,
        author=_author(row),
        text=clean(text_at(row, "text")),
        product=text_at(place, "name"),
        url=text_at(row, "canonicalUrl") or _venue_url(venue, page),
        language=text_at(row, "lang"),
        published=parse_date(created, page.fetched_at),
        edited_at=parse_date(edited, page.fetched_at).value if edited != created else None,
        votes=_votes(row),
        media_count=1 if at(row, "photo") or text_at(row, "photourl") else 0,
        recommends=liked,
        extra={"venue_id": venue[:30]} if venue else {},
    )


def _author(row: dict[str, Any]) -> Author:
    names = (
        text_at(row, "user", "firstName") or text_at(row, "user", "first_name"),
        text_at(row, "user", "lastName") or text_at(row, "user", "last_name"),
    )
    name = one_line(" ".join(names))
    native = text_at(row, "user", "id")
    return Author(
        id=short(native, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=f"{PEOPLE}/{native}" if native.isdecimal() else None,
        location=short(text_at(row, "user", "homeCity"), 200),
        has_picture=True if at(row, "user", "photo") else None,
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    """Agreement; in 2012, how many people followed the tip ("done")."""
    places = (("agree_count",), ("agreeCount",), ("likes", "count"), ("done", "count"))
    helpful = next((one for place in places if (one := count(at(row, *place))) is not None), None)
    against = count(at(row, "disagree_count")) or count(at(row, "disagreeCount"))
    if helpful is None and against is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=against or 0)


def _venue_url(venue: str, page: Page) -> str:
    found = _VENUE.search(path_of(page.url))
    number = venue or (found.group(1) if found else "")
    return f"https://foursquare.com/v/{number}" if number.isalnum() else ""


def _refuse(answer: Any, harvest: Harvest) -> None:
    """Older answers tell in `meta`, newer ones with a message alone."""
    code, kind = text_at(answer, "meta", "code"), text_at(answer, "meta", "errorType")
    said = text_at(answer, "meta", "errorDetail") or text_at(answer, "message")
    is_refusal = kind or (code not in ("", "200")) or (said and not dicts_at(answer))
    if not is_refusal or harvest.drafts:
        return
    is_about_key = "token" in said.casefold() or "key" in said.casefold()
    fallback: BlockedReason | None = "forbidden" if is_about_key else None
    harvest.blocked = _REFUSALS.get(kind) or _REFUSALS.get(code) or fallback
    harvest.problems.append(f"Foursquare refuses: {short(said or kind or code, 200)}")


def _following(page: Page, found: int) -> list[str]:
    venue = _VENUE.search(path_of(page.url)) if page.url.startswith(API) else None
    if venue is None or found < PAGE_TIPS:
        return []
    return [_address(venue.group(1), (count(query_of(page.url).get("offset")) or 0) + found)]


def _address(venue: str, offset: int) -> str:
    query = {"limit": PAGE_TIPS, "sort": "NEWEST", "offset": offset}
    return f"{API}/{venue}/tips?{urlencode(query)}"


FOURSQUARE = Foursquare()
