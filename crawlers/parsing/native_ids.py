"""Ids that a page itself gives its reviews, as far as they can be trusted to stay."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.structured import Item

_LASTING = re.compile(r"\d{3,}|[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{16,}", re.I)
"""Three digits or a long hexadecimal: "review-1" is a place in the list and moves on."""
_THEMED = re.compile(r"^(?:li|div)-(comment-\d{1,12})$")
"""WordPress numbers a comment; its themes write the number on one element or another."""
_ALLOWED = re.compile(r"[\w.:~\-]{3,120}")
_ATTRIBUTES = (
    "data-review-id",
    "data-reviewid",
    "data-comment-id",
    "data-commentid",
    "data-id",
    "id",
)


def native_id(item: Item, page: Page) -> str | None:
    """A lasting id of the review; None when the page gives none that can be trusted."""
    candidates: list[str] = [
        item.text("identifier"),
        *(_tail(link, page) for link in (item.id, item.text("url")) if link),
        *(_of_element(item.element) if item.element is not None else ()),
    ]
    for candidate in (_THEMED.sub(r"\1", candidate) for candidate in candidates):
        if _ALLOWED.fullmatch(candidate) and _LASTING.search(candidate):
            return candidate
    return None


def _tail(link: str, page: Page) -> str:
    """Fragment of a link, or its last step where it leads to a page of its own."""
    try:
        parts = urlsplit(link)
        own = urlsplit(page.url)
    except ValueError:
        return ""
    if parts.fragment:
        return parts.fragment
    leads_away = parts.path.rstrip("/") != own.path.rstrip("/")
    has_review = "review" in parts.path.casefold() or "comment" in parts.path.casefold()
    return parts.path.rstrip("/").rpartition("/")[2] if leads_away and has_review else ""


def _of_element(element: etree._Element) -> list[str]:
    """Ids on the element itself, or on a list entry or row that holds nothing else."""
    found = [str(element.get(name, "")) for name in _ATTRIBUTES]
    parent = element.getparent()
    if parent is not None and parent.tag in ("li", "tr") and len(parent) <= 3:
        found.append(str(parent.get("id", "")))
    return found
