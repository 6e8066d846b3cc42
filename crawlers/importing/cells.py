"""Single cells of a row as text, the way a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawlers.parsing.text import SHORT_LIMIT, one_line


def short_cell(cells: Mapping[str, Any], name: str) -> str | None:
    """One line of a cell; whole floats without their zero; None when nothing is there."""
    return short_text(cells.get(name))


def short_text(value: Any) -> str | None:
    """The same of a value."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return one_line(str(value))[:SHORT_LIMIT] or None


def is_empty(value: Any) -> bool:
    """Nothing, or nothing but blanks: tables are full of such cells."""
    return value is None or (isinstance(value, str) and not value.strip())
