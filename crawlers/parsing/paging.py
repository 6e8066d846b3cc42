"""Links to the following pages of the same list, as site after site writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from crawlers.parsing.element_value import absolute
from crawlers.parsing.markup import classes

MAX_LINKS = 20
_CONTAINER = re.compile(r"pag(?:ination|ing|er|enav|es|e-nav)|nav-links", re.I)
_NEXT = re.compile(
    r"^(?:next|nächste|suivante?|siguiente|вперёд|вперед|далее|следующая|след\.?)?\s*"
    r"(?:page|seite|страница)?\s*[>›»→]*$",
    re.I,
)


def next_pages(root: etree._Element, url: str, base_url: str) -> tuple[str, ...]:
    """Absolute addresses on the same site, the declared `rel=next` first."""
    found = dict.fromkeys(
        urldefrag(link).url
        for element in _candidates(root)
        if (link := absolute(base_url, (element.get("href") or "").strip()))
    )
    own = urldefrag(url).url
    return tuple(link for link in found if link != own and _is_same_list(own, link))[:MAX_LINKS]


def _is_same_list(own: str, link: str) -> bool:
    """Whether `link` is of the same site and keeps the words of our path.

    Blogs declare the next article as `rel=next`; the next page of a list has the same words and
    another number.
    """
    if not own:
        return True
    try:
        here, there = urlsplit(own), urlsplit(link)
    except ValueError:
        return False
    words = re.findall(r"[^\W\d_]{3,}", here.path[:1_000])
    is_same_site = _bare_host(here.hostname) == _bare_host(there.hostname)
    return is_same_site and set(words) <= set(re.findall(r"[^\W\d_]{3,}", there.path[:1_000]))


def canonical_url(root: etree._Element) -> str:
    """The address that a saved page gives as its own; empty when it gives none."""
    for element in root.iter("link"):
        if "canonical" in _relations(element):
            link = absolute("", (element.get("href") or "").strip())
            return link if "://" in link else ""
    return ""


def _candidates(root: etree._Element) -> Iterable[etree._Element]:
    links = [element for element in root.iter("link", "a") if element.get("href")]
    declared = [element for element in links if "next" in _relations(element)]
    yield from declared
    if declared:
        return
    for element in links:
        if element.tag == "a" and _says_next(element) and _is_in_paging(element):
            yield element


def _relations(element: etree._Element) -> list[str]:
    return (element.get("rel") or "").casefold().split()


def _says_next(element: etree._Element) -> bool:
    parent = element.getparent()
    names = classes(element) + (classes(parent) if parent is not None else [])
    if any(name.casefold() in ("next", "page-next", "pagination-next") for name in names):
        return True
    text = " ".join("".join(str(piece) for piece in element.itertext())[:200].split())
    return bool(text) and _NEXT.match(text) is not None


def _is_in_paging(element: etree._Element) -> bool:
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth >= 4:
            return False
        named = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if _CONTAINER.search(named[:500]):
            return True
    return False


def _bare_host(host: str | None) -> str:
    return (host or "").removeprefix("www.")
