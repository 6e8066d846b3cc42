"""A history as one line of blocks, so that a wave is seen at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

BLOCKS = " ▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """The values squeezed into `width` columns; a column shows its largest value."""
    columns = [max(part) for part in _parts(values, width)]
    top = max(columns, default=0.0) or 1.0
    return "".join(BLOCKS[_height(value / top)] for value in columns)


def marks(positions: Iterable[int], length: int, width: int) -> str:
    """A line under the sparkline with ▲ where a position falls."""
    width = min(width, length)
    line = [" "] * width
    for position in positions:
        line[min(width - 1, position * width // max(length, 1))] = "▲"
    return "".join(line)


def _parts(values: Sequence[float], width: int) -> list[Sequence[float]]:
    width = min(width, len(values))
    edges = [at * len(values) // width for at in range(width + 1)] if width else []
    return [values[first:last] for first, last in pairwise(edges)]


def _height(share: float) -> int:
    """Any value above nothing shows."""
    return 0 if share <= 0 else max(1, round(share * (len(BLOCKS) - 1)))
