"""What visitors write about a place on Google Maps, from the lists that the map itself reads."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage, bounded
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.draft import build
from crawlers.parsing.google_maps_lists import MapsAnswer, answer_of
from crawlers.parsing.google_maps_places import (
    feature_of,
    is_google,
    is_list,
    list_address,
    token_of,
)
from crawlers.parsing.google_maps_reviews import draft_of, is_photo_post
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Review, SourceKind

_ROW = re.compile(r'"0x[0-9a-z]+:0x[0-9a-z]+"\s*,\s*null\s*,\s*\d{15,17}\b', re.I)
_STATE = "APP_INITIALIZATION_STATE"


class GoogleMaps(PlainRequests):
    """The map answers in nested lists without names; what stands where is told beside the code."""

    name: Literal["google_maps"] = "google_maps"
    kind: SourceKind = "map"
    access = Access(
        paging="token of the answer, newest first; hl= of the address chooses the language of "
        "relative dates and translations",
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "edited", "votes",
             "reply", "media", "product", "language", "sub_ratings", "claimed_total")
        ),
        terms_url="https://www.google.com/help/terms_maps/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of the place's reviews, newest first; the address's language is kept."""
        feature = feature_of(url) if is_google(url) else ""
        if not feature:
            raise UsageError(
                f"{url!r} names no place: open it on the map and give the long address, as in "
                "google.com/maps/place/Name/data=!4m2!3m1!1s0x14e7:0xe541, or one with cid= or "
                "place_id="
            )
        return (list_address(feature, query_of(url).get("hl", "en"), token_of(url)),)

    def recognises(self, page: Page) -> float:
        """By the place and stamp that every review begins with, or by the map's own state."""
        if is_list(page.url):
            return 0.95
        if page.looks_like_json:
            return 0.95 if page.text.lstrip()[:1] in "[)" and _ROW.search(page.text) else 0.0
        return 0.95 if _STATE in page.text and "/maps" in page.text else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer, and its continuation while it brings any."""
        problems: list[str] = ["page is longer than the limit, its end is lost"] * page.is_cut
        answer = answer_of(page)
        rows = [row for row in answer.rows if not is_photo_post(row)]
        posts = len(answer.rows) - len(rows)
        reviews: dict[str, Review] = {}
        for number, row in enumerate(rows, start=1):
            draft = draft_of(row, f"review {number}", answer.name, page.fetched_at)
            if draft.is_empty:
                problems.append(f"{draft.where}: dropped, neither words nor stars")
            elif review := build(draft, page, self.name, self.kind, problems):
                reviews.setdefault(review.review_id, review)
        blocked = None if answer.is_known else blocked_reason(page)
        problems.extend(_complaints(answer, is_blocked=blocked is not None))
        return ParsedPage(
            reviews=tuple(reviews.values()),
            next_urls=_next_urls(answer, page) if reviews else (),
            claimed_total=answer.total,
            problems=bounded(tuple(problems)),
            skipped={"photo without stars": posts} if posts else {},
            blocked=blocked,
        )


def _complaints(answer: MapsAnswer, *, is_blocked: bool) -> list[str]:
    if not answer.is_known:
        return [] if is_blocked else ["this is no answer of Google Maps' reviews"]
    if answer.rows:
        return []
    return [
        "Google Maps lists no review: so it answers for a place without any, and also to "
        "readers that bring no cookies of its page"
    ]


def _next_urls(answer: MapsAnswer, page: Page) -> tuple[str, ...]:
    token = answer.token
    place = feature_of(page.url) or answer.place
    if not token or not place or token == token_of(page.url):
        return ()
    return (list_address(place, query_of(page.url).get("hl", "en"), token),)


GOOGLE_MAPS = GoogleMaps()
