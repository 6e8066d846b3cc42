"""Questions, answers and comments of Stack Exchange sites, from their common interface."""

from __future__ import annotations

import re
from typing import Any, Literal

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import is_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.parsing.ratings import count
from crawlers.parsing.stackexchange_links import filtered, following, sent, starts
from crawlers.parsing.stackexchange_pages import (
    is_dump,
    is_site_page,
    items_of_dump,
    items_of_page,
    next_page,
    site_in,
)
from crawlers.parsing.stackexchange_posts import Kind, Place, draft_of, kind_of, place_below
from crawlers.source import Access, PageRequest
from pipeline.records import SourceKind

_ERRORS: dict[str, BlockedReason] = {
    "400": "not_found", "401": "login", "402": "login", "403": "forbidden", "404": "not_found",
    "405": "login", "406": "forbidden", "500": "rate_limited", "502": "rate_limited",
    "503": "rate_limited",
}  # fmt: skip
"""`error_id` of the interface's documentation; 502 is a throttle, 400 names no site or list."""
_ITEM = re.compile(r'"(?:question_id|answer_id|comment_id)"\s*:\s*\d')
_ENVELOPE = re.compile(r'"(?:quota_remaining|quota_max|accept_rate|reputation)"\s*:')
_ERROR = re.compile(r'"error_id"\s*:\s*\d{3}\b')


class StackExchange:
    """Mentions; one request for a filter comes first, by which lists bring whole threads."""

    name: Literal["stackexchange"] = "stackexchange"
    kind: SourceKind = "qa"
    access = Access(
        needs="nothing for 300 requests a day and 25 pages of a list; a free application key for "
        "10,000 requests",
        paging="page=, a hundred questions at a time with all their answers, latest activity first",
        key="OTZVUK_KEY_STACKEXCHANGE",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "votes", "media", "thread", "claimed_total")
        ),
        terms_url="https://stackoverflow.com/legal/api-terms-of-use",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A question with everything below it, or the questions of a tag, a search, a site."""
        return starts(url)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: a key only raises the quota."""
        return starts(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the interface takes its key from the query alone."""
        return PageRequest(url=sent(address, key))

    def recognises(self, page: Page) -> float:
        """By the host, or by names that only this interface gives to its fields."""
        if not page.looks_like_json:
            return 0.9 if is_site_page(page) or is_dump(page) else 0.0
        if is_of(page.url, "api.stackexchange.com"):
            return 0.95
        head = page.text[:200_000]
        if _ITEM.search(head) and _ENVELOPE.search(head):
            return 0.9
        return 0.7 if _ERROR.search(head[:2_000]) and '"error_name"' in head[:2_000] else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every post of the answer with what stands below it, and the next page."""
        harvest = Harvest.of(page)
        try:
            answer = page.json if page.looks_like_json else None
        except UnreadableJson as error:
            answer = None
            harvest.problems.append(f"answer cannot be read: {error}")
        _refuse(answer, harvest)
        items = dicts_at(answer, "items") or dicts_at([answer] if kind_of(answer) else answer)
        harvest.is_known = isinstance(at(answer, "items"), list)
        place = Place.of(page)
        if answer is None and not page.looks_like_json:
            items, place = _shown(page, harvest)
        harvest.claimed = _claimed(answer, items)
        for item in items:
            _take(item, place, page, harvest)
        if at(answer, "has_more") is True and items:
            harvest.links.append(following(page.url, count(at(answer, "page"))))
        harvest.wait_seconds = float(count(at(answer, "backoff")) or 0)
        return harvest.parsed(page, self)


def _shown(page: Page, harvest: Harvest) -> tuple[list[dict[str, Any]], Place]:
    """Items of a saved page of a site, or of a file of its dump."""
    if is_dump(page):
        rows = parse_xml(page.text, harvest.problems)
        return ([] if rows is None else items_of_dump(rows)), Place()
    root = parse_html(page.text, harvest.problems) if is_site_page(page) else None
    if root is None:
        return [], Place()
    harvest.links.append(next_page(root, page))
    return items_of_page(root, page), Place(site=site_in(root, page))


def _refuse(answer: Any, harvest: Harvest) -> None:
    code = text_at(answer, "error_id")
    if not code:
        return
    name, said = text_at(answer, "error_name")[:60], text_at(answer, "error_message")[:200]
    is_throttle = name == "throttle_violation"
    harvest.blocked = "rate_limited" if is_throttle else _ERRORS.get(code, "forbidden")
    harvest.problems.append(f"the interface refuses: {code[:10]} {name} {said}")


def _take(item: dict[str, Any], place: Place, page: Page, harvest: Harvest) -> None:
    """A post, and its answers and comments; nothing nests deeper than a comment on an answer."""
    kind = kind_of(item)
    if kind is None:
        _take_other(item, page, harvest)
        return
    harvest.is_known = True
    _draft(item, kind, place, page, harvest)
    below = place_below(item, kind, place)
    for comment in dicts_at(item, "comments") if kind != "comment" else ():
        _draft(comment, "comment", below, page, harvest)
    for answer in dicts_at(item, "answers") if kind == "question" else ():
        _draft(answer, "answer", below, page, harvest)
        for comment in dicts_at(answer, "comments"):
            _draft(comment, "comment", place_below(answer, "answer", below), page, harvest)


def _take_other(item: dict[str, Any], page: Page, harvest: Harvest) -> None:
    if name := text_at(item, "filter"):
        harvest.links.append(filtered(page.url, name))
    else:
        harvest.skipped["neither question, answer nor comment"] += 1


def _draft(item: dict[str, Any], kind: Kind, place: Place, page: Page, harvest: Harvest) -> None:
    draft = draft_of(item, kind, place, page, harvest.problems)
    if not draft.is_empty:
        harvest.drafts.append(draft)
    elif "body" not in item and "body_markdown" not in item:
        harvest.skipped["post read without its body"] += 1
    else:
        is_quote = bool(draft.extra.get("quotes"))
        harvest.skipped["only a quotation" if is_quote else "post without words"] += 1


def _claimed(answer: Any, items: list[dict[str, Any]]) -> int | None:
    """Items of the list, where it counts them; else all posts of the one question it holds."""
    total = count(at(answer, "total"))
    if total is not None or len(items) != 1 or kind_of(items[0]) != "question":
        return total
    answers = count(at(items[0], "answer_count"))
    if answers is None or at(answer, "has_more") is True:
        return None
    below = [items[0], *dicts_at(items[0], "answers")]
    return 1 + answers + sum(count(at(post, "comment_count")) or 0 for post in below)


STACKEXCHANGE = StackExchange()
