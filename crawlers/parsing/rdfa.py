"""RDFa Lite of a page to items, with the prefixes and `about`/`resource` that real pages use."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from crawlers.parsing.element_value import absolute, element_address, element_value
from crawlers.parsing.structured import MAX_ITEMS, Budget, Item, Nesting, short_name, short_types


@dataclass
class _Scope:
    """Items found so far: by the element that opens them and by the subject they describe."""

    by_element: dict[etree._Element, Item] = field(default_factory=dict)
    by_subject: dict[str, Item] = field(default_factory=dict)
    around: list[etree._Element] = field(default_factory=list)
    """Elements being walked that opened an item, outermost first."""
    items: list[Item] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    nesting: Nesting = field(default_factory=Nesting)


def rdfa_items(root: etree._Element, base_url: str, problems: list[str]) -> list[Item]:
    """All typed subjects in page order."""
    scope = _Scope()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            scope.nesting.leave(element)
            if scope.around and scope.around[-1] is element:
                scope.around.pop()
            continue
        _visit(element, scope, base_url)
        if len(scope.items) >= MAX_ITEMS or scope.budget.is_spent:
            problems.append("RDFa: too many items or too much text; the rest is not read")
            break
    if scope.nesting.is_cut:
        problems.append("RDFa: properties stand in each other too deep to read them all")
    return scope.items


def _visit(element: etree._Element, scope: _Scope, base_url: str) -> None:
    types = short_types(element.get("typeof"))
    names = [name for name in (element.get("property") or "").split()[:10] if _is_data(name)]
    around = element.getparent()
    leading = _relations(around) if types and around is not None else []
    said: list[str] = []
    if leading and around is not None and not around.get("typeof"):
        names, said = leading, names
    elif element.get("content") is None:  # a relation beside a content is of what stands inside
        names += _relations(element)
    owner = scope.by_element[scope.around[-1]] if scope.around else None
    child = _open(element, types, owner, names, scope)
    if child is not None and said:
        scope.budget.spend(_add(child, said, element, None, base_url))
    if owner is None or not names or child is owner:
        return
    if types or scope.nesting.enter(element):
        scope.budget.spend(_add(owner, names, element, child if types else None, base_url))


def _open(
    element: etree._Element,
    types: tuple[str, ...],
    owner: Item | None,
    names: list[str],
    scope: _Scope,
) -> Item | None:
    """The item that the element opens or goes back to; None when it opens none."""
    subject = element.get("about") or (element.get("resource") if types else None)
    item = scope.by_subject.get(subject) if subject else None
    if item is None and not types:
        return None
    if item is None:
        item = Item(
            types=types, syntax="rdfa", id=subject, element=element,
            parent=owner if names else None,
            parent_property=short_name(names[0]) if names else "",
        )  # fmt: skip
        scope.items.append(item)
    item.types = item.types or types
    scope.by_element[element] = item
    scope.around.append(element)
    if subject:
        scope.by_subject[subject] = item
    return item


def _add(
    owner: Item, names: list[str], element: etree._Element, child: Item | None, base_url: str
) -> int:
    """Give `owner` the element's properties; returns the characters read for it."""
    read = 0
    for name in map(short_name, names):
        resource = element.get("resource")
        text = "" if child else element_value(element, name, base_url)
        owner.add(name, child or (absolute(base_url, resource) if resource else text))
        read += len(text)
        if child is None and (address := element_address(element, base_url)):
            owner.add(f"{name}.address", address)
    return read


def _relations(element: etree._Element) -> list[str]:
    """Properties that a `rel` names: of the element's address, or of the thing inside of it."""
    return [name for name in (element.get("rel") or "").split()[:5] if ":" in name]


def _is_data(name: str) -> bool:
    """Open Graph and its kin use `property` on meta elements for other things."""
    return not name.casefold().startswith(
        ("og:", "fb:", "article:", "twitter:", "product:", "book:")
    )
