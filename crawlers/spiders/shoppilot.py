"""Reviews that Russian shops collect with the widget Shoppilot, which is called Aplaut now."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, query_of
from crawlers.parsing.css import first, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.shoppilot_cards import LISTS, MARKS, card_drafts, last_page
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind, Votes

_HOSTS = ("shoppilot.ru", "aplaut.io")
_OWN_MARK = re.compile(r'"syndication_source"\s*:')
_SIGN = re.compile(r'"(?:is_verified|rating_details|syndication_source|order_number)"\s*:')


class Shoppilot(PlainRequests):
    """The widget's own answers and cards; the numbers of orders in them are never kept."""

    name: Literal["shoppilot"] = "shoppilot"
    kind: SourceKind = "own_site"
    access = Access(
        paging="page= up to meta.total_pages",
        gives=frozenset(
            ("id", "author", "rating", "title", "text", "pros", "cons", "date", "verified",
             "usage_period", "recommends", "votes", "reply", "media", "product", "sub_ratings",
             "claimed_total")
        ),
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The first page of the answer that a shop's page asks for."""
        if not is_of(url, *_HOSTS) or urlsplit(url).path in ("", "/"):
            raise UsageError(
                f"{url!r} is no answer of the widget: give the address on ugc.shoppilot.ru "
                "that the product's page reads its reviews from"
            )
        return (_page(url, 1),)

    def recognises(self, page: Page) -> float:
        """By its host, by names that stand together in its answers alone, or by its cards."""
        if is_of(page.url, *_HOSTS):
            return 0.95
        if not page.looks_like_json:
            return 0.65 if MARKS.search(page.text) else 0.0
        head = page.text[:50_000]
        is_own = '"site_host"' in head or _OWN_MARK.search(head)
        return 0.9 if is_own and _SIGN.search(head) and '"rating"' in head else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review of the page."""
        harvest = Harvest.of(page)
        if not page.looks_like_json:
            if (root := parse_html(page.text, harvest.problems)) is not None:
                _read_page(root, page, harvest)
            return harvest.parsed(page, self)
        answer = answer_of(page, harvest.problems)
        rows = _rows(answer)
        harvest.is_known = rows is not None
        for number, row in enumerate(rows or (), start=1):
            draft = _draft(row, answer, number, page)
            if draft.native_id is None:
                harvest.problems.append(f"{draft.where}: dropped, it has no id")
            else:
                harvest.drafts.append(draft)
        harvest.claimed = count(at(answer, "product", "reviews_count"))
        current = count(at(answer, "meta", "current_page")) or 1
        if harvest.drafts and current < (count(at(answer, "meta", "total_pages")) or 0):
            if is_of(page.url, *_HOSTS):
                harvest.links.append(_page(page.url, current + 1))
            else:
                harvest.problems.append("further pages exist, but not where: give --url")
        return harvest.parsed(page, self)


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """The widget as it is drawn: alone, as its server sends it, or in the page of a shop."""
    harvest.drafts = card_drafts(root, page)
    harvest.is_known = first(root, LISTS) is not None
    product = line(root, "h1")
    for draft in harvest.drafts:
        draft.product = product
    current = count(query_of(page.url).get("page")) or 1
    if harvest.drafts and is_of(page.url, *_HOSTS) and current < last_page(root):
        harvest.links.append(_page(page.url, current + 1))


def _rows(answer: Any) -> list[dict[str, Any]] | None:
    """Reviews of an answer, of a list, or of the interface for the shop itself."""
    if isinstance(answer, list):
        return [row for row in answer if isinstance(row, dict) and "rating" in row] or None
    if isinstance(at(answer, "reviews"), list):
        return dicts_at(answer, "reviews")
    if not isinstance(at(answer, "data"), list):
        return None
    return [
        {"id": row.get("id"), **row["attributes"]}
        for row in dicts_at(answer, "data")
        if isinstance(row.get("attributes"), dict) and "rating" in row["attributes"]
    ]


def _draft(row: dict[str, Any], answer: Any, number: int, page: Page) -> Draft:
    name = one_line(text_at(row, "author", "name"))
    stamp = text_at(row, "published_at") or text_at(row, "created_at")
    link = text_at(answer, "product", "url")
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=Author(
            name=None if is_nobody(name) else short(name),
            location=short(text_at(row, "author", "location"), 200),
            has_picture=bool(text_at(row, "author", "avatar_url")),
        ),
        rating=parse_rating(text_at(row, "rating")),
        title=one_line(text_at(row, "headline")),
        text=clean(text_at(row, "body")),
        pros=clean(text_at(row, "pros")),
        cons=clean(text_at(row, "cons")),
        product=one_line(text_at(answer, "product", "name")),
        url=f"https:{link}" if link.startswith("//") else link,
        published=parse_date(stamp, page.fetched_at),
        votes=Votes(
            helpful=count(at(row, "likes")) or 0, unhelpful=count(at(row, "dislikes")) or 0
        ),
        replies=_replies(row, answer, page),
        media_count=len(dicts_at(row, "photos")) + len(dicts_at(row, "videos")),
        verified_purchase=_verified(row),
        recommends=flag_at(row, "recommended"),
        usage_period=_usage(row),
        extra=_extra(row),
    )


def _replies(row: dict[str, Any], answer: Any, page: Page) -> tuple[Reply, ...]:
    """A `User` is one of the shop's people: the shop speaks, under its own name."""
    shop = text_at(row, "store", "name") or text_at(answer, "store", "name")
    found = []
    for comment in dicts_at(row, "comments"):
        is_owner = text_at(comment, "author_type") == "User"
        if text := clean(text_at(comment, "body") or text_at(comment, "text"))[:LONG_LIMIT]:
            found.append(
                Reply(
                    text=text,
                    author=short(shop if is_owner else text_at(comment, "author_name")),
                    is_owner=is_owner,
                    replied_at=time_at(comment, page.fetched_at, "created_at"),
                )
            )
    return tuple(found)


def _verified(row: dict[str, Any]) -> bool | None:
    told = flag_at(row, "is_verified")
    return flag_at(row, "verified") if told is None else told


def _usage(row: dict[str, Any]) -> str:
    details = dicts_at(row, "author", "details")
    said = (text_at(one, "value") for one in details if text_at(one, "name") == "time_usage")
    return next(said, "")


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    rated = {
        name: stars
        for one in dicts_at(row, "rating_details")[:20]
        if (name := short(text_at(one, "label") or text_at(one, "name"), 100))
        and (stars := parse_rating(text_at(one, "value")).stars)
    }
    found = {
        "sub_ratings": rated,
        "is_syndicated": flag_at(row, "syndicated"),
        "origin": short(text_at(row, "origin"), 50),
    }
    return {name: value for name, value in found.items() if value}


def _page(url: str, number: int) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    query = urlencode([*kept, ("page", str(number))])
    return parts._replace(query=query, fragment="").geturl()


SHOPPILOT = Shoppilot()
