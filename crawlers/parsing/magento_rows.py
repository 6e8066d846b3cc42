"""Reviews of Magento's shops in JSON, by any of their interfaces and indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, number, parse_rating
from crawlers.parsing.text import one_line, plain_text
from pipeline.records import Author

BEST, WORST = 100, 20
"""Five stars are a hundred per cent, one is twenty."""
MAX_DEPTH = 10
"""Levels below which no answer keeps its reviews."""
MAX_ROWS = 10_000

_TEXTS = ("text", "detail", "review_detail")
_TITLES = ("summary", "title", "review_title")
_APPROVED = ("", "1", "approved")


def loose_rows(value: Any, product: Any = None, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Rows of reviews wherever they are, each with the product that it stands below."""
    if isinstance(value, list):
        for one in value[:MAX_ROWS] if depth < MAX_DEPTH else ():
            yield from loose_rows(one, product, depth + 1)
    elif isinstance(value, dict):
        if is_row(value):
            yield value, value.get("product") or product
        elif depth < MAX_DEPTH:
            nearer = value if "sku" in value and "name" in value else product
            for one in value.values():
                yield from loose_rows(one, nearer, depth + 1)


def is_row(value: dict[str, Any]) -> bool:
    """Whether it is a review: a name that its writer chose, and words."""
    return "nickname" in value and any(name in value for name in _TEXTS)


def is_shown(row: dict[str, Any]) -> bool:
    """Whether the shop has published it, as far as the row tells."""
    status = text_at(row, "review_status") or text_at(row, "status")
    return status.casefold() in _APPROVED


def row_draft(row: dict[str, Any], product: Any, place: int, page: Page) -> Draft:
    """One review; the GraphQL interface gives no ids, the others do."""
    name = one_line(plain_text(text_at(row, "nickname")))
    title, text = (_first(row, names) for names in (_TITLES, _TEXTS))
    sku = short(text_at(product, "sku") or text_at(row, "sku"), 100)
    sku = sku or short(text_at(row, "product_id") or text_at(row, "entity_pk_value"), 100)
    return Draft(
        where=f"review {place}",
        native_id=(text_at(row, "review_id") or text_at(row, "id"))[:100] or None,
        scope=page.host,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=_rating(row),
        title="" if title == text else one_line(title),
        text=text,
        product=one_line(plain_text(text_at(product, "name"))),
        url=page.url.partition("/graphql")[0],
        published=parse_date(text_at(row, "created_at"), page.fetched_at),
        extra={"sub_ratings": _sub_ratings(row)} | ({"product_id": sku} if sku else {}),
    )


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return plain_text(next((said for name in names if (said := text_at(row, name))), ""))


def _rating(row: dict[str, Any]) -> ParsedRating:
    """The average that is told, or that of the votes: each has a share of a hundred per cent."""
    if "average_rating" in row:
        return parse_rating(text_at(row, "average_rating"), best=BEST, worst=WORST)
    shares = [share for one in _votes(row) if (share := _share(one)) is not None]
    if not shares:
        return parse_rating(text_at(row, "rating_value") or text_at(row, "rating"))
    return parse_rating(round(sum(shares) / len(shares), 2), best=BEST, worst=WORST)


def _votes(row: dict[str, Any]) -> list[dict[str, Any]]:
    return next(
        (
            found
            for name in ("ratings_breakdown", "ratings", "rating_votes")
            if (found := dicts_at(row, name)[:20])
        ),
        [],
    )


def _share(vote: dict[str, Any]) -> float | None:
    share = number(at(vote, "percent"))
    value = number(at(vote, "value"))
    return share if share is not None else value * WORST if value is not None else None


def _sub_ratings(row: dict[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for vote in _votes(row):
        names = ("name", "rating_name", "rating_code", "title")
        label = next((said for name in names if (said := short(text_at(vote, name), 100))), None)
        share = _share(vote)
        stars = None if share is None else parse_rating(share, best=BEST, worst=WORST).stars
        if label and stars:
            found[label] = stars
    return found
