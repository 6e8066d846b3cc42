"""Reviews of banks on banki.ru, the people's rating."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import quote, urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.banki_ru_cards import card_draft, cards_of
from crawlers.parsing.banki_ru_rows import SITE, marked_draft, row_draft
from crawlers.parsing.css import all_of, attribute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.structured import Item
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

LIST = f"{SITE}/services/responses/list/ajax/"

_BANK = re.compile(r"^/services/responses/bank/(?!response/)([\w.-]{1,100})")
_ONE = re.compile(r"^/services/responses/bank/response/\d{4,12}")
_PRODUCT = re.compile(r"/product/([\w.-]{1,100})")
_TOTAL = re.compile(r"totalItems:\s*(\d{1,9})")
_CARD_SIGN = re.compile(
    r"responses__item__message|responses__response\b|response-page__(?:title|text)"
)
_SIGN = re.compile(r'"(?:resolutionIsApproved|agentAnswerText|isCountable)"\s*:')


class BankiRu:
    """The list that its page loads, and the pages themselves."""

    name: Literal["banki_ru"] = "banki_ru"
    kind: SourceKind = "review_site"
    access = Access(
        paging="page= while hasMorePages",
        gives=frozenset(
            ("id", "author", "rating", "title", "text", "date", "verified", "reply", "product",
             "claimed_total")
        ),
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of a bank (or of one of its products), newest first; one review as it is."""
        if is_of(url, "banki.ru") and (one := _ONE.match(path_of(url))):
            return (f"{SITE}{one.group()}/",)
        query = query_of(url)
        found = _BANK.match(path_of(url))
        bank = found.group(1) if found else query.get("bank", "")
        if not is_of(url, "banki.ru") or not re.fullmatch(r"[\w.-]{1,100}", bank):
            raise UsageError(
                f"{url!r} names no bank: expected {SITE}/services/responses/bank/name/"
            )
        product = _PRODUCT.search(path_of(url))
        return (_address(bank, product.group(1) if product else query.get("product", ""), 1),)

    def api_urls(self, url: str) -> tuple[str, ...]:  # noqa: ARG002  # the protocol's argument
        """No official API."""
        return ()

    def request(self, address: str, key: str | None) -> PageRequest:  # noqa: ARG002
        """The list is asked for as its page does."""
        headers = (("X-Requested-With", "XMLHttpRequest"),) if address.startswith(LIST) else ()
        return PageRequest(url=address, headers=headers)

    def recognises(self, page: Page) -> float:
        """By names of its rows, or its host."""
        if _SIGN.search(page.text[:20_000]) or "&quot;isCountable&quot;" in page.text[:400_000]:
            return 0.9
        if page.looks_like_json:
            return 0.0
        is_drawn = "banki.ru" in page.text and _CARD_SIGN.search(page.text) is not None
        return 0.85 if is_drawn or is_of(page.url, "banki.ru") else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Rows of the list, as JSON or inside of the page."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_list(_json(page, harvest), page, harvest, [])
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _json(page: Page, harvest: Harvest) -> Any:
    try:
        return page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return None


def _read_list(value: Any, page: Page, harvest: Harvest, marked: list[Item]) -> None:
    if bare := _bare_rows(value):
        value = {"data": bare, "total": None}
    if not isinstance(at(value, "data"), list):
        return
    rows = dicts_at(value, "data")
    harvest.is_known = "hasMorePages" in value or "total" in value
    beside = marked if len(marked) == len(rows) else [None] * len(rows)
    harvest.drafts += [
        row_draft(row, number, page, item)
        for number, (row, item) in enumerate(zip(rows, beside, strict=True), start=1)
    ]
    harvest.claimed = count(at(value, "total"))
    if rows and at(value, "hasMorePages") is True:
        harvest.links.extend(_following(page.url, rows))


def _following(url: str, rows: list[dict[str, Any]]) -> list[str]:
    """The next page of the same list: of a bank, of a product, or of whatever was asked for."""
    query, path = query_of(url), path_of(url)
    number = (count(query.get("page")) or 1) + 1
    found, product = _BANK.match(path), _PRODUCT.search(path)
    bank = query.get("bank") or (found.group(1) if found else "")
    kind = product.group(1) if product else query.get("product", "")
    if not bank and not path.startswith("/services/responses/list"):
        codes = {text_at(row, "company", "code") for row in rows}
        bank = codes.pop() if len(codes) == 1 else ""
        return [_address(bank, kind, number)] if bank else []
    return [_address(bank, kind, number)]


def _bare_rows(value: Any) -> list[dict[str, Any]]:
    """Rows that somebody put together out of many answers: a list, or an object by their ids."""
    entries = list(value.values()) if isinstance(value, dict) else value
    return [row for row in dicts_at(entries) if {"grade", "text", "dateCreate"} <= row.keys()]


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    marked = [item for item in jsonld_items(root, harvest.problems) if item.is_a("review")]
    for element in all_of(root, "[data-module-options]"):
        options = _options(element.get("data-module-options") or "")
        if isinstance(at(options, "responses"), dict):
            _read_list(at(options, "responses"), page, harvest, marked)
            return
    cards = cards_of(root)
    if cards:
        _read_cards(cards, root, page, harvest, marked)
        return
    own = (page.url or canonical_url(root)) if len(marked) == 1 else ""
    harvest.drafts += [
        marked_draft(item, number, own, page) for number, item in enumerate(marked, start=1)
    ]


def _read_cards(
    cards: list[etree._Element],
    root: etree._Element,
    page: Page,
    harvest: Harvest,
    marked: list[Item],
) -> None:
    """Cards, with the whole texts of the markup where the same reviews stand in both."""
    harvest.is_known = True
    own = page.url or canonical_url(root)
    drafts = [card_draft(card, root, number, page) for number, card in enumerate(cards, 1)]
    beside = [marked_draft(item, n, "", page) for n, item in enumerate(marked, 1)]
    if [one.title for one in drafts] == [one.title for one in beside]:
        for draft, whole in zip(drafts, beside, strict=True):
            if len(whole.text) >= len(draft.text):
                draft.text, draft.author, draft.rating = whole.text, whole.author, whole.rating
                draft.extra.pop("excerpt", None)
    harvest.drafts += drafts
    harvest.claimed = _claimed(root)
    harvest.links.extend(next_pages(root, own, own)[:1] if own else ())


def _claimed(root: etree._Element) -> int | None:
    """The pager of the lists before 2021 tells the number of entries."""
    found = _TOTAL.search(attribute(root, "[data-options*=totalItems]", "data-options")[:500])
    return count(found.group(1)) if found else None


def _options(script: str) -> Any:
    if '"responses"' not in script:
        return None
    try:
        return load_json(script)[0][0]
    except BrokenJson:
        return None


def _address(bank: str, product: str, number: int) -> str:
    query = {"page": str(number), "type": "all", **({"bank": bank} if bank else {})}
    more = {"product": product} if re.fullmatch(r"[\w.-]{1,100}", product) else {}
    return f"{LIST}?{urlencode({**query, **more}, quote_via=quote)}"


BANKI_RU = BankiRu()
