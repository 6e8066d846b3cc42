"""JSON as pages embed it (commented, escaped, with stray commas) made fit for a parser."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

MAX_SCRIPT_CHARACTERS = 4_000_000
"""A longer script is not worth its memory."""

_HEAD = re.compile(r"\s*(?:(?:/\*|//)?\s*<!\[CDATA\[\s*(?:\*/)?|<!--|/\*[^*]{0,100}\*/)")
_TAIL = re.compile(r"(?:(?:/\*|//)?\s*\]\]>\s*(?:\*/)?|-->)\s*;?\s*$")
_ENDS = 200
"""Wrappers stand within so many characters of either end: searching more could be made slow."""
_TOKENS = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<comment>/\*(?:.*?\*/|.*)|<!--(?:.*?-->|.*)|(?<![:\\])//[^\n]*)"
    r"|(?P<comma>,)(?=\s*+[}\]])",
    re.S,
)
"""Every alternative swallows what it began with, closed or not, so that a scan stays linear."""
_GAPS = re.compile(
    r'(?P<value>"(?:[^"\\]|\\.)*+"|[}\]]|\d|true|false|null)(?=\s*+["{\[])'
    r'|"(?:[^"\\]|\\.)*+"?|(?P<colon>:)(?=\s*+[,}\]])|(?P<comma>,)(?=\s*+,)',
    re.S,
)
"""Places where a template printed nothing: between two values, behind a name, between commas."""
_BAD_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])|(\\)')
_CONTROL = re.compile("[\x00-\x1f]")


class BrokenJson(ValueError):
    """Not JSON, and no repair makes it so."""


def load_json(script: str) -> tuple[list[Any], bool]:
    """Values of a script (some write several in a row) and whether it had to be repaired.

    Raises BrokenJson. Repairs go from harmless to bold; the first that parses wins.
    """
    if len(script) > MAX_SCRIPT_CHARACTERS:
        raise BrokenJson(f"{len(script)} characters are too many")
    text = script.strip().lstrip("\ufeff")
    reason = ""
    for is_repaired, repair in enumerate(_REPAIRS):
        try:
            return _decode_all(repair(text)), is_repaired > 0
        except (ValueError, RecursionError) as error:
            reason = reason or str(error)
    raise BrokenJson(reason)


def _decode_all(text: str) -> list[Any]:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        value, end = decoder.raw_decode(text, position)
        values.append(value)
        position = _next_start(text, end)
    if not values:
        raise ValueError("empty")
    return values


def _next_start(text: str, end: int) -> int:
    """Past the white space and separators between two values."""
    while end < len(text) and text[end] in " \t\r\n;,":
        end += 1
    return end


def _unwrapped(text: str) -> str:
    """Without comment and CDATA wrappers around the whole."""
    for _ in range(4):
        text = text.strip().rstrip("; ")
        head = _HEAD.match(text[:_ENDS])
        text = text[head.end() :] if head else text
        tail = _TAIL.search(text[-_ENDS:])
        text = text[: len(text) - len(tail.group())] if tail else text
        if not (head or tail):
            break
    return text


def _without_comments(text: str) -> str:
    """Comments and trailing commas out, strings untouched save for their broken escapes."""

    def keep(match: re.Match[str]) -> str:
        string = match["string"]
        return _mended(string) if string else ""

    return _TOKENS.sub(keep, _unwrapped(text))


def _mended(string: str) -> str:
    fixed = _BAD_ESCAPE.sub(lambda match: r"\\" if match.group(1) else match.group(), string)
    return _CONTROL.sub(lambda match: json.dumps(match.group())[1:-1], fixed)


def _unescaped(text: str) -> str:
    """A whole script that went through an HTML escape: `{&quot;@type&quot;: …}`."""
    return _without_comments(html.unescape(text))


def _inner_quotes_escaped(text: str) -> str:
    """`"name": "27" monitor"`: a quote that no JSON punctuation surrounds belongs to the text."""
    inner = re.compile(r'(?<![\[{:,\\\s])\s*+"(?!\s*[:,}\]])|(?<=\w )"(?=\w)')
    unwrapped = _unwrapped(text)
    return _without_comments(inner.sub(lambda match: match.group().replace('"', r"\""), unwrapped))


def _gaps_filled(text: str) -> str:
    """`"price": , "name": "Mug" "sku": 1`: a value or a comma that a template left out."""

    def fill(match: re.Match[str]) -> str:
        if match["value"]:
            return match["value"] + ","
        return "" if match["comma"] else match.group() + " null" * bool(match["colon"])

    return _GAPS.sub(fill, _without_comments(text))


def _closed(text: str) -> str:
    """A script cut off in the middle: open strings and brackets are closed."""
    text = _without_comments(text)
    stack: list[str] = []
    is_in_string = False
    for match in re.finditer(r'\\.|["{}\[\]]', text, re.S):
        mark = match.group()
        if mark == '"':
            is_in_string = not is_in_string
        elif not is_in_string and mark in _CLOSING:
            stack.append(_CLOSING[mark])
        elif not is_in_string and mark in "}]" and stack:
            stack.pop()
    closed = text.rstrip("\\") + ('"' if is_in_string else "")
    return closed[:-_ENDS] + _DANGLING.sub("", closed[-_ENDS:]) + "".join(reversed(stack))


_CLOSING = {"{": "}", "[": "]"}
_DANGLING = re.compile(r'(?:,\s*)?"[^"]*"\s*:\s*$|[,:]\s*$')
"""A property whose value was cut off."""

_REPAIRS: tuple[Callable[[str], str], ...] = (
    str, _unwrapped, _without_comments, _unescaped, _inner_quotes_escaped, _gaps_filled, _closed,
)  # fmt: skip
