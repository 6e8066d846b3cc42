"""Feedback of a shop on Yandex Market, as the interface for its partners gives it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsed import BlockedReason
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import clean, one_line
from crawlers.parsing.yandex_market_states import is_hidden
from pipeline.records import Author

HOST = "api.partner.market.yandex.ru"
WINDOW = timedelta(days=180)
"""The interface looks back half a year at most; older feedback takes another question."""
IN_BODY = ("dateTimeFrom", "dateTimeTo")
"""Parameters of an address that travel in the body of the request."""
PAGE_FEEDBACKS = 50

_BUSINESS = re.compile(r"/business(?:es)?/(\d{1,15})(?:/|$)")
_CODES: tuple[tuple[str, BlockedReason], ...] = (
    ("UNAUTHORIZED", "login"), ("FORBIDDEN", "forbidden"), ("LIMIT", "rate_limited"),
    ("TOO_MANY", "rate_limited"), ("NOT_FOUND", "not_found"),
)  # fmt: skip


def address_of(url: str, **query: str) -> str:
    """The list of a business; empty where the address names none."""
    found = _BUSINESS.search(path_of(url)) if is_of(url, "partner.market.yandex.ru") else None
    if found is None:
        return ""
    asked = urlencode({"limit": str(PAGE_FEEDBACKS), **query})
    return f"https://{HOST}/v2/businesses/{found.group(1)}/goods-feedback?{asked}"


def read_feedback(answer: Any, page: Page, harvest: Harvest) -> None:
    """Every feedback of an answer, and where the next page or half-year lies."""
    rows = dicts_at(answer, "result", "feedbacks")
    comments = [row for row in dicts_at(answer, "result", "comments") if "feedbackId" in row]
    if comments:
        harvest.skipped["comment"] = len(comments)
    harvest.is_known = bool(comments) or isinstance(at(answer, "result", "feedbacks"), list)
    for number, row in enumerate(rows, start=1):
        draft = _draft(row, number, page)
        if draft.native_id is None:
            harvest.problems.append(f"{draft.where}: dropped, it has no feedbackId")
        else:
            harvest.drafts.append(draft)
    if rows:
        _link_next(text_at(answer, "result", "paging", "nextPageToken"), page, harvest)
    harvest.blocked = _refusal(answer)


def _draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    name = one_line(text_at(row, "author"))
    media = (at(row, "media", kind) for kind in ("photos", "videos"))
    return Draft(
        where=f"feedback {number}",
        native_id=one_line(text_at(row, "feedbackId"))[:100] or None,
        author=Author(name=None if is_hidden(name) else short(name)),
        rating=parse_rating(text_at(row, "statistics", "rating")),
        text=clean(text_at(row, "description", "comment")),
        pros=clean(text_at(row, "description", "advantages")),
        cons=clean(text_at(row, "description", "disadvantages")),
        published=parse_date(text_at(row, "createdAt"), page.fetched_at),
        media_count=sum(len(found) for found in media if isinstance(found, list)),
        recommends=flag_at(row, "statistics", "recommended"),
        extra=_extra(row),
    )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    """Without the number of the order: it is the buyer's."""
    found = {
        "product_id": short(text_at(row, "identifiers", "offerId"), 255),
        "comment_count": count(at(row, "statistics", "commentsCount")),
        "paid_points": count(at(row, "statistics", "paidAmount")),
    }
    return {name: value for name, value in found.items() if value}


def _link_next(token: str, page: Page, harvest: Harvest) -> None:
    asked = {name: value for name, value in query_of(page.url).items() if name in IN_BODY}
    if token:
        harvest.links.append(address_of(page.url, **asked, pageToken=token))
        return
    end = parse_date(asked.get("dateTimeTo"), page.fetched_at).value or page.fetched_at
    older = (end - WINDOW).replace(microsecond=0).isoformat()
    harvest.links.append(address_of(page.url, dateTimeTo=older))


def _refusal(answer: Any) -> BlockedReason | None:
    codes = [text_at(error, "code").upper() for error in dicts_at(answer, "errors")]
    return next((why for sign, why in _CODES for code in codes if sign in code), None)
