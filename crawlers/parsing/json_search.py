"""Objects of decoded JSON found by the names that they have, wherever a page's state keeps them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

MAX_ENTRIES = 1_000_000
"""Values that are looked at; the largest state of a page has some hundred thousand."""


def objects_with(value: Any, *names: str) -> Iterator[dict[str, Any]]:
    """Every object that has all of these names, the outer ones first, in page order.

    What lies inside of a found object is not looked into.
    """
    return objects_where(value, lambda entry: all(name in entry for name in names))


def objects_where(
    value: Any, is_wanted: Callable[[dict[str, Any]], bool]
) -> Iterator[dict[str, Any]]:
    """Every object that is wanted, in the same order; nothing inside of one is looked into."""
    waiting = deque([value])
    for _ in range(MAX_ENTRIES):
        if not waiting:
            return
        entry = waiting.popleft()
        if isinstance(entry, dict):
            if is_wanted(entry):
                yield entry
            else:
                waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
