"""Reviews in the answers that Tripadvisor's pages load, and in the state that pages carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply, Votes

SITE = "https://www.tripadvisor.com"
GRAPH_SIGN = re.compile(
    r'"(?:ReviewsProxy_\w{1,60}|reviewListPage|mgmtResponse|reviewDetailPageWrapper)\\?"\s*:'
)
_MANIFEST = re.compile(r"\bpageManifest\"?\s*:\s*(?=\{)")
"""Where the state begins on pages of 2019 to 2022, whose outermost names are no JSON."""
_STAMP = '"publishedDate"'
_MAX_NODES = 500_000


def graph_rows(value: Any) -> list[dict[str, Any]]:
    """Reviews wherever they lie; some states keep answers as texts inside of JSON."""
    found = [
        row for part in _unfolded(value) for row in objects_with(part, "userProfile", "rating")
    ]
    return [row for row in found if text_at(row, "text") or text_at(row, "title")]


def graph_total(value: Any) -> int | None:
    """How many reviews the first list claims."""
    lists = (
        one for part in _unfolded(value) for one in objects_with(part, "reviews", "totalCount")
    )
    return next((count(one["totalCount"]) for one in lists), None)


def states_of(root: etree._Element) -> Iterator[Any]:
    """Decoded states of a page that speak of reviews."""
    decoder = json.JSONDecoder(strict=False)
    for script in root.iter("script"):
        text = "".join(str(piece) for piece in script.itertext())
        if not GRAPH_SIGN.search(text):
            continue
        manifest = _MANIFEST.search(text)
        try:
            yield decoder.raw_decode(text, manifest.end() if manifest else text.index("{"))[0]
        except (ValueError, RecursionError):
            continue


def graph_draft(row: dict[str, Any], where: str, now: datetime) -> Draft:
    """One review of such an answer."""
    route = ("reviewDetailPageWrapper", "reviewDetailPageRoute", "url")
    link = text_at(row, *route) or text_at(row, "absoluteUrl") or text_at(row, "url")
    stamp = text_at(row, "publishedDate") or text_at(row, "createdDate")
    helpful = count(at(row, "helpfulVotes"))
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "id"))[:30] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "rating"), 5),
        title=one_line(plain_text(text_at(row, "title"))),
        text=plain_text(text_at(row, "text")),
        product=one_line(text_at(row, "location", "name")),
        url=absolute(SITE, link),
        language=text_at(row, "language"),
        published=parse_date(stamp, now),
        votes=None if helpful is None else Votes(helpful=helpful),
        replies=_replies(row, now),
        media_count=len(dicts_at(row, "photos")),
        extra=_extra(row),
    )


def _unfolded(value: Any) -> Iterator[Any]:
    """The value, and answers that are kept as texts inside of it."""
    yield value
    stack = [value]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, str) and node[:1] in ("{", "[") and _STAMP in node:
            try:
                yield json.loads(node)
            except (ValueError, RecursionError):
                continue
        elif isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _author(row: dict[str, Any]) -> Author:
    person = at(row, "userProfile")
    login = text_at(person, "username") or text_at(row, "username")
    name = one_line(text_at(person, "displayName") or login)
    home = ("hometown", "location", "additionalNames", "long")
    link = text_at(person, "route", "url") or (f"/Profile/{login}" if login else "")
    return Author(
        id=short(text_at(person, "id") or login, 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(absolute(SITE, link)),
        location=short(text_at(person, *home) or text_at(person, "hometown", "fallbackString")),
        reviews_count=count(at(person, "contributionCounts", "sumReview")),
    )


def _replies(row: dict[str, Any], now: datetime) -> tuple[Reply, ...]:
    answer = at(row, "mgmtResponse")
    text = plain_text(text_at(answer, "text"))[:LONG_LIMIT]
    if not text:
        return ()
    name = text_at(answer, "userProfile", "displayName") or text_at(answer, "username")
    moment = time_at(answer, now, "publishedDate")
    return (Reply(text=text, author=short(name), is_owner=True, replied_at=moment),)


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    rated = {
        name: stars
        for one in dicts_at(row, "additionalRatings")[:30]
        if (
            name := short(
                text_at(one, "ratingLabelLocalizedString") or text_at(one, "ratingLabel"), 100
            )
        )
        and (stars := parse_rating(text_at(one, "rating"), 5).stars) is not None
    }
    original = text_at(row, "originalLanguage")
    found = {
        "sub_ratings": rated,
        "trip_type": short(text_at(row, "tripInfo", "tripType"), 100),
        "travel_date": short(text_at(row, "tripInfo", "stayDate"), 20),
        "translated_from": short(original, 20) if original != text_at(row, "language") else None,
    }
    return {name: value for name, value in found.items() if value}
