"""The few reviews of a place that Google's Places interface gives to whoever has a key."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsed import ParsedPage, bounded
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.draft import build
from crawlers.parsing.google_api_errors import refusal
from crawlers.parsing.google_maps_places import is_google, place_id_of
from crawlers.parsing.google_places_answer import answer_of, draft_of, places_of
from crawlers.parsing.json_values import at, dicts_at
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Review, SourceKind

API = "https://places.googleapis.com/v1/places"
FIELDS = "id,displayName,googleMapsUri,userRatingCount,reviews"
_HOSTS = ("places.googleapis.com", "maps.googleapis.com")
_PLACE_ID = re.compile(r"/v1/places/([\w-]{10,200})")
_SIGN = re.compile(
    r'"(?:relativePublishTimeDescription|relative_publish_time_description|author_attribution'
    r'|relative_time_description|authorAttribution)"\s*:'
)


class GooglePlaces:
    """At most five reviews, chosen by Google; Google Maps' own list gives them all."""

    name: Literal["google_places"] = "google_places"
    kind: SourceKind = "map"
    access = Access(
        needs="key of the Places API (New)",
        paging="none: one answer with the reviews that Google finds most relevant",
        max_pages=1,
        cap=5,
        key="OTZVUK_KEY_GOOGLE_PLACES",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "product", "language",
             "claimed_total")
        ),
        terms_url="https://cloud.google.com/maps-platform/terms",
        evidence="documentation",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The interface's address of the place; the language of the given address is kept."""
        direct = _PLACE_ID.search(url) if host_of(url) in _HOSTS else None
        known = direct is None and (is_google(url) or host_of(url) in _HOSTS)
        place = direct.group(1) if direct else place_id_of(url) if known else ""
        if not place:
            raise UsageError(
                f"{url!r} names no place with its place id: give the long address of the place "
                "on Google Maps, or one with place_id=ChIJ…"
            )
        query = query_of(url)
        language = query.get("languageCode", query.get("hl", query.get("language", "ru")))
        return (f"{API}/{place}?{urlencode({'languageCode': language[:20], 'fields': FIELDS})}",)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the key in a header."""
        is_api = host_of(address) == "places.googleapis.com"
        headers = (("X-Goog-Api-Key", key),) if key and is_api else ()
        return PageRequest(url=address, headers=headers)

    def recognises(self, page: Page) -> float:
        """By names that no other interface has."""
        if page.host == "places.googleapis.com" or "/maps/api/place/" in page.url:
            return 0.95
        is_answer = page.looks_like_json or page.text.lstrip()[:1] == "#"
        return 0.95 if is_answer and _SIGN.search(page.text[:500_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer."""
        problems: list[str] = ["page is longer than the limit, its end is lost"] * page.is_cut
        answer = answer_of(page)
        places = places_of(answer)
        reviews: dict[str, Review] = {}
        rows = ((row, place) for place in places for row in dicts_at(place, "reviews"))
        for number, (row, place) in enumerate(rows, start=1):
            draft = draft_of(row, f"review {number}", place, page.fetched_at)
            if draft.is_empty:
                problems.append(f"{draft.where}: dropped, neither words nor stars")
            elif review := build(draft, page, self.name, self.kind, problems):
                reviews.setdefault(review.review_id, review)
        blocked, words = refusal(answer)
        problems.extend([] if places else _complaints(answer, words, page))
        return ParsedPage(
            reviews=tuple(reviews.values()),
            claimed_total=_claimed(places),
            problems=bounded(tuple(problems)),
            blocked=None if places else blocked or blocked_reason(page),
        )


def _complaints(answer: Any, words: str, page: Page) -> list[str]:
    if words:
        return [f"Google Places refuses: {words}"]
    if blocked_reason(page) or answer == {}:
        return []
    return ["this is no answer of Google Places"]


def _claimed(places: list[dict[str, Any]]) -> int | None:
    """Ratings of the only place; the interface does not tell how many of them have words."""
    names = ("userRatingCount", "user_rating_count", "user_ratings_total")
    totals = (at(places[0], name) for name in names) if len(places) == 1 else ()
    return count(next((one for one in totals if one is not None), None))


GOOGLE_PLACES = GooglePlaces()
