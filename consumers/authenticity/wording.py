"""Numbers as people write them in a Russian sentence."""

from __future__ import annotations


def decimal_comma(number: float, digits: int = 1) -> str:
    """`4.25` → `4,3`."""
    return f"{number:.{digits}f}".replace(".", ",")
