"""One row of a table to one review, or the reason why it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from crawlers.importing.cells import is_empty, short_cell
from crawlers.importing.letters import author_of, place_of, without_words
from crawlers.importing.mapping import ColumnMapping
from crawlers.importing.meanings import language_code, yes_or_no
from crawlers.importing.readers import Row
from crawlers.parsing.date_order import in_order
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, cut
from pipeline.identity import digest_review_id, make_review, native_review_id
from pipeline.records import Author, Reply, Review, SourceKind, Votes

LABELS = frozenset({"label", "sentiment", "тональность"})
"""Headers of columns that repeat a star in words where there is one."""
ADDRESSES = frozenset({"url", "scan", "profile_url"})
"""Fields of which a linked cell means the address behind its words."""


class BadRow(Exception):
    """The row is no review; the message names the column and the remedy."""


@dataclass
class ReviewBuilder:
    """Builds the reviews of one file; remembers identical rows to number them."""

    mapping: ColumnMapping
    entity_id: str
    source: str
    """Where the row names none."""
    kind: SourceKind
    crawl_id: str
    is_backfill: bool
    now: datetime
    kept: tuple[str, ...] = ()
    """Columns that go into `extra` as they are."""
    notes: list[str] = field(default_factory=list)
    """What was cut, for a person; whoever reads it empties it."""
    _occurrences: Counter[str] = field(default_factory=Counter)

    def build(self, row: Row) -> Review:
        """The review in `row`.

        Raises BadRow.
        """
        if row.problem:
            raise BadRow(row.problem)
        if not row.values.keys() <= self.mapping.known:
            self.mapping.learn(row.values)
        cells = {
            name: value
            for name, column in self.mapping.columns.items()
            if not is_empty(value := row.values.get(column))
        }
        for name in ADDRESSES.intersection(cells) if row.links else ():
            cells[name] = row.links.get(self.mapping.columns[name], cells[name])
        fields = self._fields(cells, row.place, row.values)
        try:
            return make_review(**fields)
        except msgspec.ValidationError as error:
            raise BadRow(f"{error}: correct the value") from error

    def _fields(
        self, cells: Mapping[str, Any], where: str, row: Mapping[str, Any]
    ) -> dict[str, Any]:
        date = self._date(cells)
        rating = self._rating(cells)
        recommends = self._recommends(cells, rating)
        source = short_cell(cells, "source") or self.source
        url, scan = place_of(cells)
        fields: dict[str, Any] = {
            "source": source,
            "kind": self.kind,
            "entity_id": self.entity_id,
            "url": url,
            "author": author_of(cells, scan),
            "rating": rating.stars,
            "rating_original": rating.original,
            "title": short_cell(cells, "title") or "",
            "text": self._long(cells, "text", where),
            "pros": self._long(cells, "pros", where),
            "cons": self._long(cells, "cons", where),
            "product": short_cell(cells, "product"),
            "language": _language(cells),
            "published_at": date.value,
            "published_precision": date.precision,
            "published_raw": date.raw,
            "edited_at": self._moment(cells, "edited", where),
            "crawled_at": self.now,
            "verified_purchase": _truth(cells, "verified", self._column("verified")),
            "usage_period": short_cell(cells, "usage_period"),
            "recommends": recommends,
            "votes": _votes(cells),
            "replies": self._replies(cells, where),
            "media_count": count(cells.get("media")) or 0,
            "extra": self._extra(row) | ({"scan": scan} if scan else {}),
            "crawl_id": self.crawl_id,
            "is_backfill": self.is_backfill,
        }
        if not any(fields[name] for name in ("text", "title", "pros", "cons")) and (
            rating.stars is None and recommends is None
        ):
            raise BadRow(without_words(self.mapping.columns.get("text"), scan))
        fields["review_id"] = self._review_id(cells, fields, source)
        return fields

    def _extra(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Columns that mean nothing to us and that the person wants all the same."""
        found = {column: short_cell(row, column) for column in self.kept}
        return {column: value for column, value in found.items() if value}

    def _date(self, cells: Mapping[str, Any]) -> ParsedDate:
        raw = cells.get("date")
        if raw is None:
            return ParsedDate()
        date = self._parsed_date(raw)
        if date.value is None:
            raise BadRow(
                f"column {self._column('date')}: {date.problem}: correct it, or leave it empty"
            )
        return date

    def _parsed_date(self, raw: Any) -> ParsedDate:
        written = raw if isinstance(raw, int | float) else str(raw)
        return _cached_date(written, self.now, self.mapping.is_month_first)

    def _rating(self, cells: Mapping[str, Any]) -> ParsedRating:
        for name, best, worst in (("stars", 5, 1), ("score10", 10, 1), ("score100", 100, 0)):
            value = cells.get(name)
            if value is None or value == 0:
                continue
            rating = _cached_rating(
                value if isinstance(value, int | float) else str(value), best, worst
            )
            if rating.problem:
                raise BadRow(
                    f"column {self._column(name)}: {rating.problem}: correct it, or name the scale "
                    "(--map score10=COLUMN, --map score100=COLUMN)"
                )
            return rating
        return ParsedRating()

    def _recommends(self, cells: Mapping[str, Any], rating: ParsedRating) -> bool | None:
        """A label beside a star repeats it; alone it is the author's recommendation."""
        if rating.stars is not None and self._column("recommends").casefold() in LABELS:
            return None
        return _truth(cells, "recommends", self._column("recommends"))

    def _review_id(self, cells: Mapping[str, Any], fields: Mapping[str, Any], source: str) -> str:
        native = short_cell(cells, "id")
        if native:
            return (
                native[:512]
                if native.startswith(f"{source}:")
                else native_review_id(source, native)
            )
        author: Author = fields["author"]
        published = fields["published_at"]
        base = digest_review_id(
            source, self.entity_id, author.id, author.name, published, fields["title"],
            fields["text"], fields["pros"], fields["cons"], fields["product"], fields["url"],
        )  # fmt: skip
        self._occurrences[base] += 1
        nth = self._occurrences[base]
        return base if nth == 1 else digest_review_id(source, base, nth)

    def _replies(self, cells: Mapping[str, Any], where: str) -> tuple[Reply, ...]:
        text = self._long(cells, "reply", where)
        if not text:
            return ()
        author, moment = short_cell(cells, "reply_author"), self._moment(cells, "reply_date", where)
        return (Reply(text=text, author=author, is_owner=True, replied_at=moment),)

    def _moment(self, cells: Mapping[str, Any], name: str, where: str) -> datetime | None:
        """A date beside the review's own; one that cannot be read costs a note, not the row."""
        raw = cells.get(name)
        if raw is None:
            return None
        date = self._parsed_date(raw)
        if date.value is None:
            self.notes.append(f"{where}, column {self._column(name)}: {date.problem}: left out")
        return date.value

    def _long(self, cells: Mapping[str, Any], name: str, where: str) -> str:
        value = cells.get(name)
        if value is None:
            return ""
        text = clean(value if isinstance(value, str) else str(value))
        return cut(text, LONG_LIMIT, f"{where}, column {self._column(name)}", self.notes)

    def _column(self, name: str) -> str:
        return self.mapping.columns.get(name, name)


@lru_cache(maxsize=20_000)
def _cached_date(raw: str | int | float, now: datetime, month_first: bool) -> ParsedDate:
    if not month_first or not isinstance(raw, str):
        return parse_date(raw, now)
    return replace(parse_date(in_order(raw, month_first=True), now), raw=raw)


@lru_cache(maxsize=5_000)
def _cached_rating(value: str | int | float, best: int, worst: int) -> ParsedRating:
    return parse_rating(value, best=best, worst=worst)


def _language(cells: Mapping[str, Any]) -> str | None:
    return language_code(str(cells["language"])) if "language" in cells else None


def _truth(cells: Mapping[str, Any], name: str, column: str) -> bool | None:
    try:
        return yes_or_no(cells.get(name))
    except ValueError as error:
        raise BadRow(f"column {column}: {error}") from error


def _votes(cells: Mapping[str, Any]) -> Votes | None:
    if "helpful" not in cells and "unhelpful" not in cells:
        return None
    return Votes(
        helpful=count(cells.get("helpful")) or 0, unhelpful=count(cells.get("unhelpful")) or 0
    )
