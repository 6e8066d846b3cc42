"""What visitors write about a place on Google Maps, from the lists that the map itself reads."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.draft import Draft
from crawlers.parsing.google_maps_cards import CARD_SIGNS, card_drafts, place_of
from crawlers.parsing.google_maps_collected import SIGN, collected
from crawlers.parsing.google_maps_collected import draft_of as collected_draft
from crawlers.parsing.google_maps_flat import flat_draft
from crawlers.parsing.google_maps_lists import MapsAnswer, answer_of
from crawlers.parsing.google_maps_places import (
    feature_of,
    is_google,
    is_list,
    list_address,
    token_of,
)
from crawlers.parsing.google_maps_reviews import draft_of, is_photo_post
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as json_lines
from crawlers.parsing.markup import parse_html
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_ROW = re.compile(
    r'"0x[0-9a-z]{1,16}:0x[0-9a-z]{1,16}"\s*,\s*null\s*,\s*\d{15,17}\b'
    r'|[\[,]\s*"https://www\.google\.[a-z.]{2,6}/maps/contrib/\d{5,30}[^"]{0,100}"\s*,',
    re.I,
)
_PAGE_SIGN = re.compile(
    r"""APP_INITIALIZATION_STATE|data-review-id=["']?C[a-z]|gws-localreviews__google-review"""
    r"""|class="bwb7ce"[^>]{0,500}data-id="""
)
NO_REVIEWS = (
    "Google Maps lists no review: so it answers for a place without any, and also to readers "
    "that bring no cookies of its page"
)


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
            is_listed = page.text.lstrip()[:1] in "[)" and _ROW.search(page.text)
            is_collected = SIGN.search(page.text[:200_000]) is not None
            return 0.95 if is_listed else 0.9 if is_collected else 0.0
        is_map = "google." in page.text and "/maps" in page.text
        return 0.95 if is_map and _PAGE_SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer, and its continuation while it brings any.

        A page that a browser saved also shows reviews that it loaded later: those are added.
        """
        harvest = Harvest.of(page)
        answer = answer_of(page)
        rows = [row for row in answer.rows if not is_photo_post(row)]
        for number, row in enumerate(rows, start=1):
            harvest.drafts.append(draft_of(row, f"review {number}", answer.name, page.fetched_at))
        for number, row in enumerate(answer.flat, start=1):
            where = f"flat review {number}"
            harvest.drafts.append(flat_draft(row, where, answer.name, page.fetched_at))
        harvest.is_known, harvest.claimed = answer.is_known, answer.total
        harvest.drafts.extend(_drawn(page, answer, harvest))
        if not answer.is_known:
            _add_collected(page, harvest)
        if len(rows) < len(answer.rows):
            harvest.skipped["photo without stars"] = len(answer.rows) - len(rows)
        if answer.is_known and not harvest.drafts and not answer.rows:
            harvest.problems.append(NO_REVIEWS)
        if any(not draft.is_empty for draft in harvest.drafts):
            harvest.links.extend(_next_urls(answer, page))
        return harvest.parsed(page, self)


def _add_collected(page: Page, harvest: Harvest) -> None:
    """Rows of an archive or of a collector, whose totals count where one place has them all."""
    rows = collected(json_lines(page, harvest.problems))
    for number, (row, place, _) in enumerate(rows, start=1):
        draft = collected_draft(row, place, f"row {number}", page.fetched_at)
        harvest.drafts.append(draft)
    totals = {total for _, _, total in rows}
    if len(totals) == 1:
        harvest.claimed = next(iter(totals))


def _drawn(page: Page, answer: MapsAnswer, harvest: Harvest) -> list[Draft]:
    """Cards of a saved page that its lists do not hold; the page's own total where they lack it."""
    if page.looks_like_json or not any(sign in page.text for sign in CARD_SIGNS):
        return []
    root = parse_html(page.text, harvest.problems)
    if root is None:
        return []
    name, total = place_of(root)
    harvest.claimed = total if harvest.claimed is None else harvest.claimed
    known = {row[0] for row in answer.rows}
    cards = card_drafts(root, answer.name or name, page.fetched_at)
    return [card for card in cards if card.native_id not in known]


def _next_urls(answer: MapsAnswer, page: Page) -> tuple[str, ...]:
    token = answer.token
    place = feature_of(page.url) or answer.place
    if not token or not place or token == token_of(page.url):
        return ()
    return (list_address(place, query_of(page.url).get("hl", "en"), token),)


GOOGLE_MAPS = GoogleMaps()
