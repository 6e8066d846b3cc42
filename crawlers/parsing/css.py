"""Parts of a page by CSS selectors; what is not there is empty."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector

from crawlers.parsing.text import element_text, one_line


def all_of(element: etree._Element, selector: str) -> list[etree._Element]:
    """Elements inside of `element` that match, in page order."""
    found = _compiled(selector)(element)
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, etree._Element)]


def first(element: etree._Element, selector: str) -> etree._Element | None:
    """The first of them; None without any."""
    return next(iter(all_of(element, selector)), None)


def line(element: etree._Element, selector: str) -> str:
    """Text of the first match that has any, on one line: names, titles, dates."""
    return one_line(text(element, selector))


def text(element: etree._Element, selector: str) -> str:
    """Text of the first match that has any, line breaks kept."""
    return next((words for one in all_of(element, selector) if (words := element_text(one))), "")


def attribute(element: etree._Element, selector: str, *names: str) -> str:
    """The first of the attributes that the first match with one of them has."""
    for one in all_of(element, selector):
        for name in names:
            if value := (one.get(name) or "").strip():
                return value
    return ""


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
