"""Opinions as Yandex Market's former interfaces gave them: those for content and for shops."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.parsing.yandex_market_states import is_hidden
from pipeline.records import Author, Reply, Votes

SIGNS = (
    ('"opinions"', '"grade"', '"agreeCount"'), ('Opinions"', '"authorInfo"', '"grade"'),
    ('"feedbackList"', '"grades"', '"contra"'),
)  # fmt: skip
"""Names that an answer has, all of one line."""

_OLDEST = ("modelOpinions", "shopOpinions")
"""Holders of the first version, whose grades go from -2 to 2."""
_SHOP = frozenset(("SHOP", "BUSINESS", "PARTNER"))
MAX_COMMENTS = 20


def read_opinions(answer: Any, page: Page, harvest: Harvest) -> None:
    """Every opinion on a product or a shop, whichever interface gave it."""
    oldest = next((held for name in _OLDEST if isinstance(held := at(answer, name), dict)), None)
    listed = at(oldest, "opinion")
    if oldest is None:
        listed = at(answer, "opinions")
    if listed is None:
        listed = at(answer, "result", "feedbackList")
    if not isinstance(listed, list):
        return
    harvest.is_known = True
    for number, row in enumerate(dicts_at(listed), start=1):
        harvest.drafts.append(_draft(row, number, oldest is not None, page))
    totals = (
        at(oldest, "total"), at(answer, "context", "page", "totalItems"),
        at(answer, "result", "paging", "total"),
    )  # fmt: skip
    harvest.claimed = next((said for one in totals if (said := count(one)) is not None), None)


def _draft(row: dict[str, Any], number: int, is_oldest: bool, page: Page) -> Draft:
    return Draft(
        where=f"opinion {number}",
        native_id=one_line(text_at(row, "id"))[:100] or None,
        author=_author(row),
        rating=_rating(row, is_oldest),
        text=clean(text_at(row, "text")),
        pros=clean(text_at(row, "pros") or text_at(row, "pro")),
        cons=clean(text_at(row, "cons") or text_at(row, "contra")),
        product=one_line(text_at(row, "shop", "name") or text_at(row, "model", "name")),
        published=parse_date(text_at(row, "date") or text_at(row, "createdAt"), page.fetched_at),
        votes=_votes(row),
        replies=_replies(row, page),
        media_count=len(dicts_at(row, "photos")),
        verified_purchase=flag_at(row, "verifiedBuyer") or None,
        recommends=flag_at(row, "recommend"),
        usage_period=one_line(text_at(row, "usageTime")),
        extra=_extra(row),
    )


def _author(row: dict[str, Any]) -> Author:
    """An object, or the name itself with more beside it."""
    name = one_line(text_at(row, "author", "name") or text_at(row, "author"))
    shown = f"{text_at(row, 'visibility')} {text_at(row, 'author', 'visibility')}".upper()
    is_nameless = is_hidden(name) or bool(flag_at(row, "anonymous")) or "ANONYMOUS" in shown
    reviews = count(at(row, "author", "grades")) or count(at(row, "authorInfo", "grades"))
    return Author(
        id=None if is_nameless else short(text_at(row, "author", "uid"), 50),
        name=None if is_nameless else short(name),
        location=short(text_at(row, "region", "name") or text_at(row, "author", "region", "name")),
        reviews_count=reviews,
    )


def _rating(row: dict[str, Any], is_oldest: bool) -> ParsedRating:
    said = text_at(row, "grade") or text_at(row, "grades", "average")
    return parse_rating(said, 2, -2) if is_oldest and said else parse_rating(said)


def _votes(row: dict[str, Any]) -> Votes | None:
    grades = at(row, "grades")
    helpful = (at(row, "agreeCount"), at(row, "agree"), at(grades, "agreeCount"))
    others = ("disagreeCount", "rejectCount", "reject")
    unhelpful = (*(at(row, name) for name in others), at(grades, "rejectCount"))
    yes, no = (
        next((said for one in side if (said := count(one)) is not None), None)
        for side in (helpful, unhelpful)
    )
    return None if yes is None and no is None else Votes(helpful=yes or 0, unhelpful=no or 0)


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    """What was said below the opinion; the shop's own words are marked as such."""
    return tuple(
        Reply(
            text=words,
            author=short(text_at(one, "author", "name")),
            is_owner=text_at(one, "author", "type").upper() in _SHOP,
            replied_at=time_at(one, page.fetched_at, "createdAt")
            or time_at(one, page.fetched_at, "date"),
        )
        for one in dicts_at(row, "comments")[:MAX_COMMENTS]
        if (words := clean(text_at(one, "text") or text_at(one, "body"))[:LONG_LIMIT])
    )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    """Without the number of the order: it is the buyer's."""
    factors = dicts_at(row, "grades", "factors") or dicts_at(row, "facts")
    stars = {
        one_line(title)[:100]: rating.stars
        for one in factors[:20]
        if (title := text_at(one, "title"))
        and (rating := parse_rating(text_at(one, "value"))).stars is not None
    }
    found = {
        "product_id": short(text_at(row, "model", "id"), 30),
        "sub_ratings": stars,
        "delivery": short(text_at(row, "delivery") or text_at(row, "order", "delivery"), 50),
        "resolved": flag_at(row, "resolved") or None,
    }
    return {name: value for name, value in found.items() if value}
