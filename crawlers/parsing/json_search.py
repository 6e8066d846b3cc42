"""Objects of decoded JSON found by the names that they have, wherever a page's state keeps them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

MAX_ENTRIES = 1_000_000
"""Values that are looked at; the largest state of a page has some hundred thousand."""


def objects_with(value: Any, *names: str) -> Iterator[dict[str, Any]]:
    """Every object that has all of these names, the outer ones first, in page order.

    What lies inside of a found object is not looked into.
    """
    waiting = deque([value])
    for _ in range(MAX_ENTRIES):
        if not waiting:
            return
        entry = waiting.popleft()
        if isinstance(entry, dict):
            if all(name in entry for name in names):
                yield entry
            else:
                waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
