"""Reviews of companies and places on 2GIS, from the interface that its own pages read, or these."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, is_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as json_lines
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.parsing.twogis_pages import (
    OWN_PAGE,
    SIGN,
    card_drafts,
    place_name,
    rows_of,
    states_of,
)
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind, Votes

API = "https://public-api.reviews.2gis.com/2.0"
PAGE_REVIEWS = 50
"""The most that 2GIS gives at once."""
OWN = "2gis"
"""Provider of reviews written on 2GIS itself; it also shows those of partners."""

_NATIONS = (
    "ru", "com", "kz", "kg", "ae", "uz", "by", "az", "am", "ge", "cl", "cz", "it", "cy", "com.cy",
    "ua", "sa", "qa", "kw", "om", "bh", "tj", "tm", "mn",
)  # fmt: skip
_SITES = tuple(f"2gis.{nation}" for nation in _NATIONS)
_PLACE = re.compile(r"/(firm|geo|branches|orgs|inside|reviews)/(\d{5,20})(?:[_/?#]|$)")
_KIND = {"firm": "branches", "reviews": "branches", "inside": "geo"}
_SIGN = re.compile(r'"(?:official_answer|branch_reviews_count|org_reviews_count|date_edited)"\s*:')
_REFUSALS: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
    "500": "rate_limited", "503": "rate_limited",
}  # fmt: skip


class TwoGis:
    """One list a place, newest first; the key travels beside the address, never in it."""

    name: Literal["twogis"] = "twogis"
    kind: SourceKind = "map"
    access = Access(
        needs="key of the reviews' interface of 2GIS",
        paging="link to the next page in the answer",
        key="OTZVUK_KEY_TWOGIS",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "edited", "verified",
             "votes", "reply", "media", "claimed_total")
        ),
        terms_url="https://law.2gis.ru/licensing-agreement",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The interface's list for the page of a company, building or organisation."""
        found = _PLACE.search(url[:2_000]) if is_of(url, *_SITES) else None
        if found is None:
            raise UsageError(
                f"{url!r} names no place: expected 2gis.ru/city/firm/70000001045733822"
            )
        kind = _KIND.get(found.group(1), found.group(1))
        query = {
            "limit": PAGE_REVIEWS, "sort_by": "date_created", "locale": "ru_RU",
            "fields": "meta.branch_reviews_count,meta.org_reviews_count,meta.geo_reviews_count,"
            "meta.total_count,reviews.is_verified",
        }  # fmt: skip
        return (f"{API}/{kind}/{found.group(2)}/reviews?{urlencode(query, safe=',')}",)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the key as a parameter."""
        if not key or not is_of(address, "2gis.com"):
            return PageRequest(url=address)
        return PageRequest(url=_with(address, key=key))

    def recognises(self, page: Page) -> float:
        """By the host, or by names that no other interface has."""
        if host_of(page.url) == "public-api.reviews.2gis.com" or is_of(page.url, *_SITES):
            return 0.95
        if not page.looks_like_json:
            is_its_own = OWN_PAGE.search(page.text[:500_000])
            return 0.9 if is_its_own and SIGN.search(page.text) else 0.0
        return 0.9 if _SIGN.search(page.text[:50_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer, those of partners marked with their provider."""
        harvest = Harvest.of(page)
        if not page.looks_like_json:
            _read_page(page, harvest)
            return harvest.parsed(page, self)
        answer = json_lines(page, harvest.problems)
        listed = at(answer, "reviews")
        rows = dicts_at(answer, "reviews") if isinstance(listed, list) else rows_of(answer)
        harvest.is_known = isinstance(listed, list)
        harvest.blocked = _refusal(answer)
        if harvest.blocked:
            said = text_at(answer, "meta", "error", "message")[:200]
            harvest.problems.append(f"2GIS refuses: {said or harvest.blocked}")
        harvest.claimed = _claimed(answer)
        for number, row in enumerate(rows, start=1):
            draft = _draft(row, f"review {number}", page)
            if draft.native_id is None:
                harvest.problems.append(f"{draft.where}: dropped, it has no id")
            else:
                harvest.drafts.append(draft)
        following = text_at(answer, "meta", "next_link")
        if rows and following and host_of(following).endswith("2gis.com"):
            harvest.links.append(_with(following))
        return harvest.parsed(page, self)


def _read_page(page: Page, harvest: Harvest) -> None:
    """Reviews of the state that a saved page begins with; without them, the cards it shows."""
    root = parse_html(page.text, harvest.problems) if SIGN.search(page.text) else None
    if root is None:
        return
    states = list(states_of(root))
    rows = [row for state in states for row in rows_of(state)]
    for number, row in enumerate(rows, start=1):
        draft = _draft(row, f"review {number}", page)
        draft.product = draft.product or place_name(root)
        harvest.drafts.append(draft)
    if not rows:
        harvest.drafts.extend(card_drafts(root, page.url, page.fetched_at))


def _draft(row: dict[str, Any], where: str, page: Page) -> Draft:
    now, edited = page.fetched_at, text_at(row, "date_edited")
    created = text_at(row, "date_created")
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating")),
        text=clean(text_at(row, "text")),
        product=text_at(row, "object", "name"),
        url=text_at(row, "url") or _place_url(row),
        published=parse_date(created, now),
        edited_at=parse_date(edited, now).value if edited != created else None,
        votes=_votes(row),
        replies=_replies(row, page),
        media_count=len(dicts_at(row, "photos")),
        verified_purchase=flag_at(row, "is_verified") or None,
        extra=_extra(row),
    )


def _author(row: dict[str, Any]) -> Author:
    full = f"{text_at(row, 'user', 'first_name')} {text_at(row, 'user', 'last_name')}"
    name = one_line(text_at(row, "user", "name") or full)
    native = text_at(row, "user", "public_id") or text_at(row, "user", "id")
    pictures = at(row, "user", "photo_preview_urls")
    return Author(
        id=short(native, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(text_at(row, "user", "url")),
        reviews_count=count(at(row, "user", "reviews_count")),
        has_picture=bool(pictures) if isinstance(pictures, dict) else None,
    )


def _votes(row: dict[str, Any]) -> Votes | None:
    likes = count(at(row, "likes_count"))
    return None if likes is None else Votes(helpful=likes)


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = clean(text_at(row, "official_answer", "text"))[:LONG_LIMIT]
    if not text:
        return ()
    return (
        Reply(
            text=text,
            author=short(text_at(row, "official_answer", "org_name")),
            is_owner=True,
            replied_at=time_at(row, page.fetched_at, "official_answer", "date_created"),
        ),
    )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    provider = text_at(row, "provider")
    found = {
        "provider": short(provider, 100) if provider != OWN else None,
        "object_id": short(text_at(row, "object", "id"), 50),
        "comment_count": count(at(row, "comments_count")),
        "hidden_because": short(text_at(row, "hiding_reason"), 200),
    }
    return {name: value for name, value in found.items() if value}


def _place_url(row: dict[str, Any]) -> str:
    number = text_at(row, "object", "id")
    page = "geo" if text_at(row, "object", "type") == "geo" else "firm"
    return f"https://2gis.ru/{page}/{number}/tab/reviews" if number.isdecimal() else ""


def _refusal(answer: Any) -> BlockedReason | None:
    return _REFUSALS.get(text_at(answer, "meta", "code"))


def _claimed(answer: Any) -> int | None:
    names = ("total_count", "branch_reviews_count", "org_reviews_count", "geo_reviews_count")
    counts = (count(at(answer, "meta", name)) for name in names)
    return next((one for one in counts if one is not None), None)


def _with(url: str, **parameters: str) -> str:
    """The address without any key it brought, and with these parameters."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "key"]
    query = urlencode([*kept, *parameters.items()], safe=",")
    return parts._replace(query=query, fragment="").geturl()


TWOGIS = TwoGis()
