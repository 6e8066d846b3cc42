"""Which place an address of Google Maps speaks of, and the address of that place's reviews."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from urllib.parse import quote, unquote

from crawlers.parsing.address_parts import host_of, path_of, query_of

LIST = "https://www.google.com/maps/rpc/listugcposts"
PAGE_REVIEWS = 20
"""The most that the map gives at once."""
NEWEST_FIRST = 2

_LISTS = ("/maps/rpc/listugcposts", "/maps/preview/review/listentitiesreviews")
_FEATURE = re.compile(r"0x[0-9a-fA-F]{1,16}:0x[0-9a-fA-F]{1,16}")
_GOOGLE = re.compile(r"(?:[\w-]+\.)?google\.(?:com?\.)?[a-z]{2,3}")
_TOKEN = re.compile(r"!2m2!1i\d+!2s([^!]*)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_PLACE_ID_HEAD = b"\x0a\x12\x09"


def is_google(url: str) -> bool:
    """Whether the address is one of Google's national sites."""
    return _GOOGLE.fullmatch(host_of(url)) is not None


def is_list(url: str) -> bool:
    """Whether the address is that of a list of reviews."""
    return is_google(url) and path_of(url) in _LISTS


def feature_of(url: str) -> str:
    """Feature id `0x…:0x…` of the place in an address; empty when it names none.

    The id stands in the data of a place's page, as `ftid=`, as the number `cid=`, or inside of
    a place id (`ChIJ…`), which is both halves as fixed64 fields of a protocol buffer.
    """
    if found := _FEATURE.search(unquote(url[:8_000])):
        return found.group()
    query = query_of(url)
    if query.get("cid", "").isdecimal() and len(query["cid"]) <= 20:
        return f"0x0:{int(query['cid']):#x}"
    names = ("place_id", "query_place_id", "placeid", "destination_place_id")
    return next((feature for name in names if (feature := _of_place_id(query.get(name, "")))), "")


def list_address(feature: str, language: str, token: str = "") -> str:
    """Address of a page of the place's reviews, newest first."""
    parts = (
        f"!1m6!1s{quote(feature, safe='')}!6m4!4m1!1e1!4m1!1e3"
        f"!2m2!1i{PAGE_REVIEWS}!2s{quote(token[:4_000], safe='')}"
        f"!5m2!1s!7e81!8m9!2b1!3b1!5b1!7b1!12m4!1b1!2b1!4m1!1e1!11m0!13m1!1e{NEWEST_FIRST}"
    )
    wanted = language if _LANGUAGE.fullmatch(language) else "en"
    return f"{LIST}?authuser=0&hl={wanted}&pb={parts}"


def token_of(url: str) -> str:
    """The token that a list's address goes on from; empty on the first page."""
    found = _TOKEN.search(url[:8_000])
    return unquote(found.group(1)) if found else ""


def place_id_of(url: str) -> str:
    """Place id `ChIJ…` of an address; empty where half of the feature id is not known."""
    first, _, second = feature_of(url).partition(":")
    if not second or int(first, 16) == 0:
        return ""
    halves = (struct.pack("<Q", int(half, 16)) for half in (first, second))
    raw = _PLACE_ID_HEAD + b"\x11".join(halves)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _of_place_id(place_id: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(place_id[:60] + "=" * (-len(place_id[:60]) % 4))
    except (binascii.Error, ValueError):
        return ""
    if len(raw) != 20 or not raw.startswith(_PLACE_ID_HEAD) or raw[11:12] != b"\x11":
        return ""
    first, second = struct.unpack("<Q", raw[3:11])[0], struct.unpack("<Q", raw[12:20])[0]
    return f"{first:#x}:{second:#x}"
