"""Values out of decoded JSON whose shape nobody guarantees: what is not there is empty."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawlers.parsing.dates import parse_date


def at(value: Any, *path: str | int) -> Any:
    """What lies under keys and places (a negative place counts from the end); None if nothing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text_at(value: Any, *path: str | int) -> str:
    """The text or number there as text; empty for anything else."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found)


def flag_at(value: Any, *path: str | int) -> bool | None:
    """The truth value there, also as 0 and 1; None for anything else."""
    found = at(value, *path)
    return bool(found) if isinstance(found, bool) or found in (0, 1) else None


def dicts_at(value: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list there."""
    found = at(value, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def time_at(value: Any, now: datetime, *path: str | int) -> datetime | None:
    """The moment there; None where there is none that is possible."""
    return parse_date(text_at(value, *path), now).value
