"""Google Play's batch answers: lines of JSON, one of which holds the reviews as JSON in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason
from crawlers.parsing.json_values import at, text_at

REVIEWS_CALL = "UsvDTd"
"""Name of the remote call that lists reviews."""
MAX_SCRIPTS = 200
"""Scripts of one page that are read; it has some thirty."""
MAX_VALUES = 500_000
"""Values of one script that are looked at."""
_PREFIX = ")]}'"
_DECODER = json.JSONDecoder(strict=False)
_SCRIPT = re.compile(
    r"AF_initDataCallback\(\s*\{[^\[<]{0,300}?\bdata\s*:\s*"
    r"(?:function\s*\(\)\s*\{\s*return\s*)?(?=\[)"
)
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
    drawn: str = ""
    """Cards of reviews as markup, which the page asked for until 2018."""
    error: str = ""
    """Code of the error that came instead of reviews; empty without one."""

    @property
    def obstacle(self) -> BlockedReason | None:
        """The error as an obstacle; None without one, or where it is none."""
        return _OBSTACLES.get(self.error)


def answer_of(page: Page) -> Answer:
    """The reviews' envelope among all that the page brought."""
    drawn: list[str] = []
    found: list[Answer] = []
    for envelope in _envelopes(page):
        if at(envelope, 0) == "wrb.fr" and at(envelope, 1) == REVIEWS_CALL:
            found.append(_answer(envelope))
        elif at(envelope, 0) == "er":
            error = text_at(envelope, 5) or text_at(envelope, 1) or "?"
            found.append(Answer(is_known=True, error=error))
        elif at(envelope, 0) == "gr":
            drawn.append(text_at(envelope, 2))
    if drawn:
        return Answer(is_known=True, drawn="".join(drawn))
    return _together(found)


def answer_of_page(text: str) -> Answer:
    """Reviews that a saved page of an app carries in its scripts, in the rows of the call."""
    found = []
    for script in islice(_SCRIPT.finditer(text), MAX_SCRIPTS):
        try:
            value = _DECODER.raw_decode(text, script.end())[0]
        except (ValueError, RecursionError):
            continue
        found += [_answer_of(payload) for payload in _payloads(value)]
    return _together(found)


def _together(answers: list[Answer]) -> Answer:
    """One answer of several; their reviews stand for errors that came beside them."""
    if not answers:
        return Answer()
    reviews = tuple(row for answer in answers for row in answer.reviews)
    return Answer(
        reviews=reviews,
        token=next((answer.token for answer in answers if answer.token), ""),
        is_known=any(answer.is_known for answer in answers),
        error="" if reviews else next((one.error for one in answers if one.error), ""),
    )


def _payloads(value: Any) -> Iterator[list[Any]]:
    """Lists that begin with a list of reviews; reviews are not looked into."""
    stack = [value]
    for _ in range(MAX_VALUES):
        if not stack:
            return
        entry = stack.pop()
        if not isinstance(entry, list):
            continue
        rows = at(entry, 0)
        if isinstance(rows, list) and rows and all(_is_review(row) for row in rows):
            yield entry
        else:
            stack.extend(reversed(entry))


def _is_review(row: Any) -> bool:
    """Whether a list is a review: an id, its author's name, stars, and a stamp further on."""
    stars = at(row, 2)
    return (
        isinstance(at(row, 0), str)
        and isinstance(at(row, 1, 0), str)
        and isinstance(stars, int)
        and 0 <= stars <= 5
        and isinstance(at(row, 4), str | None)
        and isinstance(at(row, 5, 0), int)
    )


def _answer(envelope: Any) -> Answer:
    payload = _decoded(text_at(envelope, 2))
    if payload is None:
        return Answer(is_known=True, error=text_at(envelope, 5, 0) or "?")
    return _answer_of(payload)


def _answer_of(payload: Any) -> Answer:
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
