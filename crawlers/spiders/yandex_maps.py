"""Reviews of organisations on Yandex Maps, from the state of the page or its marked-up cards."""

from __future__ import annotations

import re
from typing import Any, Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage, bounded
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.draft import Draft, build
from crawlers.parsing.duplicates import merged
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.ratings import count
from crawlers.parsing.schema_reviews import opinions_of
from crawlers.parsing.site_voice import site_voice
from crawlers.parsing.yandex_maps_cards import card_drafts
from crawlers.parsing.yandex_maps_state import (
    Organisation,
    draft_of,
    json_of,
    organisation_of,
    state_of,
)
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

CAP = 600
PAGE_REVIEWS = 50
MAX_PAGES = CAP // PAGE_REVIEWS

_YANDEX = re.compile(r"(?:maps\.|m\.)?yandex\.(?:com\.)?[a-z]{2,3}")
_ORGANISATION = re.compile(
    r"/(?:(?:\d+/)?[\w-]+/)?(?:org|profile|sprav)/(?:([\w-]+)/)?(\d{5,20})(?:[/?#]|$)"
    r"|/maps-reviews-widget/()(\d{5,20})"
)
_SIGN = re.compile(r'"reviewResults"\s*:|class="[^"]*business-review-view')
_CARD = re.compile(r"""itemprop=["']?review\b""")
_ANSWER_NAMES = ('"reviewId"', '"businessId"')


class YandexMaps(PlainRequests):
    """The map shows the last 600 reviews of a place, fifty on a page, whatever it counts."""

    name: Literal["yandex_maps"] = "yandex_maps"
    kind: SourceKind = "map"
    access = Access(
        paging="page= of the organisation's reviews",
        max_pages=MAX_PAGES,
        cap=CAP,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "text", "date", "votes", "reply",
             "media", "product", "language", "claimed_total")
        ),
        terms_url="https://yandex.ru/legal/maps_termsofuse/",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The first page of the organisation's reviews, on the Yandex that was given."""
        slug, number = _named(url)
        if not number:
            raise UsageError(
                f"{url!r} names no organisation: expected yandex.ru/maps/org/name/1234567890/"
            )
        return (_address(host_of(url), slug, number, 1),)

    def recognises(self, page: Page) -> float:
        """By the names of the map's state, of its cards or of its own answers."""
        if page.looks_like_json:
            return 0.9 if all(name in page.text[:50_000] for name in _ANSWER_NAMES) else 0.0
        is_map = _YANDEX.fullmatch(page.host) is not None and "/maps" in path_of(page.url)
        return 0.95 if _SIGN.search(page.text) else 0.7 if is_map else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the state, and of the cards where they show more of them."""
        problems: list[str] = ["page is longer than the limit, its end is lost"] * page.is_cut
        answer = json_of(page)
        root = None if page.looks_like_json else parse_html(page.text, problems)
        value = state_of(root) if root is not None else answer
        place = organisation_of(value)
        drafts = _drafts(place, page, problems) if place else []
        cards = _of_cards(root, page, problems)
        if len(cards) > len(drafts):  # the state knows what was there before a reader scrolled
            drafts = merged([*drafts, *cards])
        built = (build(draft, page, self.name, self.kind, problems) for draft in drafts)
        reviews = tuple({review.review_id: review for review in built if review}.values())
        is_known = place is not None or bool(reviews)
        blocked = None if is_known else _obstacle(answer) or blocked_reason(page)
        if not is_known and not blocked:
            problems.append("this is no page of reviews on Yandex Maps")
        return ParsedPage(
            reviews=reviews,
            next_urls=_next_urls(place, page, problems) if place and reviews else (),
            claimed_total=place.total if place else _counted(root),
            problems=bounded(tuple(problems)),
            blocked=blocked,
        )


def _drafts(place: Organisation, page: Page, problems: list[str]) -> list[Draft]:
    drafts = []
    for number, row in enumerate(place.rows, start=1):
        draft = draft_of(row, f"review {number}", place, page.fetched_at)
        if draft.native_id is None:
            problems.append(f"{draft.where}: dropped, it has no reviewId")
        elif draft.is_empty:
            problems.append(f"{draft.where}: dropped, neither words nor stars")
        else:
            drafts.append(draft)
    return drafts


def _of_cards(root: etree._Element | None, page: Page, problems: list[str]) -> list[Draft]:
    """The cards, or their microdata: without ids, and cut after some lines."""
    if root is None:
        return []
    if cards := [draft for draft in card_drafts(root, page) if not draft.is_empty]:
        return cards
    if not _CARD.search(page.text):
        return []
    items = microdata_items(root, page.url, problems)
    return opinions_of(items, page, root.get("lang") or "", site_voice(root, items, page)).drafts


def _obstacle(answer: Any) -> BlockedReason | None:
    """The map's answers to readers whom it does not trust: a captcha, or a token alone."""
    if text_at(answer, "type") == "captcha" or at(answer, "captcha") is not None:
        return "captcha"
    return "forbidden" if isinstance(answer, dict) and set(answer) == {"csrfToken"} else None


def _counted(root: etree._Element | None) -> int | None:
    found = root.xpath("//meta[@itemprop='reviewCount']/@content") if root is not None else []
    return count(str(found[0])) if isinstance(found, list) and found else None


def _next_urls(place: Organisation, page: Page, problems: list[str]) -> tuple[str, ...]:
    number = count(query_of(page.url).get("page")) or place.page
    if number >= MAX_PAGES or number >= (place.pages or 1):
        return ()
    slug, named = _named(page.url)
    if not (named or place.number):
        problems.append("further pages exist, but the place is unknown: give its address (--url)")
        return ()
    host = page.host if _YANDEX.fullmatch(page.host) else "yandex.ru"
    return (_address(host, slug, named or place.number, number + 1),)


def _named(url: str) -> tuple[str, str]:
    """Name and number of the organisation in an address; empty where there is none."""
    if not _YANDEX.fullmatch(host_of(url)):
        return "", ""
    found = _ORGANISATION.search(url[:2_000])
    if found:
        return found.group(1) or "", found.group(2) or found.group(4)
    query = query_of(url)
    number = query.get("oid") or query.get("businessId") or query.get("poi[uri]", "")
    digits = re.search(r"(?:^|oid=)(\d{5,20})$", number)
    return "", digits.group(1) if digits else ""


def _address(host: str, slug: str, number: str, page: int) -> str:
    place = f"{slug}/{number}" if slug else number
    return f"https://{host}/maps/org/{place}/reviews/" + (f"?page={page}" if page > 1 else "")


YANDEX_MAPS = YandexMaps()
