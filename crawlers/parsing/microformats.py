"""hReview and h-review microformats to items; what the property classes say, and no more."""

from __future__ import annotations

import re

from lxml import etree

from crawlers.parsing.element_value import absolute, element_value
from crawlers.parsing.markup import classes, local_name
from crawlers.parsing.structured import MAX_ITEMS, Item

_ROOTS = {
    "hreview": "review", "h-review": "review",
    "hreview-aggregate": "review-aggregate", "h-review-aggregate": "review-aggregate",
}  # fmt: skip
_PROPERTIES = {
    "reviewer": "author", "p-author": "author", "dtreviewed": "datepublished",
    "dt-published": "datepublished", "dt-reviewed": "datepublished", "summary": "headline",
    "p-name": "headline", "description": "reviewbody", "e-content": "reviewbody",
    "p-rating": "rating", "value": "rating", "value-title": "rating", "average": "average",
    "p-average": "average", "best": "bestrating", "p-best": "bestrating", "worst": "worstrating",
    "p-worst": "worstrating", "count": "count", "p-count": "count", "votes": "votes",
    "p-item": "itemreviewed", "fn": "itemreviewed",
}  # fmt: skip
_FIGURE = re.compile(r"\d")
_PER_REVIEW = 2_000
"""Elements inside one review that are looked at."""


def microformat_items(root: etree._Element, base_url: str, problems: list[str]) -> list[Item]:
    """Reviews and aggregates in page order."""
    items: list[Item] = []
    for element in root.iter(etree.Element):
        kind = next((_ROOTS[name] for name in classes(element) if name in _ROOTS), None)
        if kind is None:
            continue
        if len(items) >= MAX_ITEMS // 10:
            problems.append("microformats: too many reviews; the rest is not read")
            break
        items.append(_item(element, kind, base_url))
    return items


def _item(element: etree._Element, kind: str, base_url: str) -> Item:
    item = Item(types=(kind,), syntax="microformat", element=element)
    for number, inner in enumerate(element.iterdescendants(etree.Element)):
        if number >= _PER_REVIEW:
            break
        names = classes(inner)
        for name in names:
            target = _PROPERTIES.get(name)
            if target is None or (name == "fn" and _is_in(inner, element, "reviewer")):
                continue
            if name == "value-title" and _is_in(inner, element, "dtreviewed"):
                continue  # the date, and read as that
            item.add(target, _value(inner, target, base_url))
        if "rating" in names and not len(inner):
            item.add("rating", element_value(inner, "rating", base_url))
        if "permalink" in names or "u-url" in names:
            item.add("url", absolute(base_url, inner.get("href") or ""))
    return item


def _value(inner: etree._Element, target: str, base_url: str) -> str:
    """What a machine shall read: the title of an abbreviation, or of a `value-title` inside, where
    dates stand that people read otherwise (microformats.org/wiki/value-class-pattern)."""
    if target == "datepublished":
        titled = [one for one in inner.iter(etree.Element) if "value-title" in classes(one)]
        for one in (*titled, inner):
            title = one.get("title") or ""
            if (one is not inner or local_name(one) == "abbr") and _FIGURE.search(title):
                return title
    return element_value(inner, target, base_url)


def _is_in(inner: etree._Element, top: etree._Element, name: str) -> bool:
    """Whether `inner` stands inside an element of that class below `top`."""
    for depth, ancestor in enumerate(inner.iterancestors()):
        if ancestor is top or depth > 20:
            return False
        if name in classes(ancestor):
            return True
    return False
