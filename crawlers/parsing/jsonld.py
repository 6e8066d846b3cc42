"""JSON-LD scripts of a page to items; each script stands or falls alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.structured import MAX_DEPTH, MAX_ITEMS, Item, short_name, short_types

_KEYWORDS = frozenset(("@type", "@id", "@context", "@graph", "@reverse", "@value", "@language"))


@dataclass
class _Reader:
    """Collects items of all scripts, so that `@id` references work across them."""

    problems: list[str]
    items: list[Item] = field(default_factory=list)
    references: list[tuple[Item, str, int, str]] = field(default_factory=list)
    """Owner, property, index in its values, and the `@id` meant."""

    def read(self, value: Any, parent: Item | None, name: str, depth: int) -> Item | None:
        """The item of a JSON object; None when it is none or there are too many."""
        if depth > MAX_DEPTH or len(self.items) >= MAX_ITEMS:
            self.problems.append(f"JSON-LD: more than {MAX_ITEMS} items or {MAX_DEPTH} levels")
            return None
        item = Item(
            types=short_types(value.get("@type", value.get("type"))),
            syntax="json-ld",
            id=value["@id"] if isinstance(value.get("@id"), str) else None,
            parent=parent,
            parent_property=name,
        )
        self.items.append(item)
        for key, content in value.items():
            if key not in _KEYWORDS and isinstance(key, str):
                self._read_property(item, key, content, depth)
        self._read_reverse(item, value.get("@reverse"), depth)
        return item

    def _read_property(self, item: Item, key: str, content: Any, depth: int) -> None:
        for entry in _flat(content):
            if not isinstance(entry, dict):
                item.add(key, str(entry).lower() if isinstance(entry, bool) else entry)
            elif "@value" in entry:
                self._read_property(item, key, entry["@value"], depth + 1)
            elif isinstance(entry.get("@id"), str) and set(entry) <= {"@id", "@type"}:
                item.add(key, entry["@id"])
                place = len(item.properties[short_name(key)]) - 1
                self.references.append((item, short_name(key), place, entry["@id"]))
            elif child := self.read(entry, item, short_name(key), depth + 1):
                item.add(key, child)

    def _read_reverse(self, item: Item, reverse: Any, depth: int) -> None:
        """`@reverse: {itemReviewed: [reviews]}` says of the reviews what they say of the item."""
        if not isinstance(reverse, dict):
            return
        for key, content in reverse.items():
            for entry in _flat(content):
                if isinstance(entry, dict) and (child := self.read(entry, None, "", depth + 1)):
                    child.add(key, item)

    def resolve(self) -> None:
        """Put items in the place of `@id` references; unknown ones stay as texts."""
        known: dict[str, Item] = {}
        for item in self.items:
            if item.id and item.properties:
                known.setdefault(item.id, item)
        for owner, name, index, target in self.references:
            values = owner.properties.get(name, [])
            if target in known and index < len(values):
                values[index] = known[target]


def jsonld_items(root: etree._Element, problems: list[str]) -> list[Item]:
    """All items of all JSON-LD scripts, in page order; what cannot be read is a problem."""
    reader = _Reader(problems)
    for number, script in enumerate(_scripts(root), start=1):
        try:
            values, is_repaired = load_json(script)
        except BrokenJson as error:
            problems.append(f"JSON-LD script {number} cannot be read: {error}")
            continue
        if is_repaired:
            problems.append(f"JSON-LD script {number} was malformed and has been repaired")
        for value in values:
            _read_top(reader, value)
    reader.resolve()
    return reader.items


def jsonld_items_of(value: Any, problems: list[str]) -> list[Item]:
    """Items of one decoded JSON-LD document."""
    reader = _Reader(problems)
    _read_top(reader, value)
    reader.resolve()
    return reader.items


def _read_top(reader: _Reader, value: Any) -> None:
    """Top-level objects of one script: an object, a list, or graphs of them."""
    stack = [(entry, 0) for entry in reversed(list(_flat(value)))]
    while stack:
        entry, depth = stack.pop()
        if not isinstance(entry, dict):
            continue
        if "@graph" in entry and depth < MAX_DEPTH:
            stack.extend((child, depth + 1) for child in reversed(list(_flat(entry["@graph"]))))
        if any(key not in ("@context", "@graph", "@id") for key in entry):
            reader.read(entry, None, "", 0)


def _flat(value: Any) -> Iterable[Any]:
    """Entries of a value that may be one thing, a list, an `@list` or lists of lists."""
    stack, seen = [value], 0
    while stack and seen < MAX_ITEMS:
        entry = stack.pop()
        seen += 1
        if isinstance(entry, list):
            stack.extend(reversed(entry))
        elif isinstance(entry, dict) and ("@list" in entry or "@set" in entry):
            stack.append(entry.get("@list", entry.get("@set")))
        elif entry is not None:
            yield entry


def _scripts(root: etree._Element) -> Iterable[str]:
    for element in root.iter("script"):
        kind = (element.get("type") or "").casefold()
        if "ld+json" in kind:
            yield "".join(str(piece) for piece in element.itertext())
