"""Rows of JSON lines, CSV and XLSX files: streamed, told apart by their content."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import msgspec

from crawlers.importing.fields import field_of
from crawlers.importing.lines import (
    SAMPLE_BYTES,
    ZIP_MAGIC,
    BinaryFile,
    Cells,
    Lines,
    bounded_lines,
    encoding_of,
    open_binary,
)
from pipeline.errors import UsageError

Values = dict[str, Any]
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_FIELD_CHARACTERS = 1_000_000
MAX_COLUMNS = 500
MAX_TITLE_ROWS = 5
"""Above the header of a table made for people."""
HEADERS_OF_A_HEADER = 2
"""Known headers that tell a header from a title or a row."""


@dataclass(frozen=True)
class Row:
    """One row: its number for a person (the first is 1), and its values or what is wrong."""

    number: int
    values: Values
    problem: str = ""
    line: int = 0
    """Of the text file, where the row ends; 0 where that is the number too."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Where linked cells lead, by their column."""

    @property
    def place(self) -> str:
        """Where a person finds it: cells with line breaks put rows and lines out of step."""
        is_elsewhere = self.line not in (0, self.number)
        return f"row {self.number} (line {self.line})" if is_elsewhere else f"row {self.number}"


@dataclass(frozen=True)
class Table:
    """An open file of rows."""

    kind: str
    """`JSON lines`, `CSV (;, cp1251)`, `XLSX`: for a person."""
    rows: Iterator[Row]
    size: int
    """Bytes on disk."""
    position: Callable[[], int]
    """Bytes on disk read so far."""


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a file of any known kind.

    Raises UsageError when it is none.
    """
    with open_binary(path) as file:
        sample = file.read(SAMPLE_BYTES)
        start = sample.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start:
            raise UsageError(f"{path}: the file is empty")
        if sample.startswith(ZIP_MAGIC):
            # Loaded only here: openpyxl is large, and most files are text.
            spreadsheet = import_module("crawlers.importing.spreadsheet")
            with spreadsheet.sheet_rows(path, sample, file) as cells:
                yield Table("XLSX", _with_header(path, cells), file.size, file.position)
        elif start[:1] == b"[":
            raise UsageError(f"{path}: is one JSON list: write one object a line (jq -c '.[]')")
        elif start[:1] == b"{":
            rows = json_rows(_Rewound(sample, file))
            yield Table("JSON lines", rows, file.size, file.position)
        else:
            encoding = encoding_of(path, sample)
            delimiter = delimiter_of(sample.decode(encoding, "replace"))
            cells = csv_rows(path, _Rewound(sample, file), encoding, delimiter)
            kind = f"CSV ({DELIMITERS[delimiter]}, {encoding})"
            yield Table(kind, _with_header(path, cells), file.size, file.position)


class _Rewound:
    """The sample again, then the rest of the file."""

    def __init__(self, sample: bytes, rest: BinaryFile) -> None:
        self._sample = io.BytesIO(sample)
        self._rest = rest

    def readline(self, size: int = -1, /) -> bytes:
        line = self._sample.readline(size)
        if line.endswith(b"\n") or len(line) == size:
            return line
        return line + self._rest.readline(size - len(line) if size >= 0 else -1)


def json_rows(content: Lines) -> Iterator[Row]:
    """One object a line; nested objects become `outer.inner`."""
    decoder = msgspec.json.Decoder()
    for number, line in enumerate(bounded_lines(content), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        try:
            value = decoder.decode(stripped.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Row(number, {}, f"is no JSON ({error}): one object a line is expected")
            continue
        if isinstance(value, dict):
            yield Row(number, _flat(value))
        else:
            yield Row(number, {}, f"is a JSON {type(value).__name__}, not an object")


def _flat(value: Values) -> Values:
    if not any(isinstance(item, dict) for item in value.values()):
        return value
    flat: Values = {}
    for name, item in islice(value.items(), MAX_COLUMNS):
        if isinstance(item, dict):
            flat.update({f"{name}.{inner}": part for inner, part in item.items()})
        else:
            flat[name] = item
    return flat


def csv_rows(path: Path, content: Lines, encoding: str, delimiter: str) -> Iterator[Cells]:
    """Rows, and the lines on which they end.

    Raises UsageError for a row that does not end.
    """
    lines = (
        line.decode(encoding if number == 0 else encoding.removesuffix("-sig"), "replace")
        for number, line in enumerate(bounded_lines(content))
    )
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(lines, delimiter=delimiter)
    for number in count(1):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(
                f"{path}, line {reader.line_num}: {error}: look for a quotation mark that is not "
                "closed"
            ) from error
        yield Cells(number, cells, reader.line_num)


def delimiter_of(sample: str) -> str:
    """The delimiter that splits the first rows into equally many cells, and most of them."""

    def merit(delimiter: str) -> tuple[float, int]:
        rows = list(islice(csv.reader(io.StringIO(sample), delimiter=delimiter), 30))
        widths = [len(row) for row in rows[:-1] or rows if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    try:
        return max(DELIMITERS, key=merit)
    except csv.Error:
        return ","


def _with_header(path: Path, rows: Iterator[Cells]) -> Iterator[Row]:
    filled = (row for row in rows if _is_filled(row))
    beginning = list(islice(filled, MAX_TITLE_ROWS + 1))
    if not beginning:
        raise UsageError(f"{path}: the table is empty")
    start = _header_place(beginning)
    header = _header(beginning[start].values)
    for number, cells, line, links in chain(beginning[start + 1 :], filled):
        if len(cells) > len(header) and any(cells[len(header) :]):
            problem = f"has {len(cells)} cells, the header {len(header)}: quote them"
            yield Row(number, {}, problem, line)
        else:
            led = {header[place]: to for place, to in links.items() if place < len(header)}
            yield Row(number, dict(zip(header, cells, strict=False)), line=line, links=led)


def _is_filled(row: Cells) -> bool:
    return any(cell not in (None, "") for cell in row.values)


def _header_place(beginning: Sequence[Cells]) -> int:
    """Which row is the header: the first, save where titles of one cell stand above the first
    row with two known headers."""
    for place, row in enumerate(beginning):
        known = [cell for cell in row.values if isinstance(cell, str) and field_of(cell)]
        if len(known) >= HEADERS_OF_A_HEADER:
            return place
        if known or sum(cell not in (None, "") for cell in row.values) > 1:
            break
    return 0


def _header(cells: Sequence[Any]) -> list[str]:
    """Names of the columns, made distinct."""
    header: list[str] = []
    for place, cell in enumerate(cells[:MAX_COLUMNS], start=1):
        name = str(cell or "").strip() or f"column {place}"
        header.append(name if name not in header else f"{name} ({place})")
    return header
