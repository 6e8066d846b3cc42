"""Where the linked cells of a sheet lead: openpyxl tells only when it holds the whole book."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from openpyxl.packaging.relationship import get_dependents
from openpyxl.utils.cell import coordinate_to_tuple

MAX_ROWS = 1_000_000
"""With links in one sheet."""
_LINK = "http://schemas.openxmlformats.org/spreadsheetml/2006/main hyperlink"
_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_PIECE_BYTES = 1024 * 1024
BROKEN = (
    zipfile.BadZipFile, expat.ExpatError, SyntaxError, EOFError, OSError, KeyError, ValueError,
    TypeError, AttributeError,
)  # fmt: skip
"""What a damaged part of an archive raises: the words of its cells are read without it."""

Links = Mapping[int, Mapping[int, str]]
"""Row, from 1, to column, from 0, to an address or the name of a file."""


def hyperlinks(book: IO[bytes], sheet_path: str) -> Links:
    """Links of one sheet of an XLSX; empty where it has none, or they cannot be read."""
    try:
        with zipfile.ZipFile(book) as archive:
            folder, _, name = sheet_path.rpartition("/")
            targets = _targets(archive, f"{folder}/_rels/{name}.rels")
            return _placed(archive, sheet_path, targets) if targets else {}
    except BROKEN:
        return {}


def _targets(archive: zipfile.ZipFile, rels_path: str) -> dict[str, str]:
    """Relationship id → where it leads; most sheets have no such part."""
    if rels_path not in archive.namelist():
        return {}
    found = get_dependents(archive, rels_path)
    return {
        one.Id: one.Target
        for one in found
        if one.Id and one.TargetMode == "External" and one.Target
    }


def _placed(archive: zipfile.ZipFile, sheet_path: str, targets: Mapping[str, str]) -> Links:
    links: dict[int, dict[int, str]] = {}

    def started(name: str, attributes: dict[str, str]) -> None:
        target = targets.get(attributes.get(_ID, "")) if name == _LINK else None
        if target and len(links) < MAX_ROWS:
            row, column = coordinate_to_tuple(attributes["ref"].partition(":")[0])
            links.setdefault(row, {})[column - 1] = target

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = started
    with archive.open(sheet_path) as part:
        while piece := part.read(_PIECE_BYTES):
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return links
