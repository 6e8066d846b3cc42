"""Bounds what a page can pile up in one record, so that the record fits into the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from pipeline.records import Reply

MOST_REPLIES = 1_000
REPLIES_CHARACTERS = 500_000
"""Of all answers under one review together; the longest texts allowed fit beside them."""
EXTRA_BYTES = 256 * 1024
"""Of a source's own fields, as JSON."""


def bounded_replies(
    replies: Iterable[Reply], where: str, problems: list[str]
) -> tuple[tuple[Reply, ...], int]:
    """The first answers that fit, in their order, and how many were left out."""
    kept: list[Reply] = []
    left_out = characters = 0
    for reply in replies:
        characters += len(reply.text) + len(reply.author or "")
        if left_out or len(kept) == MOST_REPLIES or characters > REPLIES_CHARACTERS:
            left_out += 1
        else:
            kept.append(reply)
    if left_out:
        problems.append(f"{where}: {left_out} of {left_out + len(kept)} replies left out")
    return tuple(kept), left_out


def bounded_extra(extra: dict[str, Any], where: str, problems: list[str]) -> dict[str, Any]:
    """The fields without the largest ones, where all of them would not fit."""
    sizes = {name: len(msgspec.json.encode({name: value})) for name, value in extra.items()}
    excess = sum(sizes.values()) - EXTRA_BYTES
    if excess <= 0:
        return extra
    left_out = set()
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        if excess <= 0:
            break
        excess -= sizes[name]
        left_out.add(name)
    problems.append(f"{where}: too long, left out: {', '.join(sorted(left_out))}"[:1_000])
    return {name: value for name, value in extra.items() if name not in left_out}
