"""Reviews of Bazaarvoice's interface, with what is included beside them: products, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_search import objects_with
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply, Votes

MAX_DEPTH = 4
"""Levels of a shop's own answer around one of the interface."""

_OWNED_FOR = ("LengthOfOwnership", "HowLongHaveYouOwned", "LengthOfUse", "HowLongUsed")


def is_review(row: dict[str, Any]) -> bool:
    """The interface gives products, questions and authors in the same shape."""
    names = ("ReviewText", "RatingRange", "IsRatingsOnly")
    return "SubmissionTime" in row and any(name in row for name in names)


def answers_of(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers with results, each with its question's name where several were asked at once.

    Shops pass answers on inside of their own; the depth of that is limited.
    """
    if isinstance(value, list):
        for one in value[:100] if depth < MAX_DEPTH else ():
            yield from answers_of(one, name, depth + 1)
    elif isinstance(value, dict):
        if isinstance(value.get("Results"), list):
            yield name, value
        elif depth < MAX_DEPTH:
            for key, one in value.items():
                if isinstance(one, dict | list):
                    yield from answers_of(one, str(key), depth + 1)


def examples_of(value: Any, page: Page) -> Iterator[Draft]:
    """Whole reviews that a digest gives as examples of what is praised and blamed."""
    for number, row in enumerate(objects_with(value, "reviewId", "reviewText"), start=1):
        name = one_line(text_at(row, "author"))
        yield Draft(
            where=f"example {number}",
            native_id=one_line(text_at(row, "reviewId"))[:100] or None,
            author=Author(name=None if is_nobody(name) else short(name)),
            rating=parse_rating(text_at(row, "rating")),
            title=one_line(plain_text(text_at(row, "reviewTitle"))),
            text=plain_text(text_at(row, "reviewText")),
            published=parse_date(text_at(row, "submissionTime"), page.fetched_at, language="en"),
        )


def draft_of(row: dict[str, Any], includes: Any, number: int, page: Page) -> Draft:
    """One review; `LastModificationTime` also moves with moderation, so it is no edit."""
    product = at(includes, "Products", text_at(row, "ProductId"))
    values = at(row, "ContextDataValues")
    used = (text_at(values, name, "ValueLabel") for name in _OWNED_FOR)
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "Id"))[:100] or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "Rating"), best=at(row, "RatingRange")),
        title=one_line(plain_text(text_at(row, "Title"))),
        text=plain_text(text_at(row, "ReviewText")),
        pros=_notes(row, "Pros", "Pro"),
        cons=_notes(row, "Cons", "Con"),
        product=one_line(text_at(product, "Name") or text_at(row, "OriginalProductName")),
        url=text_at(product, "ProductPageUrl"),
        language=text_at(row, "ContentLocale"),
        published=parse_date(text_at(row, "SubmissionTime"), page.fetched_at),
        votes=_votes(row),
        replies=(*_responses(row, page), *_comments(row, includes, page)),
        media_count=len(dicts_at(row, "Photos")) + len(dicts_at(row, "Videos")),
        verified_purchase=_is_verified(row),
        recommends=flag_at(row, "IsRecommended"),
        usage_period=next(filter(None, used), ""),
        extra=_extra(row),
    )


def _notes(row: dict[str, Any], name: str, tag: str) -> str:
    """Own words; else the tags that were chosen, or a field that the shop added."""
    if own := plain_text(text_at(row, name) or text_at(row, "AdditionalFields", name, "Value")):
        return own
    tags = at(row, "TagDimensions", tag, "Values")
    return "\n".join(str(one) for one in tags[:50]) if isinstance(tags, list) else ""


def _author(row: dict[str, Any]) -> Author:
    name = one_line(text_at(row, "UserNickname"))
    return Author(
        id=short(text_at(row, "AuthorId"), 100),
        name=None if is_nobody(name) else short(name),
        location=short(text_at(row, "UserLocation"), 200),
    )


def _is_verified(row: dict[str, Any]) -> bool | None:
    """By the badge or by what the shop said when it asked for the review."""
    badges = at(row, "Badges")
    if isinstance(badges, dict) and any("verifiedpurchaser" in key.casefold() for key in badges):
        return True
    values = at(row, "ContextDataValues")
    known = values if isinstance(values, dict) else {}
    names = [key for key in known if key.casefold() == "verifiedpurchaser"]
    said = text_at(values, *names[:1], "Value").casefold()
    return {"true": True, "yes": True, "false": False, "no": False}.get(said)


def _votes(row: dict[str, Any]) -> Votes | None:
    helpful = count(at(row, "TotalPositiveFeedbackCount"))
    unhelpful = count(at(row, "TotalNegativeFeedbackCount"))
    if helpful is None and unhelpful is None:
        return None
    return Votes(helpful=helpful or 0, unhelpful=unhelpful or 0)


def _responses(row: dict[str, Any], page: Page) -> Iterator[Reply]:
    """Of the brand or shop."""
    for response in dicts_at(row, "ClientResponses"):
        if text := plain_text(text_at(response, "Response"))[:LONG_LIMIT]:
            yield Reply(
                text=text,
                author=short(text_at(response, "Name")),
                is_owner=True,
                replied_at=time_at(response, page.fetched_at, "Date"),
            )


def _comments(row: dict[str, Any], includes: Any, page: Page) -> Iterator[Reply]:
    """Of other people."""
    ids = at(row, "CommentIds")
    for native in ids[:200] if isinstance(ids, list) else ():
        comment = at(includes, "Comments", native) if isinstance(native, str) else None
        if text := plain_text(text_at(comment, "CommentText"))[:LONG_LIMIT]:
            yield Reply(
                text=text,
                author=short(text_at(comment, "UserNickname")),
                replied_at=time_at(comment, page.fetched_at, "SubmissionTime"),
            )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    found = {
        "product_id": short(text_at(row, "ProductId"), 100),
        "sub_ratings": _sub_ratings(row),
        "is_syndicated": flag_at(row, "IsSyndicated"),
        "syndicated_from": short(text_at(row, "SyndicationSource", "Name"), 200),
        "comment_count": count(at(row, "TotalCommentCount")),
    }
    return {name: value for name, value in found.items() if value}


def _sub_ratings(row: dict[str, Any]) -> dict[str, float]:
    rated = at(row, "SecondaryRatings")
    stars: dict[str, float] = {}
    for key, entry in list(rated.items())[:20] if isinstance(rated, dict) else ():
        found = parse_rating(text_at(entry, "Value"), best=at(entry, "ValueRange")).stars
        if found is not None and (name := short(key, 100)):
            stars[name] = found
    return stars
