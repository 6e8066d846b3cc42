"""What eBay's sites say in their own languages: the three words, the two sides, periods, days."""

from __future__ import annotations

import re

from crawlers.page import Page
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.ratings import ParsedRating
from pipeline.records import Scale

MEANINGS = {"positive": (5.0, 1), "neutral": (3.0, 0), "negative": (1.0, -1)}
"""Stars, and the value on eBay's own scale of three."""

_STEMS = (
    ("positive", re.compile(r"positi|pozyty|iconpos|позитив|положит")),
    ("neutral", re.compile(r"neutr|iconneu|нейтрал")),
    ("negative", re.compile(r"negati|négati|negaty|iconneg|негатив|отрицат")),
)
_SIDES = {
    "buyer": ("buyer", "käufer", "acheteur", "comprador", "acquirente", "kupujący", "koper"),
    "seller": ("seller", "verkäufer", "vendeur", "vendedor", "venditore", "sprzedający",
               "verkoper"),
}  # fmt: skip
_SIDE = re.compile(r"^\s*([^\W\d_]{5,12})\s*:")
_LEFT_BY = re.compile(r"\s*-?\s*feedback left by (buyer|seller)\b", re.I)
_PERIOD = re.compile(r"(?:past|last|more than|within) .{0,20}(?:month|year|week)", re.I)
_SHORT_DAY = re.compile(
    r"\b(?:(\d{1,2})-([^\W\d_]{3,4})\.?|([^\W\d_]{3,4})\.?-(\d{1,2}))-(\d{2})\b"
)


def meaning_of(words: str) -> str:
    """One of the three words out of those of any language; empty when none is said."""
    said = words.casefold()
    return next((name for name, stem in _STEMS if stem.search(said)), "")


def rating_of(meaning: str) -> ParsedRating:
    """Stars of one of the three words; none without any."""
    if not meaning:
        return ParsedRating()
    stars, value = MEANINGS[meaning]
    return ParsedRating(stars=stars, original=Scale(value=value, worst=-1, best=1))


def side_of(words: str) -> tuple[str, str]:
    """Buyer or seller where a name is led or followed by it, and the words with the name."""
    if left := _LEFT_BY.search(words[:200]):
        return left.group(1).casefold(), words[: left.start()]
    found = _SIDE.match(words[:100])
    said = found.group(1).casefold() if found else ""
    side = next((name for name, known in _SIDES.items() if said in known), "")
    return (side, words[found.end() :]) if side and found else ("", words)


def day_of(said: str, page: Page) -> ParsedDate:
    """A day; "Past month" and "Vor mehr als einem Jahr" tell a period, and no day in it."""
    if _PERIOD.search(said):
        return ParsedDate(raw=said)
    found = parse_date(_SHORT_DAY.sub(r"\1\4 \2\3 20\5", said), page.fetched_at)
    if found.value is None or found.raw != said:
        return ParsedDate(value=found.value, precision=found.precision, raw=said or None)
    return found
