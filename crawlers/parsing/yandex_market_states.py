"""Yandex Market's patches of state, and the marked-up reviews that tell the year of a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from crawlers.page import Page
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import clean, one_line
from pipeline.identity import normalised_text
from pipeline.records import Author, Votes

SITE = "https://market.yandex.ru"
COLLECTIONS = ("reviewV2", "review")
"""Where reviews lie now, and where they lay before."""

_PATCH = re.compile(
    r"<(noframes|script)\b[^>]{0,300}\b(?:data-apiary=.patch|apiary-patch)[^>]{0,300}>"
)
_USED_FOR = re.compile(r"опыт использования:?\s*(.{2,60})", re.I)
_VERIFIED = "проверенный покупатель"
_HIDDEN = re.compile(r"имя скрыто|пользователь удал[её]н", re.I)


def rows_of(text: str) -> dict[str, dict[str, Any]]:
    """Reviews of all patches of a page by their ids; later patches add to earlier ones."""
    rows: dict[str, dict[str, Any]] = {}
    for patch in _patches(text):
        for name in COLLECTIONS:
            found = at(patch, "collections", name)
            for key, row in found.items() if isinstance(found, dict) else ():
                if isinstance(row, dict):
                    rows[key] = rows.get(key, {}) | row
    return rows


def _patches(text: str) -> Iterator[Any]:
    """Searched in the source: a tree would take the markup in a text for its own."""
    position = 0
    while opening := _PATCH.search(text, position):
        end = text.find(f"</{opening.group(1)}>", opening.end())
        if end < 0:
            return
        position = end
        try:
            yield msgspec.json.decode(text[opening.end() : end])
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue


def draft_of(row: dict[str, Any], number: int, page: Page) -> Draft:
    """One review of the state; its date has no year when it is of this one."""
    said = [text_at(entry, "content") for entry in dicts_at(row, "descriptor")]
    used = next((found for line in said if (found := _USED_FOR.search(line))), None)
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating") or text_at(row, "averageGrade")),
        text=clean(text_at(row, "comment")),
        pros=clean(text_at(row, "pro")),
        cons=clean(text_at(row, "contra")),
        published=_date(text_at(row, "created"), said, page.fetched_at),
        votes=_votes(row),
        media_count=max(len(dicts_at(row, name)) for name in ("media", "photos")),
        verified_purchase=_is_verified(row),
        recommends=flag_at(row, "recommend"),
        usage_period=used.group(1) if used else "",
        extra=_extra(row),
    )


def merged_text(draft: Draft) -> str:
    """The three parts of a text as the marked-up review has them: one after the other."""
    return normalised_text(" ".join((draft.pros, draft.cons, draft.text)))


def _author(row: dict[str, Any]) -> Author:
    shown = text_at(row, "author", "nickname") or text_at(row, "user", "publicDisplayName")
    name = one_line(shown)
    return Author(
        id=short(text_at(row, "analyticsData", "authorId"), 50),
        name=None if is_hidden(name) else short(name),
    )


def is_hidden(name: str) -> bool:
    """Whether the author is not named."""
    return not name or is_nobody(name) or _HIDDEN.fullmatch(name) is not None


def _date(stamp: str, said: list[str], now: datetime) -> ParsedDate:
    dates = [parse_date(text, now) for text in (stamp, *said) if text]
    return next((date for date in dates if date.value), dates[0] if dates else ParsedDate())


def _votes(row: dict[str, Any]) -> Votes | None:
    helpful = count(at(row, "votes", "votesAgree"))
    unhelpful = count(at(row, "votes", "votesReject"))
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _is_verified(row: dict[str, Any]) -> bool | None:
    """The mark, wherever a state puts it; not where the author's own words are."""
    rest = {key: row[key] for key in row if key not in ("comment", "pro", "contra", "author")}
    said = msgspec.json.encode(rest).decode("utf-8", "replace").casefold()
    return True if _VERIFIED in said else None


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    pairs = (
        f"{text_at(one, 'name')}: {text_at(one, 'value')}"
        for one in dicts_at(row, "liteOffer", "jumpTableParams")
    )
    found = {
        "product_id": short(text_at(row, "analyticsData", "skuId"), 50),
        "variant": short("; ".join(list(pairs)[:5]), 300),
    }
    return {name: value for name, value in found.items() if value}
