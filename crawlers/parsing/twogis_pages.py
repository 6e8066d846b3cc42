"""Reviews of a saved page of 2GIS: the rows of its state, and the cards that a browser drew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from lxml import etree

from crawlers.parsing.css import all_of, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_search import objects_where
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, element_text
from pipeline.records import Author, Reply

SIGN = re.compile(r"\b_(?:1k5soqfl|172gbf8|1rowqpjv|1fkin5c)\b|\binitialState\b")
"""Classes of cards and of their stars, made by a machine and kept for years; and the state."""
OWN_PAGE = re.compile(
    r"<title[^>]{0,200}>[^<]{0,300}\b2\s?(?:ГИС|GIS)\b|\b(?:canonical|og:url)\b[^>]{0,200}\b2gis\.",
    re.I,
)
"""Its own pages: other sites show its map and have states of their own."""

_ROW = frozenset(("text", "rating", "date_created", "user"))
_SCRIPTS_AT_MOST = 200
_LITERAL = re.compile(r"JSON\.parse\(\s*'((?:[^'\\]++|\\.)*+)'", re.S)
_ESCAPED = re.compile(r"\\([\\'\"/])")
_CARD = "div._1k5soqfl, div._172gbf8, div._1rowqpjv"
_NAME = "._16s5yj36, ._k6nyhb6, ._19h0cqe"
_DATE = "._a5f6uz, ._1evjsdb, ._139ll30, ._10c0hgu"
_BODY = "a._1wlx08h, a._1msln3t, a._h3pmwn, a._1oir7fah, a._co8kyiw, ._49x36f > a"
_STARS = "._1fkin5c"
_ANSWER = re.compile(
    r"официальный ответ|official (?:answer|response|reply)|ресми жауап|rasmiy javob", re.I
)
_EDITED = re.compile(r"отредактирован|изменен|edited|өзгертілген", re.I)


def is_row(entry: dict[str, Any]) -> bool:
    """Whether an object is a review as the interface writes it."""
    return entry.keys() >= _ROW


def rows_of(value: Any) -> list[dict[str, Any]]:
    """Every such review, wherever a state or a collector's file keeps it."""
    return list(objects_where(value, is_row))


def states_of(root: etree._Element) -> Iterator[Any]:
    """What the scripts of a page hold: JSON as it is, or as the text of a script."""
    scripts = (one for _, one in zip(range(_SCRIPTS_AT_MOST), root.iter("script"), strict=False))
    for script in scripts:
        code = "".join(str(piece) for piece in script.itertext())
        if "date_created" not in code:
            continue
        for literal in [code, *(_unescaped(one) for one in _LITERAL.findall(code))]:
            if (value := _decoded(literal)) is not None:
                yield value


def place_name(root: etree._Element) -> str:
    """Name that the page of a place shows."""
    return line(root, "h1")


def card_drafts(root: etree._Element, url: str, now: datetime) -> list[Draft]:
    """One draft per card; they have no ids."""
    place = place_name(root)
    cards = {card: None for card in all_of(root, _CARD) if first(card, _DATE) is not None}
    outer = [card for card in cards if not any(one in cards for one in card.iterancestors())]
    return [_draft(card, f"card {n}", place, url, now) for n, card in enumerate(outer, 1)]


def _draft(card: etree._Element, where: str, place: str, url: str, now: datetime) -> Draft:
    name, shown = line(card, _NAME), line(card, _DATE)
    date, _, note = shown.partition(",")
    published = parse_date(date, now)
    return Draft(
        where=where,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=_rating(card),
        text=text(card, _BODY),
        product=place,
        url=url,
        published=published,
        edited_at=published.value if _EDITED.search(note) else None,
        replies=_replies(card, now),
    )


def _rating(card: etree._Element) -> ParsedRating:
    """As many stars as are full: the row has one element for each."""
    row = first(card, _STARS)
    full = (all_of(row, "span") or all_of(row, "svg")) if row is not None else []
    return parse_rating(len(full), 5) if 0 < len(full) <= 5 else ParsedRating()


def _replies(card: etree._Element, now: datetime) -> tuple[Reply, ...]:
    """The words behind "29 мая 2025, официальный ответ", and the name before it."""
    marks = (one for one in card.iter("div", "span") if _ANSWER.search(one.text or ""))
    mark = next(marks, None)
    if mark is None:
        return ()
    said = element_text(mark)
    block = next((one for one in mark.iterancestors() if element_text(one) != said), card)
    before, _, behind = element_text(block).partition(said)
    words = clean(behind)[:LONG_LIMIT]
    if not words or first(block, _STARS) is not None:
        return ()
    name = before.strip().split("\n")[0]
    moment = parse_date(said.partition(",")[0], now).value
    return (Reply(text=words, author=short(name), is_owner=True, replied_at=moment),)


def _unescaped(literal: str) -> str:
    return _ESCAPED.sub(r"\1", literal)


def _decoded(code: str) -> Any:
    begin = code.find("{")
    try:
        return msgspec.json.decode(code[begin : code.rfind("}") + 1]) if begin >= 0 else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
