"""A stored review as a row that may leave the house: flat, harmless, without names."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipeline.errors import UsageError
from pipeline.mongo import Document, Store, translated_errors

Authors = Literal["pseudonym", "name", "none"]

COLUMNS: Mapping[str, Callable[[Document], Any]] = {
    "review_id": lambda stored: stored["_id"],
    "entity_id": lambda stored: stored["entity_id"],
    "source": lambda stored: stored["source"],
    "kind": lambda stored: stored["kind"],
    "event_at": lambda stored: stored["event_at"],
    "rating": lambda stored: stored["rating"],
    "label": lambda stored: stored["label"],
    "sentiment": lambda stored: stored["sentiment"],
    "authenticity": lambda stored: stored["authenticity"],
    "verdict": lambda stored: stored["verdict"],
    "language": lambda stored: stored["language"],
    "title": lambda stored: stored["review"].get("title", ""),
    "text": lambda stored: stored["review"].get("text", ""),
    "pros": lambda stored: stored["review"].get("pros", ""),
    "cons": lambda stored: stored["review"].get("cons", ""),
    "product": lambda stored: stored["review"].get("product"),
    "verified_purchase": lambda stored: stored["review"].get("verified_purchase"),
    "aspects": lambda stored: [
        f"{opinion['aspect']}:{opinion['polarity']}"
        for opinion in stored["understanding"].get("aspects", ())
    ],
    "url": lambda stored: stored["review"].get("url"),
    "first_seen_at": lambda stored: stored["first_seen_at"],
    "crawled_at": lambda stored: stored["crawled_at"],
    "revision": lambda stored: stored["revision"],
    "model": lambda stored: stored["understanding_model"],
    "gone": lambda stored: stored["gone"],
    "is_mention": lambda stored: stored["is_mention"],
}
"""Column → its value; `author` is beside them, since it depends on who may see it."""
AUTHOR_COLUMN = "author"
ALL_COLUMNS = (*COLUMNS, AUTHOR_COLUMN)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class RowMaker:
    """Makes rows of certain columns."""

    columns: Sequence[str]
    authors: Authors
    key: bytes
    """Of the pseudonyms."""

    def row(self, stored: Document) -> dict[str, Any]:
        """Column → plain value."""
        return {
            column: self._author(stored)
            if column == AUTHOR_COLUMN
            else _plain(COLUMNS[column](stored))
            for column in self.columns
        }

    def _author(self, stored: Document) -> str | None:
        if self.authors == "name":
            name = stored["review"].get("author", {}).get("name")
            return str(name) if name else None
        return pseudonym(stored["author_key"], self.key)


def row_maker(store: Store, columns: str | None, authors: Authors) -> RowMaker:
    """Raises UsageError for a column that does not exist."""
    wanted = [name.strip() for name in columns.split(",")] if columns else list(ALL_COLUMNS)
    unknown = sorted(set(wanted) - set(ALL_COLUMNS))
    if unknown:
        raise UsageError(f"no column {', '.join(unknown)}: there are {', '.join(ALL_COLUMNS)}")
    if authors == "none":
        wanted = [name for name in wanted if name != AUTHOR_COLUMN]
    return RowMaker(wanted, authors, _pseudonym_key(store))


def pseudonym(author_key: str | None, key: bytes) -> str | None:
    """The same author has the same pseudonym in every export of one store, and in no other."""
    if author_key is None:
        return None
    return "author-" + hashlib.blake2b(author_key.encode(), key=key, digest_size=6).hexdigest()


def spreadsheet_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _pseudonym_key(store: Store) -> bytes:
    with translated_errors():
        store["secrets"].update_one(
            {"_id": "pseudonyms"}, {"$setOnInsert": {"key": secrets.token_bytes(32)}}, upsert=True
        )
        found = store["secrets"].find_one({"_id": "pseudonyms"})
    assert found is not None
    return bytes(found["key"])
