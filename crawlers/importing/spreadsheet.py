"""XLSX files, row by row, with bounds on what a malicious one may unpack to."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from crawlers.importing.hyperlinks import Links, hyperlinks
from crawlers.importing.lines import BinaryFile, Cells
from pipeline.errors import UsageError

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_SHARED_STRINGS_BYTES = 256 * 1024 * 1024
"""openpyxl holds this part in memory."""
MAX_RATIO = 200
"""Real sheets pack to a tenth or a fiftieth; bombs to a thousandth."""
RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_COLUMNS = 500
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError,
    KeyError, ValueError, IndexError, TypeError,
)  # fmt: skip
"""What openpyxl raises for a damaged file, early or in the middle of a sheet; broken XML is a
SyntaxError of lxml or of the standard library."""


@contextmanager
def sheet_rows(path: Path, sample: bytes, rest: BinaryFile) -> Iterator[Iterator[Cells]]:
    """Cells of the first sheet with their row numbers.

    Raises UsageError for a file that is broken or unpacks to too much.
    """
    with tempfile.TemporaryFile() as copy, warnings.catch_warnings():
        # openpyxl warns about styles and validations that it leaves out.
        warnings.simplefilter("ignore")
        copy.write(sample)
        _copy_bounded(path, rest, copy)
        _check_archive(path, copy)
        try:
            book = openpyxl.load_workbook(copy, read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise UsageError(f"{path}: is no readable XLSX ({error}): save it again") from error
        try:
            if not book.worksheets:
                raise UsageError(f"{path}: has no sheet")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield _cells(path, sheet, hyperlinks(copy, _part_of(sheet)))
        finally:
            book.close()


def _part_of(sheet: Any) -> str:
    """Name of the sheet's part in the archive, which only the sheet knows."""
    return str(sheet._worksheet_path)


def _cells(path: Path, sheet: Any, links: Links) -> Iterator[Cells]:
    number = 0
    try:
        for number, cells in enumerate(
            sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1
        ):
            row = _trimmed([_plain(cell) for cell in cells])
            yield Cells(number, row, links=links.get(number, {}))
    except BROKEN as error:
        raise UsageError(
            f"{path}: cannot be read beyond row {number} ({error}): save it again"
        ) from error


def _trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


def _plain(cell: Any) -> Any:
    """Cell values as JSON has them: whole floats as integers, times as ISO text."""
    match cell:
        case float() if cell.is_integer():
            return int(cell)
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
    return cell


def _check_archive(path: Path, copy: IO[bytes]) -> None:
    """The sizes that an archive declares bind: reading stops there."""
    try:
        with zipfile.ZipFile(copy) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UsageError(f"{path}: is no readable XLSX ({error}): save it again") from error
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
        raise UsageError(f"{path}: unpacks to too much: split it, or save it as CSV")
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        is_bomb = member.file_size > RATIO_COUNTS_FROM_BYTES and ratio > MAX_RATIO
        is_heavy = "sharedstrings" in member.filename.casefold() and (
            member.file_size > MAX_SHARED_STRINGS_BYTES
        )
        if is_bomb or is_heavy:
            raise UsageError(f"{path}: {member.filename} unpacks to too much: save it as CSV")


def _copy_bounded(path: Path, rest: BinaryFile, copy: IO[bytes]) -> None:
    while chunk := rest.read(1024 * 1024):
        copy.write(chunk)
        if copy.tell() > MAX_FILE_BYTES:
            raise UsageError(f"{path}: is larger than {MAX_FILE_BYTES} bytes: save it as CSV")
