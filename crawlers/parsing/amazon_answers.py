"""Amazon's answers to its own lists' scripts: commands in JSON, with pieces of pages in them."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from crawlers.page import Page
from crawlers.parsing.json_values import text_at

MAX_COMMANDS = 2_000

_PARTS = re.compile(r"\s*&&&\s*")
_COMMAND = re.compile(r'\s*(?:&&&\s*)?\[\s*"(?:script|update|append|loaded|appendFade|replace)"')


def is_answer(page: Page) -> bool:
    """Whether the body begins as such an answer does."""
    return _COMMAND.match(page.text[:200]) is not None


def markup_of(page: Page, problems: list[str]) -> str:
    """The pieces of pages that an answer brings, one after the other."""
    pieces = []
    for part in _PARTS.split(page.text, MAX_COMMANDS)[:MAX_COMMANDS]:
        if not part.strip():
            continue
        try:
            command: Any = msgspec.json.decode(part.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            problems.append("a part of the answer cannot be read, what it brings is lost")
            continue
        pieces.append(text_at(command, 2))
    return "\n".join(piece for piece in pieces if piece)
