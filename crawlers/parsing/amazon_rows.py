"""Reviews of Amazon as rows: public sets of 2014, 2018 and 2023, answers of well-known readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawlers.page import Page
from crawlers.parsing.amazon_words import (
    country_of,
    helpful_votes,
    is_no_name,
    lost_media,
    said_stars,
)
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, flag_at, text_at
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import one_line, plain_text
from pipeline.records import Author, Votes

MAX_DEPTH = 8
"""Levels below which no answer keeps its reviews."""

_IDS = ("review_id", "reviewId", "id")
_TEXTS = (
    "reviewText", "review_text", "text", "body", "content", "review_comment", "reviewDescription",
    "review_body", "comment", "review", "description",
)  # fmt: skip
_TITLES = (
    "summary", "title", "review_title", "reviewTitle", "review_header", "review_headline",
    "headline",
)  # fmt: skip
_RATINGS = (
    "overall", "rating", "review_star_rating", "ratingScore", "star_rating", "stars", "score",
)  # fmt: skip
_NAMES = (
    "reviewerName", "author_name", "review_author", "userName", "user_name", "reviewer_name",
    "author", "username", "reviewer",
)  # fmt: skip
_PEOPLE = (
    "reviewerID", "user_id", "userId", "author_id", "review_author_id", "profile_id", "customer_id",
)  # fmt: skip
_PROFILES = (
    "author_link", "review_author_url", "userProfileLink", "profilePath", "author_url", "profile",
)  # fmt: skip
_DATES = (
    "unixReviewTime", "timestamp", "sort_timestamp", "review_posted_date", "review_date",
    "reviewedIn", "date", "reviewTime", "posted_date",
)  # fmt: skip
_VERIFIED = (
    "verified_purchase", "verified", "is_verified_purchase", "is_verified", "isVerified",
    "verifiedPurchase",
)  # fmt: skip
_VINE = ("vine_program", "vine", "is_amazon_vine", "isVine", "is_vine")
_VOTES = (
    "helpful_vote", "helpful_votes", "helpful_count", "numberOfHelpful", "helpful_vote_statement",
    "reviewReaction", "vote", "helpful",
)  # fmt: skip
_MEDIA = ("images", "image", "review_images", "reviewImages", "imageUrlList", "videos")
_VARIANTS = ("product_attributes", "variant", "variationList", "attributes", "style")
_PRODUCTS = (
    "asin", "productAsin", "reviewed_product_asin", "parent_asin", "product_asin",
)  # fmt: skip
_COUNTRIES = ("review_country", "country")
_NO_REVIEW = ("average_rating", "averageRating", "rating_number", "bought_together", "also_buy")
"""What rows of the same sets have that tell of goods."""
_LINKS = ("link", "reviewUrl", "review_link", "review_url", "url")
_LINKED_ID = re.compile(r"/(?:gp/customer-reviews|review)/(R[A-Z0-9]{8,20})(?![A-Z0-9])")
_OWN_ID = re.compile(r"R[A-Z0-9]{8,20}")
_PROFILE_ID = re.compile(r"(?:profile[/.]|account\.)([\w.-]{5,100})")
_MONTH_FIRST = re.compile(r"(\d{1,2}) (\d{1,2}), (\d{4})")
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r'"reviewerID"\s*:[^{}]{0,5000}"asin"|"asin"\s*:[^{}]{0,5000}"reviewerID"',
        r'"helpful_vote"\s*:[\s\S]{0,300}"verified_purchase"|"parent_asin"[\s\S]{0,600}"helpful_vote"',
        r'"reviewed_product_asin"\s*:|"productAsin"\s*:[^{}]{0,600}"review[A-Z]',
        r"amazon\.[a-z.]{2,6}/(?:-/\w\w/)?gp/customer-reviews/R[A-Z0-9]{8}",
        r'"(?:id|review_?[iI]d)"\s*:\s*"R(?=[A-Z]{0,12}\d)[A-Z0-9]{9,14}"',
        r'"is_amazon_vine"\s*:|"total_votes"\s*:[^{}]{0,100}"vine"',
    )
)
"""Names that stand together in rows of Amazon's reviews alone."""


def has_rows(head: str) -> bool:
    """Whether the beginning of a JSON file tells of Amazon's reviews."""
    return any(sign.search(head) for sign in _SIGNS)


def row_drafts(answer: Any, page: Page) -> list[Draft]:
    """A draft for every review, wherever the answer keeps its list."""
    rows = _rows(answer, "", 0)
    return [
        _draft(row, product, number, page) for number, (row, product) in enumerate(rows, start=1)
    ]


def _rows(value: Any, product: str, depth: int) -> Iterator[tuple[dict[str, Any], str]]:
    """Reviews, each with the name of the product that it is kept below."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _rows(one, product, depth + 1)
    elif isinstance(value, dict):
        if _is_review(value):
            yield value, product
            return
        named = text_at(value, "product", "title") or text_at(value, "productTitle")
        named = named or text_at(value, "product_title") or product
        for one in value.values():
            if isinstance(one, dict | list):
                yield from _rows(one, named, depth + 1)


def _is_review(row: dict[str, Any]) -> bool:
    """Words and stars together, and somebody or something that is Amazon's."""
    if any(name in row for name in _NO_REVIEW):
        return False
    has_words = any(isinstance(row.get(name), str) for name in _TEXTS)
    has_stars = any(text_at(row, name) for name in _RATINGS)
    is_own = any(name in row for name in (*_PRODUCTS, *_PEOPLE, *_VERIFIED))
    return has_words and has_stars and (is_own or _own_id(row) is not None)


def _draft(row: dict[str, Any], product: str, number: int, page: Page) -> Draft:
    asin = _first(row, (*_PRODUCTS, "product_id"))
    native = _own_id(row)
    title, text = (one_line(_words(row, _TITLES)), _words(row, _TEXTS))
    return Draft(
        where=f"row {number}",
        native_id=native,
        scope="" if native else asin[:20],
        author=_author(row),
        rating=_rating(row),
        title="" if title == one_line(text) else title,
        text=text,
        product=one_line(_first(row, ("product_name", "product_title")) or product),
        url=address(_first(row, _LINKS)) or "",
        published=_published(row, page),
        votes=_votes(row),
        media_count=sum(len(found) for name in _MEDIA if isinstance(found := row.get(name), list)),
        verified_purchase=next(
            (flag for name in _VERIFIED if (flag := _flag(row, name)) is not None), None
        ),
        extra=_extra(row, asin),
    )


def _flag(row: dict[str, Any], name: str) -> bool | None:
    """A truth value, also as the letter that the set of 2015 has."""
    told = {"Y": True, "N": False}.get(text_at(row, name).upper())
    return flag_at(row, name) if told is None else told


def _own_id(row: dict[str, Any]) -> str | None:
    """By itself, or out of the address of the review's own page."""
    found = _first(row, _IDS)
    linked = _LINKED_ID.search(_first(row, _LINKS)[:500])
    return found if _OWN_ID.fullmatch(found) else linked.group(1) if linked else None


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((said for name in names if (said := text_at(row, name))), "")


def _words(row: dict[str, Any], names: tuple[str, ...]) -> str:
    said = next((row[name] for name in names if isinstance(row.get(name), str)), "")
    return lost_media(plain_text(said))


def _author(row: dict[str, Any]) -> Author:
    person = at(row, "profile")
    name = one_line(_first(row, _NAMES) or text_at(person, "name"))
    link = _first(row, _PROFILES) or text_at(person, "link")
    native = _first(row, _PEOPLE) or text_at(person, "id")
    linked = _PROFILE_ID.search(link[:500])
    return Author(
        id=short(native or (linked.group(1) if linked else ""), 100),
        name=None if is_no_name(name) else short(name),
        profile_url=address(link),
    )


def _rating(row: dict[str, Any]) -> ParsedRating:
    return parse_rating(said_stars(_first(row, _RATINGS)))


def _published(row: dict[str, Any], page: Page) -> ParsedDate:
    """The first date that can be read: a stamp, else what the page said."""
    said = [text_at(row, name) or text_at(row, name, "utc") for name in _DATES]
    said += [text_at(row, "date", "raw"), text_at(row, "date", "date")]
    said = [_MONTH_FIRST.sub(r"\3-\1-\2", one) for one in said if one]
    read = [parse_date(one, page.fetched_at) for one in said]
    return next((one for one in read if one.value is not None), (read or [ParsedDate()])[0])


def _votes(row: dict[str, Any]) -> Votes | None:
    """The set of 2014 has those for and all: `helpful: [2, 3]`."""
    pair = at(row, "helpful")
    if isinstance(pair, list) and len(pair) == 2:
        helpful, voted = (count(one) or 0 for one in pair)
        return Votes(helpful=helpful, unhelpful=max(0, voted - helpful))
    found = helpful_votes(_first(row, _VOTES))
    everybody = count(at(row, "total_votes"))
    if found and everybody is not None:
        return Votes(helpful=found[0], unhelpful=max(0, everybody - found[0]))
    return Votes(helpful=found[0], unhelpful=found[1]) if found else None


def _extra(row: dict[str, Any], asin: str) -> dict[str, Any]:
    said_when = " ".join(text_at(row, name) for name in ("reviewedIn", "review_date", "date"))
    said_when = said_when.strip() or text_at(row, "timestamp") or text_at(row, "date", "raw")
    found = {
        "country": short(_first(row, _COUNTRIES) or country_of(said_when), 60),
        "variant": short(_variant(row), 300),
        "is_free_product": any(_flag(row, name) for name in _VINE) or None,
        "product_id": short(asin, 20),
    }
    return {name: value for name, value in found.items() if value}


def _variant(row: dict[str, Any]) -> str:
    """A line, or names with what was chosen: `{"Color:": " Red"}`."""
    for name in _VARIANTS:
        chosen = row.get(name)
        if isinstance(chosen, str):
            return chosen
        if isinstance(chosen, list):
            return " | ".join(one for one in chosen if isinstance(one, str))
        if isinstance(chosen, dict):
            pairs = ((str(key).strip(" :"), text_at(chosen, key).strip()) for key in chosen)
            return " | ".join(f"{key}: {value}" for key, value in pairs if value)
    return ""
