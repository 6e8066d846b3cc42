"""Bytes to text for pages whose declared encoding is missing, wrong or lying."""

from __future__ import annotations

import codecs
import re

GUESSED_BYTES = 262_144
"""So much of an undeclared page decides how all of it is read."""
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
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_FREQUENT = frozenset("оеаинтсрвлкмдпуя")
"""Eight letters in ten of Russian; Ukrainian, Bulgarian and Serbian use most of them as often."""
_FREQUENT_SHARE = 0.6
"""Read in a wrong encoding of the four, other letters come out: fewer than half are of these."""
_RUN = re.compile(rb"[\x80-\xff]{3,}")
_LETTERS = 8
"""So many of them at least, or there is nothing to count."""
_RUN_SHARE = 0.6
"""Western letters stand one by one among Latin ones."""


def decode_body(body: bytes, content_type: str = "") -> str:
    """Text of `body`: BOM, then valid UTF-8, then what it declares, then what its letters look
    like; never raises.

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
    return "utf-8" if _mostly_utf8(body) else _guessed(body[:GUESSED_BYTES])


def _guessed(body: bytes) -> str:
    """The encoding of Cyrillic letters in which the words without Latin letters read like words;
    windows-1252 when none does, or hardly any are there."""
    runs = b"".join(_RUN.findall(body))
    if len(runs) < max(_LETTERS, _RUN_SHARE * sum(byte > 0x7F for byte in body)):
        return "cp1252"
    shares = {name: _frequent_share(runs.decode(name, "replace")) for name in _CYRILLIC}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _FREQUENT_SHARE else "cp1252"


def _frequent_share(text: str) -> float:
    """Of all characters; capitals count as their small letters."""
    return sum(character in _FREQUENT for character in text.lower()) / len(text)


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
