"""Google Play's batch answers: lines of JSON, one of which holds the reviews as JSON in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason
from crawlers.parsing.json_values import at, text_at

REVIEWS_CALL = "UsvDTd"
"""Name of the remote call that lists reviews."""
_PREFIX = ")]}'"
_OBSTACLES: dict[str, BlockedReason] = {
    "5": "not_found", "7": "forbidden", "8": "rate_limited", "14": "rate_limited", "16": "login",
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
    "500": "rate_limited", "503": "rate_limited",
}  # fmt: skip
"""Codes of remote calls (google.rpc.Code) and of HTTP, which the two kinds of errors use."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the call answered."""

    reviews: tuple[Any, ...] = ()
    """One list of values per review, by place."""
    token: str = ""
    """Where to go on; empty at the end."""
    is_known: bool = False
    """Whether this is an answer to the call at all."""
    error: str = ""
    """Code of the error that came instead of reviews; empty without one."""

    @property
    def obstacle(self) -> BlockedReason | None:
        """The error as an obstacle; None without one, or where it is none."""
        return _OBSTACLES.get(self.error)


def answer_of(page: Page) -> Answer:
    """The reviews' envelope among all that the page brought."""
    for envelope in _envelopes(page):
        if at(envelope, 0) == "wrb.fr" and at(envelope, 1) == REVIEWS_CALL:
            return _answer(envelope)
        if at(envelope, 0) == "er":
            return Answer(is_known=True, error=text_at(envelope, 5) or text_at(envelope, 1) or "?")
    return Answer()


def _answer(envelope: Any) -> Answer:
    payload = _decoded(text_at(envelope, 2))
    if payload is None:
        return Answer(is_known=True, error=text_at(envelope, 5, 0) or "?")
    reviews = at(payload, 0)
    return Answer(
        reviews=tuple(reviews) if isinstance(reviews, list) else (),
        token=text_at(payload, 1, 1) or text_at(payload, 1, -1),
        is_known=isinstance(payload, list),
    )


def _envelopes(page: Page) -> list[Any]:
    """Of the whole body, or of each of its lines: lengths may stand between them."""
    try:
        whole = page.json
    except UnreadableJson:
        body = page.text.lstrip("\ufeff \r\n\t").removeprefix(_PREFIX)
        lines = (_decoded(line) for line in body.splitlines() if line.startswith("["))
        return [entry for line in lines if isinstance(line, list) for entry in line]
    return whole if isinstance(whole, list) else []


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
