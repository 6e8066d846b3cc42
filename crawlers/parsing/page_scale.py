"""The scale of ratings whose page forgets to say how many stars are the best."""

from __future__ import annotations

from collections.abc import Iterable

from crawlers.parsing.ratings import FIVE_STARS, number
from crawlers.parsing.structured import Item

AGGREGATES = ("aggregaterating", "review-aggregate")
ENOUGH = 3
"""Ratings above five that make a scale; fewer are mistakes on a five-star page."""


def page_best(items: Iterable[Item]) -> float | None:
    """Best rating of the page's own scale where reviews do not give it; None to take five.

    Said by the page's aggregate ratings when they agree; else 10 or 100 when an average or most
    of at least three ratings lie above five.
    """
    known = list(items)
    aggregates = [item for item in known if item.is_a(*AGGREGATES)]
    said = {number(item.first("bestrating", "best")) for item in aggregates} - {None}
    if said:
        return said.pop() if len(said) == 1 else None
    averages = _values(aggregates)
    ratings = _values([item for item in known if item.is_a("rating")])
    above = [value for value in ratings if value > FIVE_STARS[1]]
    is_usual = len(above) >= ENOUGH and 2 * len(above) >= len(ratings)
    highest = max([*averages, *(above if is_usual else ())], default=0.0)
    return next((best for best in (10.0, 100.0) if FIVE_STARS[1] < highest <= best), None)


def _values(items: Iterable[Item]) -> list[float]:
    """Rating values whose item gives no best of its own."""
    found = (
        number(item.first("ratingvalue", "average", "rating"))
        for item in items
        if item.first("bestrating", "best") is None
    )
    return [value for value in found if value is not None]
