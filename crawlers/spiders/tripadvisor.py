"""Travellers' reviews on Tripadvisor, from its pages and from its interface."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.css import all_of, attribute, line
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.parsing.schema_reviews import opinions_of
from crawlers.parsing.site_voice import site_voice
from crawlers.parsing.tripadvisor_cards import cards_of, draft_of, is_placeholder, is_shortened
from crawlers.parsing.tripadvisor_graph import (
    GRAPH_SIGN,
    graph_draft,
    graph_rows,
    graph_total,
    states_of,
)
from crawlers.parsing.tripadvisor_rows import api_draft
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

API = "https://api.content.tripadvisor.com/api/v1/location"
PAGE_REVIEWS = 5
"""The most that the interface gives of a place."""

_SITE = re.compile(r"(?:[\w-]+\.)*tripadvisor\.(?:com?\.)?[a-z]{2,3}")
_PLACE = re.compile(r"/(?:Restaurant|Hotel|Attraction|VacationRental|ShowUser)\w*-g\d+-d(\d+)")
_OFFSET = re.compile(r"-or\d+(?=-)")
_API_PLACE = re.compile(r"/api/v1/location/(\d{1,15})(?:/|$)")
_APP_LINK = re.compile(r"^tripadvisor:(?=//)")
_NEXT = (
    ".unified.pagination a.next, .ui_pagination a.next, [data-smoke-attr=pagination-next-arrow], "
    "link[rel=next]"
)
_SIGN = re.compile(
    r'reviewSelector|inlineReviewUpdate|data-automation="reviewCard"|HR_CC_CARD|data-reviewid='
)
_API_SIGN = re.compile(r'"(?:rating_image_url|trip_type|owner_response)"\s*:')
_REFUSALS: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
}  # fmt: skip


class Tripadvisor:
    """Pages go back to the first review in tens; the interface gives the latest five."""

    name: Literal["tripadvisor"] = "tripadvisor"
    kind: SourceKind = "travel"
    access = Access(
        needs="nothing for the pages, which often answer with a captcha; a key for the interface",
        paging="-or10-, -or20- … in the address of the page; offset= of the interface",
        key="OTZVUK_KEY_TRIPADVISOR",
        gives=frozenset(
            ("id", "author", "rating", "title", "text", "date", "votes", "reply", "product",
             "sub_ratings", "claimed_total")
        ),
        terms_url="https://tripadvisor.mediaroom.com/us-terms-of-use",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The first page of the place; of the interface, its first answer."""
        if _API_PLACE.search(url) and host_of(url) == "api.content.tripadvisor.com":
            return self.api_urls(url)
        _place(url)
        return (urlsplit(_OFFSET.sub("", url))._replace(query="", fragment="").geturl(),)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The interface's reviews of the place in the language of the site that was given."""
        asked = query_of(url).get("language", "")
        language = asked or ("ru" if host_of(url).endswith(".ru") else "en")
        return (f"{API}/{_place(url)}/reviews?{urlencode({'language': language[:10]})}",)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the interface takes its key as a parameter."""
        if not key or not address.startswith(API):
            return PageRequest(url=address)
        joint = "&" if "?" in address else "?"
        return PageRequest(
            url=f"{address}{joint}{urlencode({'key': key})}",
            headers=(("Accept", "application/json"),),
        )

    def recognises(self, page: Page) -> float:
        """By the site's cards or the interface's names."""
        if page.looks_like_json:
            beginning = page.text[:50_000]
            is_own = '"location_id"' in beginning and _API_SIGN.search(beginning)
            is_graph = '"userProfile"' in beginning and GRAPH_SIGN.search(beginning)
            return 0.9 if is_own or is_graph else 0.0
        if _SITE.fullmatch(page.host):
            return 0.95
        return 0.9 if _names_itself(page) and _SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every card of a page, or its structured data where there are none; every row of JSON."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_answer(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _place(url: str) -> str:
    found = _PLACE.search(url) or _API_PLACE.search(url) if _SITE.fullmatch(host_of(url)) else None
    if found is None:
        raise UsageError(
            f"{url!r} names no place: expected an address such as "
            "tripadvisor.com/Restaurant_Review-g188590-d1531839-Reviews-Name.html"
        )
    return found.group(1)


def _names_itself(page: Page) -> bool:
    return "tripadvisor" in page.text[:200_000].casefold()


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    base = page.url or canonical_url(root) or _app_link(root)
    product = line(root, "h1")
    for number, card in enumerate(cards_of(root), start=1):
        if is_placeholder(card):
            harvest.skipped["loaded later by the page"] += 1
            continue
        draft = draft_of(card, f"review {number}", base, page.fetched_at)
        draft.product, draft.url = product, draft.url or base
        if is_shortened(card):
            harvest.problems.append(f"{draft.where}: the page shows the beginning of the text")
        harvest.drafts.append(draft)
    _prefer_state(root, base, page, harvest)
    if not harvest.drafts and (_SITE.fullmatch(host_of(base)) or _names_itself(page)):
        items = jsonld_items(root, harvest.problems)
        voice = site_voice(root, items, page)
        harvest.drafts.extend(opinions_of(items, page, root.get("lang") or "", voice).drafts)
    counted = attribute(root, "[property='v:count'], [property$=reviewCount]", "content")
    harvest.claimed = count(counted) if counted else harvest.claimed
    harvest.is_known = _PLACE.search(base) is not None or bool(harvest.skipped)
    if harvest.drafts:
        links = (absolute(base, one.get("href") or "") for one in all_of(root, _NEXT))
        own = (link.partition("#")[0] for link in links if _SITE.fullmatch(host_of(link)))
        harvest.links.extend([link for link in own if link != base][:1])


def _prefer_state(root: etree._Element, base: str, page: Page, harvest: Harvest) -> None:
    """The page's state says more than its cards: whole texts, ids, answers; it may speak of
    other places, too."""
    states = list(states_of(root))
    place = _PLACE.search(base)
    rows = [
        row
        for state in states
        for row in graph_rows(state)
        if place is None or _location(row) in ("", place.group(1))
    ]
    if not rows or len(rows) < len(harvest.drafts):
        return
    harvest.drafts = _graph_drafts(rows, page)
    harvest.problems = [one for one in harvest.problems if not one.startswith("review ")]
    harvest.claimed = next((one for state in states if (one := graph_total(state))), None)
    product = line(root, "h1")
    for draft in harvest.drafts:
        draft.product, draft.url = draft.product or product, draft.url or base


def _location(row: dict[str, Any]) -> str:
    return text_at(row, "location", "locationId") or text_at(row, "locationId")


def _graph_drafts(rows: list[dict[str, Any]], page: Page) -> list[Draft]:
    return [graph_draft(row, f"review {n}", page.fetched_at) for n, row in enumerate(rows, 1)]


def _app_link(root: etree._Element) -> str:
    """The page's address as it is told to the app."""
    link = attribute(root, "meta[property='al:ios:url']", "content")
    return _APP_LINK.sub("https:", link) if _APP_LINK.match(link) else ""


def _read_answer(page: Page, harvest: Harvest) -> None:
    try:
        answer = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    if GRAPH_SIGN.search(page.text):
        harvest.is_known = True
        harvest.drafts = _graph_drafts(graph_rows(answer), page)
        harvest.claimed = graph_total(answer)
        return
    rows = dicts_at(answer, "data")
    harvest.is_known = isinstance(at(answer, "data"), list)
    harvest.claimed = count(at(answer, "paging", "total_results"))
    for number, row in enumerate(rows, start=1):
        harvest.drafts.append(api_draft(row, f"review {number}", page.fetched_at))
    _refuse(answer, harvest)
    following = text_at(answer, "paging", "next")
    if rows and following.startswith(API):
        harvest.links.append(re.sub(r"(?<=[?&])key=[^&]*&?", "", following).rstrip("?&"))


def _refuse(answer: Any, harvest: Harvest) -> None:
    said = text_at(answer, "error", "message") or text_at(answer, "Message")
    if said:
        code = text_at(answer, "error", "code")
        harvest.blocked = _REFUSALS.get(code, "forbidden")
        harvest.problems.append(f"Tripadvisor refuses: {short(said, 200)}")


TRIPADVISOR = Tripadvisor()
