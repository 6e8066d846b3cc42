"""One shape for schema.org data, whichever syntax a page writes it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

Syntax = Literal["json-ld", "microdata", "rdfa", "microformat"]

MAX_ITEMS = 20_000
"""Items of one page; what is beyond is not read, and said."""
MAX_DEPTH = 100
"""Items inside items; real pages nest some five deep."""
MAX_NESTED_TEXTS = 50
"""Properties inside properties: each repeats the text of all that stand inside of it."""


@dataclass(eq=False)
class Item:
    """A thing with types and properties; it may refer to itself in a circle."""

    types: tuple[str, ...]
    """Short lower-case type names: `https://schema.org/Review` is `review`."""
    syntax: Syntax
    id: str | None = None
    """`@id`, `itemid` or `resource`."""
    element: etree._Element | None = None
    """Where it stands in the page; None in JSON-LD."""
    parent: Item | None = None
    """The item it is written inside of."""
    parent_property: str = ""
    """Under which property."""
    properties: dict[str, list[str | int | float | Item]] = field(default_factory=dict)
    """Values by short lower-case name, in page order."""

    def add(self, name: str, value: str | int | float | Item) -> None:
        """Append one value of a property."""
        self.properties.setdefault(short_name(name), []).append(value)

    def values(self, *names: str) -> Iterator[str | int | float | Item]:
        """Values of the first of the names that has any."""
        for name in names:
            if found := self.properties.get(name):
                yield from found
                return

    def first(self, *names: str) -> str | int | float | None:
        """First plain value of the first name that has one that is not blank."""
        for name in names:
            for value in self.properties.get(name, ()):
                if isinstance(value, Item) or (isinstance(value, str) and not value.strip()):
                    continue
                return value
        return None

    def text(self, *names: str) -> str:
        """`first` as text; empty when there is none."""
        value = self.first(*names)
        return "" if value is None else str(value)

    def items(self, *names: str) -> list[Item]:
        """Items among the values of these properties."""
        return [v for n in names for v in self.properties.get(n, ()) if isinstance(v, Item)]

    def is_a(self, *types: str) -> bool:
        """Whether it has one of these types."""
        return any(own in types for own in self.types)


@dataclass
class Budget:
    """Work that one page may cause: nested properties repeat the text inside of them."""

    left: int = 20_000_000
    """Characters."""

    def spend(self, characters: int) -> None:
        """Count one property; even an empty one costs something."""
        self.left -= characters + 20

    @property
    def is_spent(self) -> bool:
        """Whether reading must stop."""
        return self.left <= 0


@dataclass
class Nesting:
    """Properties that stand in each other, so that no text is read more than so many times."""

    around: list[etree._Element] = field(default_factory=list)
    """Properties being walked that hold other elements, outermost first."""
    is_cut: bool = False
    """Whether some stood too deep to be read."""

    def enter(self, element: etree._Element) -> bool:
        """Whether the property may be read."""
        if len(element):
            self.around.append(element)
        is_read = len(self.around) <= MAX_NESTED_TEXTS
        self.is_cut = self.is_cut or not is_read
        return is_read

    def leave(self, element: etree._Element) -> None:
        """The walk goes on behind the element."""
        if self.around and self.around[-1] is element:
            self.around.pop()


def short_name(name: str) -> str:
    """`https://schema.org/reviewBody`, `schema:reviewBody` and `reviewBody` are `reviewbody`."""
    tail = name.strip().rstrip("/#").rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
    return tail.casefold()[:100]


def short_types(names: object) -> tuple[str, ...]:
    """Types out of a text with one or several, or a list of them."""
    if isinstance(names, str):
        return tuple(short_name(name) for name in names.split())[:10]
    if isinstance(names, list):
        return tuple(short_name(name) for name in names if isinstance(name, str))[:10]
    return ()
