"""Bytes to text for pages whose declared encoding is missing, wrong or lying."""

from __future__ import annotations

import codecs
import re

META_BYTES = 4_096
"""A declaration must stand within the first bytes (HTML Standard asks for 1,024)."""
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
"""Browsers read these labels as windows-1252 (WHATWG Encoding Standard)."""


def decode_body(body: bytes, content_type: str = "") -> str:
    """Text of `body`: BOM, then valid UTF-8, then what it declares; never raises.

    Valid UTF-8 goes before the declaration: a page that decodes as UTF-8 by accident is far
    rarer than one that declares something else by mistake.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_declared(body, content_type), "replace")


def _declared(body: bytes, content_type: str) -> str:
    for place in (content_type.encode("ascii", "ignore"), body[:META_BYTES]):
        found = _DECLARED.search(place)
        if found and (name := _usable(found.group(1).decode("ascii").casefold())):
            return name
    return "utf-8" if _mostly_utf8(body) else "cp1252"


def _usable(label: str) -> str | None:
    """A text encoding of that name; None for unknown ones and for `hex`, `zip` and the like."""
    try:
        info = codecs.lookup(_ALIASES.get(label, label))
        b"".decode(info.name)
    except (LookupError, ValueError):
        return None
    return info.name


def _mostly_utf8(body: bytes) -> bool:
    """Whether few bytes are broken: a page cut in the middle of a character is still UTF-8."""
    text = body[:65_536].decode("utf-8", "replace")
    return text.count("\ufffd") * 50 < sum(character > "\x7f" for character in text)
