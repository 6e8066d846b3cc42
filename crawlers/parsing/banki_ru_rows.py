"""Reviews of banks as banki.ru's pages and their scripts carry them, to drafts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, flag_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.schema_people import author_of
from crawlers.parsing.structured import Item
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply

SITE = "https://www.banki.ru"

RESPONSE = re.compile(r"/response/(\d{4,12})")


def row_draft(row: dict[str, Any], number: int, page: Page, marked: Item | None) -> Draft:
    """A row of the list; `marked` is the same review in the markup, which knows the author."""
    identity = one_line(text_at(row, "id"))[:30]
    company = one_line(text_at(row, "company", "name"))
    countable = flag_at(row, "isCountable")
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_author(row, marked),
        rating=parse_rating(text_at(row, "grade")),
        title=one_line(plain_text(text_at(row, "title"))),
        text=plain_text(text_at(row, "text")),
        product=company,
        url=f"{SITE}/services/responses/bank/response/{identity}/" if identity.isdigit() else "",
        published=moscow_date(text_at(row, "dateCreate"), page),
        replies=_replies(row, company),
        verified_purchase=True if countable else None,
        extra=_extra(row, countable),
    )


def marked_draft(item: Item, number: int, own: str, page: Page) -> Draft:
    """A review of a page that carries the markup alone; `own` is the address of a single one."""
    rating = next(iter(item.items("reviewrating")), item)
    found = RESPONSE.search(item.text("url")) or RESPONSE.search(own)
    return Draft(
        where=f"json-ld review {number}",
        native_id=found.group(1) if found else None,
        author=author_of(item),
        rating=parse_rating(rating.first("ratingvalue"), rating.first("bestrating")),
        title=one_line(plain_text(item.text("name", "headline"))),
        text=plain_text(item.text("reviewbody", "description")),
        product=next((one.text("name") for one in item.items("itemreviewed")), ""),
        url=page.url,
        published=moscow_date(item.text("datepublished"), page),
    )


def moscow_date(raw: str, page: Page) -> ParsedDate:
    """The site writes Moscow's time without saying so."""
    said = one_line(raw[:100])
    has_zone = said.endswith("Z") or "+" in said or ("T" not in said and ":" not in said)
    found = parse_date(said if has_zone else f"{said} мск", page.fetched_at)
    return replace(found, raw=said or None)


def _author(row: dict[str, Any], marked: Item | None) -> Author:
    name = one_line(text_at(row, "userName") or text_at(row, "user", "name"))
    if not name and marked is not None:
        return author_of(marked)
    return Author(
        id=short(text_at(row, "userId") or text_at(row, "user", "id"), 100),
        name=None if is_nobody(name) else short(name),
    )


def _replies(row: dict[str, Any], company: str) -> tuple[Reply, ...]:
    words = plain_text(text_at(row, "agentAnswerText"))[:LONG_LIMIT]
    return (Reply(text=words, author=short(company), is_owner=True),) if words else ()


def _extra(row: dict[str, Any], countable: bool | None) -> dict[str, Any]:
    """Whether it counts in the people's rating, and whether the problem was solved."""
    found = {
        "countable": countable,
        "resolved": flag_at(row, "resolutionIsApproved"),
        "comment_count": count(at(row, "commentCount")),
    }
    return {name: value for name, value in found.items() if value is not None}
