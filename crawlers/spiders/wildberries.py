"""Reviews of the marketplace Wildberries, as its shop shows them; or all of a seller, by key."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.css import first, line
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.parsing.wildberries_cards import card_draft, cards_of
from crawlers.parsing.wildberries_rows import draft_of
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

CARD = "https://card.wb.ru/cards/v4/detail?appType=1&curr=rub&dest=-1257786&nm={article}"
"""Facts of a product; its `root` is what reviews are kept under."""
LISTS = "https://{host}/feedbacks/v2/{root}"
HOSTS = ("feedbacks1.wb.ru", "feedbacks2.wb.ru")
"""Each keeps the reviews of a half of the products, and answers for the others with none."""
SELLER_API = "https://feedbacks-api.wildberries.ru/api/v1/feedbacks"
SELLER_PAGE = 5_000
SELLER_LAST = 199_990
"""The interface refuses to skip more."""
CAP = 1_000

_SITES = ("wildberries.ru", "wb.ru", "wildberries.by", "wildberries.kz", "wildberries.am")
_ARTICLE = re.compile(r"/(?:catalog|product)/(\d{4,15})(?:/|$)")
_ROOT = re.compile(r"/feedbacks/v\d/(\d{3,15})/?$")
_SIGN = re.compile(r'"(?:productValuation|wbUserDetails)"\s*:')
_CARD_SIGN = re.compile(r'class="[^"]{0,200}\b(?:feedback__text|comment-card__message)\b')
_REFUSALS: dict[str, BlockedReason] = {"401": "login", "403": "forbidden", "429": "rate_limited"}


class Wildberries:
    """Product → its group → the list of the group, on the one of two hosts that has it."""

    name: Literal["wildberries"] = "wildberries"
    kind: SourceKind = "marketplace"
    access = Access(
        needs="nothing; a seller's token for feedbacks-api.wildberries.ru",
        paging="none in the shop: the last thousand of a group of products; skip= for sellers",
        cap=CAP,
        key="OTZVUK_KEY_WILDBERRIES",
        gives=frozenset(
            ("id", "author", "rating", "text", "pros", "cons", "date", "votes", "reply", "media",
             "claimed_total")
        ),
        terms_url="https://www.wildberries.ru/services/pravila-polzovaniya-torgovoy-ploshchadkoy",
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The list of reviews where the address names the group, else the product's facts."""
        if is_of(url, *_SITES):
            root = _ROOT.search(path_of(url))
            if root and host_of(url) in HOSTS:
                return (url,)
            number = query_of(url).get("imtId", "")
            if number.isascii() and number.isdecimal():
                return (LISTS.format(host=HOSTS[0], root=number),)
            query = query_of(url)
            article = _ARTICLE.search(path_of(url))
            named = article.group(1) if article else query.get("nm", query.get("card", ""))
            if re.fullmatch(r"[0-9]{4,15}", named):
                return (CARD.format(article=named),)
        raise UsageError(
            f"{url!r} names no product: expected www.wildberries.ru/catalog/123456789/detail.aspx"
        )

    def api_urls(self, url: str) -> tuple[str, ...]:
        """Everything that the key's own shop was told, where the address is a seller's."""
        if not is_of(url, "seller.wildberries.ru", "feedbacks-api.wildberries.ru"):
            return ()
        article = query_of(url).get("nmId", "")
        return tuple(
            f"{SELLER_API}?{urlencode(_seller_query(answered, 0, article))}"
            for answered in ("false", "true")
        )

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the key is a header, for the sellers' interface alone."""
        if not key or host_of(address) != host_of(SELLER_API):
            return PageRequest(url=address)
        return PageRequest(url=address, headers=(("Authorization", key),))

    def recognises(self, page: Page) -> float:
        """By its hosts, or by names that it alone uses."""
        if page.host in (*HOSTS, host_of(SELLER_API), host_of(CARD)):
            return 0.95
        if page.looks_like_json:
            return 0.9 if _SIGN.search(page.text[:50_000]) else 0.0
        if is_of(page.url, *_SITES):
            return 0.95
        return 0.9 if "wildberries" in page.text and _CARD_SIGN.search(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review, or where the list lies."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read(_json(page), page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _json(page: Page) -> Any:
    try:
        return page.json
    except UnreadableJson:
        return None


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """Cards of a saved page; it has no address of the list behind it."""
    cards = cards_of(root)
    found = _ARTICLE.search(path_of(page.url or canonical_url(root)))
    article = found.group(1) if found else ""
    product = line(root, ".product-line__name, .product-page__title")
    harvest.is_known = bool(cards) or first(root, ".comments__list") is not None
    harvest.drafts = [card_draft(card, n, article, page) for n, card in enumerate(cards, start=1)]
    for draft in harvest.drafts:
        draft.product = product
    harvest.claimed = count(line(root, ".product-feedbacks__count") or None)


def _read(answer: Any, page: Page, harvest: Harvest) -> None:
    data = at(answer, "data")
    if bare := [row for row in dicts_at(answer) or dicts_at([data]) if "productValuation" in row]:
        answer = {"feedbacks": bare}
    found = data if isinstance(data, dict) and "feedbacks" in data else answer
    if isinstance(found, dict) and "feedbacks" in found and not at(found, "products"):
        _read_list(found, page, harvest)
    else:
        _read_card(answer, page, harvest)
    harvest.blocked = _REFUSALS.get(text_at(answer, "statusCode") or text_at(answer, "status"))


def _read_list(found: dict[str, Any], page: Page, harvest: Harvest) -> None:
    rows = dicts_at(found, "feedbacks")
    harvest.is_known = found["feedbacks"] is None or isinstance(found["feedbacks"], list)
    for number, row in enumerate(rows, start=1):
        draft = draft_of(row, number, page)
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no id")
        else:
            harvest.drafts.append(draft)
    harvest.claimed = count(at(found, "feedbackCount"))
    if page.host == host_of(SELLER_API):
        _link_next(len(rows), page, harvest)
    elif page.host == HOSTS[0] and not rows and (root := _ROOT.search(path_of(page.url))):
        harvest.claimed = None  # the other host knows
        harvest.links.append(LISTS.format(host=HOSTS[1], root=root.group(1)))


def _link_next(rows: int, page: Page, harvest: Harvest) -> None:
    query = query_of(page.url)
    skip = (count(query.get("skip")) or 0) + rows
    if rows and rows >= (count(query.get("take")) or SELLER_PAGE) and skip <= SELLER_LAST:
        answered = query.get("isAnswered", "false")
        following = _seller_query(answered, skip, query.get("nmId", ""))
        harvest.links.append(f"{SELLER_API}?{urlencode(following)}")


def _read_card(answer: Any, page: Page, harvest: Harvest) -> None:
    """The product's group leads to the list; the answer of the shop, or of its storage."""
    rows = [*dicts_at(answer, "products"), *dicts_at(answer, "data", "products")]
    wanted = query_of(page.url).get("nm", "")
    named = [row for row in rows if text_at(row, "id") == wanted] or rows
    roots = [text_at(row, "root") for row in named] or [text_at(answer, "imt_id")]
    harvest.is_known = any(True for _ in objects_with(answer, "products"))
    for root in roots[:1]:
        if re.fullmatch(r"[0-9]{3,15}", root):
            harvest.is_known = True
            harvest.links.append(LISTS.format(host=HOSTS[0], root=root))
    if harvest.is_known and not harvest.links:
        harvest.problems.append("Wildberries knows no such product")


def _seller_query(answered: str, skip: int, article: str) -> dict[str, Any]:
    query = {"isAnswered": answered, "take": SELLER_PAGE, "skip": skip, "order": "dateDesc"}
    return query | ({"nmId": article} if re.fullmatch(r"[0-9]{4,15}", article) else {})


WILDBERRIES = Wildberries()
