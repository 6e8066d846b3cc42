"""Which column means what: guessed from headers, then from values, and always overridable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawlers.importing.fields import FIELD_NAMES, FIELDS, field_of, normalised_header
from crawlers.importing.readers import Row
from crawlers.parsing.date_order import is_month_first
from crawlers.parsing.dates import parse_date
from crawlers.parsing.ratings import number
from pipeline.errors import UsageError

MOST = 0.8
"""Share of filled cells that must look like a thing for the column to be taken for it."""
DATES = ("date", "edited", "reply_date")
PLACES = frozenset({"номер", "номер отзыва"})
"""Headers of ids that people also give to a running number."""


@dataclass
class ColumnMapping:
    """Field → column, and how it came about. Grows when later rows bring new columns."""

    columns: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Field → `header`, `values` or `given`."""
    known: set[str] = field(default_factory=set)
    """Columns that were looked at."""
    ruled_out: set[str] = field(default_factory=set)
    """Fields that `--map field=` switched off."""
    is_month_first: bool = False
    """Whether 03/04/2025 is a day of March here."""

    @property
    def unused(self) -> list[str]:
        """Columns that mean nothing to us."""
        return sorted(self.known - set(self.columns.values()))

    def lacks(self, name: str) -> bool:
        """Whether a column for the field would be welcome."""
        return name not in self.columns and name not in self.ruled_out

    def learn(self, columns: Iterable[str]) -> None:
        """Map columns that are new by their headers; JSON lines may have them in any row."""
        for column in columns:
            if column in self.known:
                continue
            self.known.add(column)
            name = field_of(column)
            if name and self.lacks(name):
                self.assign(name, column, "header")

    def assign(self, name: str, column: str, reason: str) -> None:
        """Say that `column` holds `name`."""
        self.columns[name] = column
        self.reasons[name] = reason


def guess_mapping(
    sample: Sequence[Row], overrides: Mapping[str, str], now: datetime
) -> ColumnMapping:
    """Mapping for a file that begins with `sample`; `overrides` are field → column.

    Raises UsageError when an override names a field that does not exist, or when nothing that
    a customer wrote is found.
    """
    rows = [row.values for row in sample if not row.problem]
    mapping = ColumnMapping()
    headers = list(dict.fromkeys(name for values in rows for name in values))
    for name, column in overrides.items():
        _override(mapping, name, column, headers)
    mapping.known.update(mapping.columns.values())
    mapping.learn(_in_order_of_merit(headers))
    _guess_by_values(mapping, rows, headers, now)
    _settle_scale(mapping, rows, overrides)
    _settle_numbers(mapping, rows)
    _settle_dates(mapping, rows)
    if not mapping.columns.keys() & {"text", "title", "pros", "cons", "stars", "score10",
                                     "score100", "recommends"}:  # fmt: skip
        raise UsageError(
            f"no column looks like a review's text or rating; the columns are "
            f"{', '.join(headers[:40]) or 'none'}: name them, e.g. --map text={_first(headers)}"
        )
    return mapping


def parse_overrides(given: Iterable[str]) -> dict[str, str]:
    """`field=column` pairs of the command line; an empty column switches the field off."""
    overrides: dict[str, str] = {}
    for pair in given:
        name, separator, column = pair.partition("=")
        if not separator or name.strip() not in FIELD_NAMES:
            fields = ", ".join(entry.name for entry in FIELDS)
            raise UsageError(f"--map {pair}: write field=column; fields are {fields}")
        overrides[name.strip()] = column.strip()
    return overrides


def _override(mapping: ColumnMapping, name: str, column: str, headers: Sequence[str]) -> None:
    if not column:
        mapping.ruled_out.add(name)
        return
    if column not in headers:
        raise UsageError(
            f"--map {name}={column}: no such column; the columns are {', '.join(headers[:40])}"
        )
    mapping.assign(name, column, "given")


def _in_order_of_merit(headers: Sequence[str]) -> list[str]:
    """Exact and earlier-listed headers first, so that `text` wins over `comment`."""
    order = {header: place for place, header in enumerate(_all_headers())}
    return sorted(headers, key=lambda header: order.get(header.casefold(), len(order)))


def _all_headers() -> list[str]:
    return [header for entry in FIELDS for header in entry.headers]


def _guess_by_values(
    mapping: ColumnMapping, rows: Sequence[Mapping[str, Any]], headers: Sequence[str], now: datetime
) -> None:
    """Find text, date and stars among columns whose headers say nothing."""
    free = [header for header in headers if header not in mapping.columns.values()]
    samples = {header: _filled(rows, header) for header in free}
    if mapping.lacks("date"):
        dated = [h for h in free if _share(samples[h], lambda v: _is_date(v, now)) >= MOST]
        if dated:
            mapping.assign("date", dated[0], "values")
            free.remove(dated[0])
    if mapping.lacks("stars") and not mapping.columns.keys() & {"score10", "score100"}:
        rated = [h for h in free if _share(samples[h], _is_star) >= MOST and _varies(samples[h])]
        if len(rated) == 1:
            mapping.assign("stars", rated[0], "values")
            free.remove(rated[0])
    if mapping.lacks("text"):
        worded = [h for h in free if _mean_length(samples[h]) >= 20]
        if worded:
            mapping.assign("text", max(worded, key=lambda h: _mean_length(samples[h])), "values")


def _settle_scale(
    mapping: ColumnMapping, rows: Sequence[Mapping[str, Any]], overrides: Mapping[str, str]
) -> None:
    """A column called "rating" with values beyond 5 is on a larger scale."""
    column = mapping.columns.get("stars")
    if column is None or "stars" in overrides:
        return
    values = [value for cell in _filled(rows, column) if (value := _plain_number(cell)) is not None]
    highest = max(values, default=0.0)
    larger = "score10" if 5 < highest <= 10 else "score100" if 10 < highest <= 100 else None
    if larger and larger not in mapping.columns:
        del mapping.columns["stars"]
        mapping.assign(larger, column, "values")


def _settle_numbers(mapping: ColumnMapping, rows: Sequence[Mapping[str, Any]]) -> None:
    """ "Номер" that counts 1, 2, 3 … is the place in the table: as an id it would let the next
    table overwrite this one's reviews."""
    column = mapping.columns.get("id", "")
    if mapping.reasons.get("id") != "header" or normalised_header(column) not in PLACES:
        return
    numbers = [str(cell).strip().removesuffix(".") for cell in _filled(rows, column)]
    if numbers == [str(place) for place in range(1, len(numbers) + 1)]:
        del mapping.columns["id"]


def _settle_dates(mapping: ColumnMapping, rows: Sequence[Mapping[str, Any]]) -> None:
    """One program wrote all dates of a table: a day beyond twelve in one tells of the others."""
    columns = [mapping.columns[name] for name in DATES if name in mapping.columns]
    cells = [cell for column in columns for cell in _filled(rows, column) if isinstance(cell, str)]
    mapping.is_month_first = bool(is_month_first(cells))


def _plain_number(cell: Any) -> float | None:
    """A bare number; "4 из 5" carries its own scale."""
    if (
        isinstance(cell, str)
        and not cell.strip().replace(",", ".", 1).replace(".", "", 1).isdigit()
    ):
        return None
    return number(cell)


def _filled(rows: Sequence[Mapping[str, Any]], header: str) -> list[Any]:
    return [value for row in rows if (value := row.get(header)) not in (None, "")]


def _share(values: Sequence[Any], test: Any) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _is_date(value: Any, now: datetime) -> bool:
    return isinstance(value, str) and len(value) >= 6 and parse_date(value, now).value is not None


def _is_star(value: Any) -> bool:
    found = _plain_number(value) if not isinstance(value, bool) else None
    return found is not None and 1 <= found <= 5


def _varies(values: Sequence[Any]) -> bool:
    return len(set(map(str, values))) > 1


def _mean_length(values: Sequence[Any]) -> float:
    return sum(len(value) for value in values if isinstance(value, str)) / max(1, len(values))


def _first(headers: Sequence[str]) -> str:
    return headers[0] if headers else "COLUMN"
