"""One fetched or saved page, as a parser sees it: bytes and facts, no network behind them."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawlers.parsing.decoding import decode_body

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Bytes of a body that are read; the rest is cut, and `Page.is_cut` says so."""
MAX_TAGS = 200_000
"""Tags of a page that are read, ten times as many as real ones have: the time to read a page grows
with its tags, and a few gzipped kilobytes hold millions. JSON has none."""
MAX_JSON_DEPTH = 200
"""Deeper JSON is refused: no source nests so deep, and parsers may recurse safely below it."""

_TAG = re.compile(rb"<")
GZIP_MAGIC = b"\x1f\x8b"


class UnreadableJson(ValueError):
    """The body is no JSON, or nests deeper than any source does."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page and what is known about how it was read."""

    url: str
    """Where it came from; relative links are resolved against it. May be empty for a file."""
    body: bytes
    """Raw bytes after transfer decoding, at most MAX_BODY_BYTES of them."""
    fetched_at: datetime
    """When it was read, aware UTC: relative dates count from it."""
    content_type: str = ""
    """The Content-Type header, charset parameter included; empty when unknown."""
    status: int = 200
    """HTTP status; 200 for a saved file."""
    entity_id: str = "unassigned"
    """The watched entity the page was read for."""
    crawl_id: str = ""
    """The run that read it."""
    is_backfill: bool = False
    """Whether this is the entity's first pass over the source: history, not news."""
    is_cut: bool = False
    """Whether the body was longer than MAX_BODY_BYTES, or had more than MAX_TAGS."""

    @classmethod
    def read(cls, *, body: bytes, **facts: Any) -> Page:
        """A page from bytes that may be gzipped or too long."""
        data, is_cut = _bounded(body)
        return cls(body=data, is_cut=is_cut, **facts)

    @property
    def host(self) -> str:
        """Lower-case host of the URL without `www.`; empty when there is none."""
        try:
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    @cached_property
    def text(self) -> str:
        """The body decoded tolerantly (BOM, header, meta, then a guess); never raises."""
        return decode_body(self.body, self.content_type)

    @cached_property
    def json(self) -> Any:
        """The body as JSON, without its anti-hijacking prefix.

        Raises UnreadableJson for anything else.
        """
        try:
            value = msgspec.json.decode(_without_prefix(self.text))
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise UnreadableJson(f"not JSON: {error}") from error
        if _nests_deeper(value, MAX_JSON_DEPTH):
            raise UnreadableJson(f"JSON nests deeper than {MAX_JSON_DEPTH} levels")
        return value

    @property
    def looks_like_json(self) -> bool:
        """Whether the body begins as a JSON object or list does; cheap, reads a few bytes."""
        return _without_prefix(self.text[:200])[:1] in ("{", "[")


def _without_prefix(text: str) -> str:
    """JSON without byte order mark and the prefix that keeps scripts from reading it."""
    return text.lstrip("\ufeff \t\r\n").removeprefix(")]}'").lstrip()


def _nests_deeper(value: Any, limit: int) -> bool:
    """Whether containers stand inside each other more than `limit` deep; walks level by level."""
    level = [value]
    for _ in range(limit):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(item: Any) -> Iterable[Any]:
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return [child for child in inner if isinstance(child, dict | list)]


def _bounded(body: bytes) -> tuple[bytes, bool]:
    data = _gunzip(body) if body.startswith(GZIP_MAGIC) else body
    kept = _with_few_tags(data[:MAX_BODY_BYTES])
    return kept, len(kept) < len(data)


def _with_few_tags(data: bytes) -> bytes:
    """The body up to the tag that is one too many."""
    is_json = _without_prefix(data[:200].decode("utf-8", "replace"))[:1] in ("{", "[")
    if is_json or data.count(b"<") <= MAX_TAGS:
        return data
    last = next(islice(_TAG.finditer(data), MAX_TAGS, None))
    return data[: last.start()]


def _gunzip(body: bytes) -> bytes:
    """At most one byte more than the limit, so that a gzip bomb costs no more than a page."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            return stream.read(MAX_BODY_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        return body
