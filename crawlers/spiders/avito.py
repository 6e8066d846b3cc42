"""Reviews of sellers on Avito: the site's own answers, its pages, or the seller's own by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from lxml import etree

from crawlers.credentials import TokenGrant
from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.avito_cards import (
    DUMP_NAMES,
    api_draft,
    card_drafts,
    dump_draft,
    entry_draft,
    tell_apart,
)  # fmt: skip
from crawlers.parsing.css import all_of, first
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

SITE = "https://www.avito.ru"
API = "https://api.avito.ru/ratings/v1/reviews"
PAGE_REVIEWS = 25
API_REVIEWS = 50

_USER = re.compile(r"/(?:user|web/\d+/user)/([0-9a-f]{16,80})(?:/|$)")
_BRAND = re.compile(r"^/brands/([\w-]{2,100})(?:/|$)")
_SIGN = re.compile(r'"(?:stageTitle|usedInScore|titleCaption)"\s*:')
_CODES: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
}  # fmt: skip


class Avito:
    """A page has no ids of reviews, the answers behind it do; dates of a year ago have no year."""

    name: Literal["avito"] = "avito"
    kind: SourceKind = "classifieds"
    access = Access(
        needs="a browser: its robot wall answers plain requests; id:secret of the seller's "
        "interface (or an access token) for the seller's own",
        paging="nextPage of the answer; offset by key",
        key="OTZVUK_KEY_AVITO",
        token=TokenGrant(url="https://api.avito.ru/token", grant="client_credentials"),
        gives=frozenset(
            ("id", "author", "rating", "text", "date", "verified", "reply", "media", "product",
             "claimed_total")
        ),
        terms_url="https://www.avito.ru/info/polzovatelskoe_soglashenie",
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The answer with a seller's reviews, newest first; the page of a brand's shop."""
        if is_of(url, "avito.ru"):
            if user := _USER.search(path_of(url)):
                query = f"limit={PAGE_REVIEWS}&offset=0&sortRating=date_desc"
                return (f"{SITE}/web/6/user/{user.group(1)}/ratings?{query}",)
            if brand := _BRAND.match(path_of(url)):
                return (f"{SITE}/brands/{brand.group(1)}",)
        raise UsageError(f"{url!r} names no seller: expected {SITE}/user/0123456789abcdef…/profile")

    def api_urls(self, url: str) -> tuple[str, ...]:
        """What the key's owner was told, where the address is that of the interface or cabinet."""
        path = path_of(url)
        is_own = host_of(url) == "api.avito.ru" or path.startswith("/profile")
        return (f"{API}?limit={API_REVIEWS}&offset=0",) if is_of(url, "avito.ru") and is_own else ()

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the token is a header, for the interface alone."""
        if not key or host_of(address) != host_of(API):
            return PageRequest(url=address)
        return PageRequest(url=address, headers=(("Authorization", f"Bearer {key}"),))

    def recognises(self, page: Page) -> float:
        """By its host, or by names and markers that it alone uses."""
        if is_of(page.url, "avito.ru"):
            return 0.95
        head = page.text[:200_000]
        if page.looks_like_json:
            is_dump = all(f'"{name}"' in head for name in DUMP_NAMES)
            return 0.9 if _SIGN.search(head) or is_dump else 0.0
        return 0.9 if 'data-marker="review(' in page.text else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the answer, page or dump."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_json(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        tell_apart(harvest.drafts)
        return harvest.parsed(page, self)


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """The cards, or the answer that the page carries with it, which knows ids, too."""
    cards = card_drafts(root, page)
    for answer in _states(root):
        _read_entries(answer, answer["entries"], page, harvest)
    if len(harvest.drafts) < len(cards):
        harvest.drafts = cards
    seller = first(root, "[data-marker^='profile'], [data-marker^='rating']")
    harvest.is_known = harvest.is_known or seller is not None


def _states(root: etree._Element) -> Iterator[dict[str, Any]]:
    """Answers with reviews among the states of a page, which may be escaped like markup."""
    for script in all_of(root, "script[data-mfe-state], script[type='mime/invalid']"):
        said = "".join(str(piece) for piece in script.itertext())
        if '"entries"' not in (said := unescape(said) if "&quot;" in said else said):
            continue
        try:
            state = msgspec.json.decode(said)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        for found in objects_with(state, "entries"):
            entries = found["entries"]
            if any(text_at(entry, "type") == "rating" for entry in dicts_at(entries)):
                yield found


def _read_json(page: Page, harvest: Harvest) -> None:
    try:
        answer = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    entries = at(answer, "entries") or at(answer, "result", "entries")
    if isinstance(entries, list):
        _read_entries(answer, entries, page, harvest)
    elif isinstance(at(answer, "reviews"), list):
        _read_api(answer, page, harvest)
    elif isinstance(answer, list):
        rows = [row for row in answer if isinstance(row, dict)]
        harvest.is_known = not answer
        for number, row in enumerate(rows, start=1):
            if row.keys() >= DUMP_NAMES:
                harvest.drafts.append(dump_draft(row, number, page))
    code = text_at(answer, "code") or text_at(answer, "error", "code")
    harvest.blocked = _CODES.get(code) if not harvest.is_known else None


def _read_entries(answer: Any, entries: list[Any], page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    for entry in entries:
        kind, value = text_at(entry, "type"), at(entry, "value")
        if kind == "rating" and isinstance(value, dict):
            harvest.drafts.append(entry_draft(value, len(harvest.drafts) + 1, page))
        elif kind == "score":
            harvest.claimed = count(at(value, "reviewCount"))
    following = text_at(answer, "nextPage") or text_at(answer, "result", "nextPage")
    if harvest.drafts and following:
        link = absolute(page.url if page.host else SITE, following)
        harvest.links.extend([link] if is_of(link, "avito.ru") else [])


def _read_api(answer: Any, page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    rows = dicts_at(answer, "reviews")
    harvest.drafts = [api_draft(row, number, page) for number, row in enumerate(rows, start=1)]
    harvest.claimed = count(at(answer, "total"))
    offset = (count(query_of(page.url).get("offset")) or 0) + len(rows)
    if rows and offset < (harvest.claimed or 0) and host_of(page.url) == host_of(API):
        parts = urlsplit(page.url)
        kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "offset"]
        query = urlencode([*kept, ("offset", str(offset))])
        harvest.links.append(parts._replace(query=query).geturl())


AVITO = Avito()
