"""Microdata of a page to items: schema.org and the old data-vocabulary alike."""

from __future__ import annotations

from lxml import etree

from crawlers.parsing.element_value import element_address, element_value
from crawlers.parsing.structured import MAX_ITEMS, Budget, Item, Nesting, short_name, short_types


def microdata_items(root: etree._Element, base_url: str, problems: list[str]) -> list[Item]:
    """All items in page order, in one pass that costs the same however deep they nest."""
    items: dict[etree._Element, Item] = {}
    budget, nesting = Budget(), Nesting()
    around: list[etree._Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            nesting.leave(element)
            if around and around[-1] is element:
                around.pop()
            continue
        is_item = element.get("itemscope") is not None or _is_bare_review(element)
        names = (element.get("itemprop") or "").split()[:10]
        owner = items[around[-1]] if around else None
        if is_item:
            items[element] = _item(element, owner, names)
            around.append(element)
        if owner is not None and names and (is_item or nesting.enter(element)):
            budget.spend(_add(owner, names, element, items.get(element), base_url))
        if len(items) >= MAX_ITEMS or budget.is_spent:
            problems.append("microdata: too many items or too much text; the rest is not read")
            break
    if nesting.is_cut:
        problems.append("microdata: properties stand in each other too deep to read them all")
    _follow_itemrefs(root, items, base_url)
    return list(items.values())


def _is_bare_review(element: etree._Element) -> bool:
    """Pages forget `itemscope` beside the type; only of a review is more than the type lost."""
    return "review" in short_types(element.get("itemtype"))


def _item(element: etree._Element, owner: Item | None, names: list[str]) -> Item:
    return Item(
        types=short_types(element.get("itemtype")),
        syntax="microdata",
        id=element.get("itemid"),
        element=element,
        parent=owner if names else None,
        parent_property=short_name(names[0]) if names else "",
    )


def _add(
    owner: Item, names: list[str], element: etree._Element, child: Item | None, base_url: str
) -> int:
    """Give `owner` the element's properties; returns the characters read for it."""
    read = 0
    for name in map(short_name, names):
        value = child or element_value(element, name, base_url)
        owner.add(name, value)
        read += len(value) if isinstance(value, str) else 0
        if child is None and (address := element_address(element, base_url)):
            owner.add(f"{name}.address", address)
    return read


def _follow_itemrefs(
    root: etree._Element, items: dict[etree._Element, Item], base_url: str
) -> None:
    """`itemref` lends an item the properties of elements that stand elsewhere."""
    wanted = {element: element.get("itemref") for element in items if element.get("itemref")}
    if not wanted:
        return
    budget = Budget(left=1_000_000)
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    for element, references in list(wanted.items())[:200]:
        for reference in str(references).split()[:20]:
            target = by_id.get(reference)
            if target is not None and target is not element:
                _lend(items[element], target, items, base_url, budget)


def _lend(
    owner: Item,
    target: etree._Element,
    items: dict[etree._Element, Item],
    base_url: str,
    budget: Budget,
) -> None:
    """Properties of `target` and below it, not entering the items that stand there."""
    stack = [target]
    while stack and not budget.is_spent:
        element = stack.pop()
        names = (element.get("itemprop") or "").split()[:10]
        budget.spend(_add(owner, names, element, items.get(element), base_url))
        if element not in items:
            stack.extend(reversed(element))
