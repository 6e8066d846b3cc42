"""Who signed a row and which scan stands behind it: letters of recommendation have both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawlers.importing.cells import short_cell
from pipeline.records import LETTER, Author

_LINK = re.compile(r"https?://", re.IGNORECASE)
_FILE = re.compile(
    r"[^?#]{1,1000}\.(?:pdf|jpe?g|png|tiff?|webp|heic|bmp|djvu?|docx?|odt|rtf|zip|eml)",
    re.IGNORECASE,
)


def place_of(cells: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Link and scan of a row. A link to the scan leads to the review where no other does; a file
    name in the column of links is a scan."""
    url, scan = short_cell(cells, "url"), short_cell(cells, "scan")
    if url and not scan and not _LINK.match(url) and _FILE.fullmatch(url):
        return None, url
    if scan and not url and _LINK.match(scan):
        url = scan
    return url, scan


def author_of(cells: Mapping[str, Any], scan: str | None) -> Author:
    """Who wrote the row. A scan speaks for a named company; alone it may be of anything."""
    company = short_cell(cells, "company")
    by_letter = LETTER if scan and company else None
    return Author(
        id=short_cell(cells, "author_id"),
        name=short_cell(cells, "author"),
        profile_url=short_cell(cells, "profile_url"),
        role=_role(cells),
        company=company,
        location=short_cell(cells, "location"),
        identified_by=short_cell(cells, "identified_by") or by_letter,
    )


def without_words(column: str | None, scan: str | None) -> str:
    """Why a row is no review, and what to do: `column` is that of the text, if there is one."""
    reason = "has neither text nor rating: "
    if column is None:
        return f"{reason}check the mapping (--map text=COLUMN)"
    if scan:
        return f"{reason}type what the scan {scan[:100]} says into column {column}"
    return f"{reason}fill column {column}, or name another one (--map text=COLUMN)"


def _role(cells: Mapping[str, Any]) -> str | None:
    """A number in a column called "position" is a place in a list."""
    role = short_cell(cells, "role")
    return None if role and role.isdigit() else role
