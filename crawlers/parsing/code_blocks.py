"""Listings of programs as sites for programmers write them, kept line by line."""

from __future__ import annotations

import re

_OPENING = re.compile(r"(<pre\b[^<>]{0,300}>)\s{0,20}<code\b[^<>]{0,300}>", re.I)
_CLOSING = re.compile(r"</code>\s{0,20}</pre>", re.I)


def as_preformatted(markup: str) -> str:
    """`<pre><code>` as a plain `<pre>`, whose line ends an extracted text keeps."""
    return _CLOSING.sub("</pre>", _OPENING.sub(r"\1", markup))
