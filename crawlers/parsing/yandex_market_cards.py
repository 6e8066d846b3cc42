"""Reviews of Yandex Market as a page saved by a browser shows them, without its states."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import text_at
from crawlers.parsing.ratings import ParsedRating, parse_rating
from crawlers.parsing.text import clean
from crawlers.parsing.yandex_market_states import is_hidden
from pipeline.records import Author

_CARD = "[data-auto=review-item]"
_WORDS = "[data-auto=review-description]"
_SIDES = {"pro": "[data-auto=review-pro]", "contra": "[data-auto=review-contra]"}
_ID = re.compile(r"review-item-(\d{1,20})")
_LABEL = re.compile(r"^\s*(?:достоинства|недостатки|комментарий)\s*:?\s+", re.I)


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Every card of the page that has an id or words."""
    drafts = [_draft(card, n, page) for n, card in enumerate(all_of(root, _CARD), start=1)]
    return [one for one in drafts if one.native_id or one.text or one.pros or one.cons]


def _draft(card: etree._Element, number: int, page: Page) -> Draft:
    identity = _ID.fullmatch(card.get("id") or "")
    name = line(card, "[data-auto=nickname]")
    sides = {
        name: "" if first(card, f"{_WORDS} {where}") is not None else _part(card, where)
        for name, where in _SIDES.items()
    }
    return Draft(
        where=f"card {number}",
        native_id=identity.group(1) if identity else None,
        author=Author(name=None if is_hidden(name) else short(name)),
        rating=_rating(card),
        text=_part(card, _WORDS) or _part(card, "[data-auto=review-comment]"),
        pros=sides["pro"],
        cons=sides["contra"],
        published=parse_date(line(card, "[data-auto=created-date]"), page.fetched_at),
    )


def _part(card: etree._Element, where: str) -> str:
    return clean(_LABEL.sub("", text(card, where)))


def _rating(card: etree._Element) -> ParsedRating:
    """The stars differ by their colours alone; the zone around the card may name the grade."""
    zones = [card, *card.iterancestors()][:4]
    facts = (_facts(one.get("data-zone-data") or "") for one in zones)
    return parse_rating(next((grade for one in facts if (grade := text_at(one, "grade"))), None))


def _facts(packed: str) -> Any:
    try:
        return msgspec.json.decode(packed)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
