"""Reviews of one's own places from Google's Business Profile interface."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.credentials import TokenGrant
from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.google_api_errors import refusal
from crawlers.parsing.google_translations import original_and_translation
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as json_lines
from crawlers.parsing.json_search import objects_where
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, one_line
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind

API = "https://mybusiness.googleapis.com/v4"
PAGE_REVIEWS = 50
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}

_LOCATION = re.compile(r"accounts/(\d{1,30})/locations/(\d{1,30})")
_SIGN = re.compile(r'"starRating"\s*:\s*"(?:ONE|TWO|THREE|FOUR|FIVE|STAR_RATING_UNSPECIFIED)"')

_UNPUBLISHED = ("PENDING", "REJECTED")
"""States of an answer that nobody sees."""


class GoogleBusiness:
    """All reviews of a place, to its owner alone."""

    name: Literal["google_business"] = "google_business"
    kind: SourceKind = "map"
    access = Access(
        needs="id:secret:refresh token (or an access token) of an OAuth client that the place's "
        "owner gave the scope business.manage",
        paging="nextPageToken of the answer, last changed first",
        key="OTZVUK_KEY_GOOGLE_BUSINESS",
        token=TokenGrant(url="https://oauth2.googleapis.com/token", grant="refresh_token"),
        needs_key=True,
        gives=frozenset(
            ("id", "author", "rating", "text", "date", "edited", "reply", "claimed_total")
        ),
        terms_url="https://developers.google.com/my-business/content/policies",
        evidence="constructed",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of a location that is named as the interface names it."""
        found = _LOCATION.search(path_of(url)) if host_of(url).endswith("googleapis.com") else None
        if found is None:
            raise UsageError(
                f"{url!r} names no location: expected "
                f"{API}/accounts/123/locations/456, both numbers as the Business Profile "
                "interface lists them"
            )
        return (_address(found.group(1), found.group(2)),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the token in a header."""
        if not key or not address.startswith(API):
            return PageRequest(url=address)
        return PageRequest(url=address, headers=(("Authorization", f"Bearer {key}"),))

    def recognises(self, page: Page) -> float:
        """By its host, or by ratings that are words."""
        if page.url.startswith(API):
            return 0.95
        return 0.9 if page.looks_like_json and _SIGN.search(page.text[:50_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of a list, of several locations' list, or a review alone."""
        harvest = Harvest.of(page)
        answer = json_lines(page, harvest.problems)
        rows = _rows(answer)
        for number, row in enumerate(rows, start=1):
            harvest.drafts.append(_draft(row, f"review {number}", page))
        blocked, words = refusal(answer)
        if words:
            harvest.blocked = blocked
            harvest.problems.append(f"Google Business Profile refuses: {words}")
        harvest.is_known = bool(rows) or _is_empty_list(answer, page)
        harvest.claimed = count(at(answer, "totalReviewCount"))
        harvest.links.extend(_following(answer, page, harvest.problems) if rows else ())
        return harvest.parsed(page, self)


def _rows(answer: Any) -> list[dict[str, Any]]:
    """Reviews of one location, of several, or one as a notification leads to it.

    Files that people keep hold several answers, or rows without an answer around them.
    """
    several = (at(one, "review") for one in dicts_at(answer, "locationReviews"))
    rows = dicts_at(answer, "reviews") + [one for one in several if isinstance(one, dict)]
    return rows or list(objects_where(answer, lambda entry: "starRating" in entry))


def _is_empty_list(answer: Any, page: Page) -> bool:
    """A location without reviews is answered with an empty object."""
    is_said = isinstance(at(answer, "reviews"), list) or "totalReviewCount" in (answer or ())
    return is_said or (answer == {} and page.url.startswith(API))


def _draft(row: dict[str, Any], where: str, page: Page) -> Draft:
    now, created = page.fetched_at, text_at(row, "createTime")
    edited = text_at(row, "updateTime")
    text, translated = original_and_translation(text_at(row, "comment"))
    name = text_at(row, "name")
    native = text_at(row, "reviewId") or name.rpartition("/reviews/")[2]
    return Draft(
        where=where,
        native_id=one_line(native)[:300] or None,
        author=_author(row),
        rating=_rating(row),
        text=text,
        published=parse_date(created, now),
        edited_at=parse_date(edited, now).value if edited != created else None,
        replies=_replies(row, page),
        media_count=len(dicts_at(row, "reviewMediaItems")),
        extra=_extra(name, translated),
    )


def _rating(row: dict[str, Any]) -> ParsedRating:
    """A word of the interface, or the number that collectors make of it."""
    word = text_at(row, "starRating")
    return parse_rating(STARS.get(word, word if word.isdecimal() else None))


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "reviewer", "displayName"))
    is_hidden = flag_at(row, "reviewer", "isAnonymous") or is_nobody(name)
    return Author(name=None if is_hidden else short(name))


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = original_and_translation(text_at(row, "reviewReply", "comment"))[0][:LONG_LIMIT]
    if not text or text_at(row, "reviewReply", "reviewReplyState") in _UNPUBLISHED:
        return ()
    moment = time_at(row, page.fetched_at, "reviewReply", "updateTime")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _extra(name: str, translated: str) -> dict[str, Any]:
    location = _LOCATION.search(name)
    found = {
        "location": location.group(2) if location else None,
        "translation": short(translated, SHORT_LIMIT),
    }
    return {key: value for key, value in found.items() if value}


def _following(answer: Any, page: Page, problems: list[str]) -> tuple[str, ...]:
    token = text_at(answer, "nextPageToken")
    if not token or token == query_of(page.url).get("pageToken"):
        return ()
    names = (page.url, text_at(answer, "reviews", 0, "name"))
    location = next((found for name in names if (found := _LOCATION.search(name))), None)
    if location is None:
        problems.append("further pages exist, but the location is unknown: give it (--url)")
        return ()
    return (_address(location.group(1), location.group(2), token),)


def _address(account: str, location: str, token: str = "") -> str:
    more = {"pageToken": token[:2_000]} if token else {}
    query = urlencode({"pageSize": PAGE_REVIEWS, "orderBy": "updateTime desc", **more})
    return f"{API}/accounts/{account}/locations/{location}/reviews?{query}"


GOOGLE_BUSINESS = GoogleBusiness()
