"""Lists in answers of VK, whichever version of the interface gave them, in the present form."""

from __future__ import annotations

import html
import re
from typing import Any

from crawlers.parsing.json_values import at, dicts_at

_RENAMED = {
    "cid": "id", "uid": "from_id", "to_id": "owner_id", "reply_to_cid": "reply_to_comment",
    "reply_cid": "reply_to_comment", "gid": "id", "pid": "id",
}  # fmt: skip
"""Names of the versions before 5.0."""
_PEOPLE = {"uid": "id", "gid": "id"}
_BREAK = re.compile(r"<br\s?/?>", re.I)


def lists_of(answer: Any) -> list[dict[str, Any]]:
    """Lists with `items`, `profiles` and `groups`; an answer may hold several, or be the items."""
    response = at(answer, "response")
    found = answer if response is None else response
    if isinstance(found, list):
        inner = [one for one in found if isinstance(at(one, "items"), list)]
        return inner or _of_rows(found, {})
    if isinstance(at(found, "items"), list):
        return [found] if response is not None or _are_items(dicts_at(found, "items")) else []
    for name in ("comments", "wall", "topics"):
        if response is not None and isinstance(rows := at(found, name), list):
            return _of_rows(rows, found)
    return _of_rows([found], {}) if response is not None or _are_items([found]) else []


def _of_rows(rows: list[Any], around: dict[str, Any]) -> list[dict[str, Any]]:
    """Bare rows; before version 5.0 their number stands before them."""
    total = rows[0] if rows and isinstance(rows[0], int) else None
    items = [_present(row) for row in rows if isinstance(row, dict)]
    if not _are_items(items):
        return [{"items": []}] if total == 0 else []
    people = {
        name: [_named(one) for one in dicts_at(around, name)] for name in ("profiles", "groups")
    }
    return [{"items": items, "count": total, **people}]


def _are_items(rows: list[Any]) -> bool:
    """Whether they are posts or comments: who says what, and when."""
    return any(isinstance(row, dict) and {"from_id", "date", "text"} <= row.keys() for row in rows)


def _present(row: dict[str, Any]) -> dict[str, Any]:
    is_old = not row.keys().isdisjoint(_RENAMED)
    names = {_RENAMED.get(name, name): value for name, value in row.items()} | {
        name: value for name, value in row.items() if name not in _RENAMED
    }
    if is_old and isinstance(text := names.get("text"), str):
        names["text"] = html.unescape(_BREAK.sub("\n", text))
    return names


def _named(person: dict[str, Any]) -> dict[str, Any]:
    return {_PEOPLE.get(name, name): value for name, value in person.items()}
