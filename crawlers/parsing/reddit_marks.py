"""What all pages of Reddit have in common: names, links to threads, texts with what is gone."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawlers.parsing.text import element_text

NAME = re.compile(r"t[13]_[0-9a-z]{1,15}")
"""Name of a post or a comment."""
THREAD = re.compile(r"/comments/([0-9a-z]{1,15})(?:/[^/?#]{0,300}(?:/([0-9a-z]{1,15}))?)?", re.I)
"""Path of a thread, or of a comment in it."""
_NUMBER = re.compile(r"-?\d{1,9}")
_GONE = re.compile(
    r"\[(?P<how>deleted|removed)\]|(?:Comment|Post) (?P<by>deleted|removed) by \w+(?: \w+)?"
    r"|Sorry, this post (?:was|has been) (?P<was>deleted|removed)\b.{0,200}",
    re.S,
)


def named(link: re.Match[str] | None) -> str:
    """The name that a link of THREAD leads to; empty without one."""
    if link is None:
        return ""
    return f"t1_{link.group(2)}".casefold() if link.group(2) else f"t3_{link.group(1)}".casefold()


def is_gone(text: str) -> bool:
    """Whether it is the site's note in place of words that were deleted or removed."""
    return _GONE.fullmatch(text.strip()) is not None


def said(body: etree._Element | None, field: str) -> dict[str, Any]:
    """The text as the interface gives it: with its markup, and plain to see what is gone."""
    if body is None:
        return {field: ""}
    plain = element_text(body)
    if gone := _GONE.fullmatch(plain.strip()):
        return {field: f"[{gone['how'] or gone['by'] or gone['was']}]"}
    markup = etree.tostring(body, encoding="unicode", method="html", with_tail=False)
    return {field: plain, f"{field}_html": markup}


def number(text: str) -> int | None:
    """A whole number; None for anything else."""
    return int(text) if _NUMBER.fullmatch(text.strip()) else None
