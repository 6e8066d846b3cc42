"""hReview and h-review microformats to items; what the property classes say, and no more."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from crawlers.parsing.element_value import absolute, element_value
from crawlers.parsing.markup import classes, local_name
from crawlers.parsing.structured import MAX_ITEMS, Item

_ROOTS = {
    "hreview": "review", "h-review": "review",
    "hreview-aggregate": "review-aggregate", "h-review-aggregate": "review-aggregate",
}  # fmt: skip
_PROPERTIES = {
    "reviewer": "author", "p-author": "author", "p-reviewer": "author",
    "dtreviewed": "datepublished", "dt-published": "datepublished", "dt-reviewed": "datepublished",
    "summary": "headline", "p-name": "headline", "description": "reviewbody",
    "e-content": "reviewbody", "e-description": "reviewbody", "p-description": "reviewbody",
    "rating": "rating", "p-rating": "rating", "average": "average", "p-average": "average",
    "best": "bestrating", "p-best": "bestrating", "worst": "worstrating",
    "p-worst": "worstrating", "count": "count", "p-count": "count", "votes": "votes",
    "p-item": "itemreviewed", "fn": "itemreviewed", "pro": "pro", "contra": "contra",
}  # fmt: skip
_PEOPLE = frozenset(("reviewer", "p-author", "p-reviewer"))
_PARTS = _PEOPLE | {
    "p-item", "vcard", "hproduct", "vevent", "h-card", "h-product", "h-item", "h-event", "h-cite",
}  # fmt: skip
"""Things with names and descriptions of their own, which are not the review's."""
_NAMES = ("fn", "p-name")
_FIGURES = ("value", "p-value", "value-title", "average", "p-average")
_LINKS = frozenset(("permalink", "u-url"))
_BEFORE_NAME = re.compile(r"^\s*[,;:·|–—][\s,;:·|–—]*(?:(?:par|by|von)\s+)?", re.IGNORECASE)
"""What goes on after the date of a line: `, par Horus`."""
_FIGURE = re.compile(r"\d")
_PER_REVIEW = 2_000
"""Elements inside one review that are looked at."""
_PER_PROPERTY = 50
_MAX_DEPTH = 20


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
        targets = dict.fromkeys(_PROPERTIES[name] for name in names if name in _PROPERTIES)
        is_link = not _LINKS.isdisjoint(names) or "bookmark" in (inner.get("rel") or "").split()
        if not (targets or is_link):
            continue
        around = _classes_around(inner, element)
        if not around.isdisjoint(_PEOPLE) or (_PARTS & around and "fn" not in names):
            continue
        for target in targets:
            item.add(target, _value(inner, target, base_url))
        if "author" in targets and (link := _link_of(inner, base_url)):
            item.add("author.address", link)
        if is_link and _PARTS.isdisjoint(names):
            item.add("url", absolute(base_url, inner.get("href") or ""))
    is_undated = kind == "review" and "datepublished" not in item.properties
    if is_undated and (told := _only_time(element)):
        item.add("datepublished", told)
    return item


def _only_time(review: etree._Element) -> str:
    """The time of a review that has one and does not say what it is of; as SPIP writes it."""
    inside = islice(review.iterdescendants(etree.Element), _PER_REVIEW)
    times = {one.get("datetime") or "" for one in inside if local_name(one) == "time"} - {""}
    return times.pop() if len(times) == 1 else ""


def _value(inner: etree._Element, target: str, base_url: str) -> str:
    """What a machine shall read, by microformats.org/wiki/value-class-pattern."""
    if target in ("author", "itemreviewed"):
        named = _first(inner, _NAMES)
        value = element_value(inner if named is None else named, target, base_url)
        return _BEFORE_NAME.sub("", value) if target == "author" else value
    if target == "datepublished":
        return _titled_date(inner) or element_value(inner, target, base_url)
    if target == "rating":
        return _figure(inner, base_url)
    return element_value(inner, target, base_url)


def _titled_date(inner: etree._Element) -> str:
    """The title of a `value-title` inside, or of an abbreviation: people read something else."""
    titled = _first(inner, ("value-title",))
    own = inner.get("title") if local_name(inner) == "abbr" else None
    titles = (titled.get("title") if titled is not None else None, own)
    return next((title for title in titles if title and _FIGURE.search(title)), "")


def _figure(rating: etree._Element, base_url: str) -> str:
    """The value inside of a rating, or its own; a title says the number behind "Very good"."""
    inner = _first(rating, _FIGURES)
    element = rating if inner is None else inner
    said = element_value(element, "rating", base_url)
    title = element.get("title") or ""
    return title if _FIGURE.search(title) and not _FIGURE.search(said) else said


def _first(element: etree._Element, names: tuple[str, ...]) -> etree._Element | None:
    """The first element inside that has one of these classes."""
    inside = islice(element.iterdescendants(etree.Element), _PER_PROPERTY)
    return next((one for one in inside if any(name in classes(one) for name in names)), None)


def _link_of(person: etree._Element, base_url: str) -> str:
    own = (
        one.get("href")
        for one in islice(person.iter(etree.Element), _PER_PROPERTY)
        if local_name(one) == "a"
    )
    return absolute(base_url, next((href for href in own if href), ""))


def _classes_around(inner: etree._Element, top: etree._Element) -> frozenset[str]:
    """Classes of all elements between the two."""
    found: set[str] = set()
    for depth, ancestor in enumerate(inner.iterancestors()):
        if ancestor is top or depth > _MAX_DEPTH:
            break
        found.update(classes(ancestor))
    return frozenset(found)
