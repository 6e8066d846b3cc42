"""Files with one JSON value a line, as archives and collectors of posts keep them."""

from __future__ import annotations

from typing import Any

import msgspec

from crawlers.page import Page, UnreadableJson

MAX_LINES = 200_000


def answer_of(page: Page, problems: list[str]) -> Any:
    """The JSON of a page; the values of its lines where every line is one; else None.

    A body that begins as JSON and is none is a problem. The last line may be cut.
    """
    if not page.looks_like_json:
        return None
    try:
        return page.json
    except UnreadableJson as error:
        found = _lines(page.text)
        if len(found) < 2:
            problems.append(f"answer cannot be read: {error}")
            return None
        return found


def _lines(text: str) -> list[Any]:
    """Objects of the lines; nothing where a line before the last one is no object."""
    found: list[Any] = []
    lines = [line for line in text.split("\n", MAX_LINES)[:MAX_LINES] if line.strip()]
    for number, line in enumerate(lines, start=1):
        try:
            value = msgspec.json.decode(line.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            value = None
        if not isinstance(value, dict):
            return found if number == len(lines) else []
        found.append(value)
    return found
