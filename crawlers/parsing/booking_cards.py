"""One review of Booking.com: what pleased and what did not, on a scale of ten."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

WORST, BEST = 1, 10


def draft_of(card: dict[str, Any], where: str, page: Page) -> Draft:
    """The review of a card."""
    helpful = count(at(card, "helpfulVotesCount"))
    return Draft(
        where=where,
        native_id=one_line(text_at(card, "reviewUrl"))[:200] or None,
        author=_author(card),
        rating=parse_rating(text_at(card, "reviewScore"), BEST, WORST),
        title=one_line(text_at(card, "textDetails", "title")),
        pros=clean(text_at(card, "textDetails", "positiveText")),
        cons=clean(text_at(card, "textDetails", "negativeText")),
        url=page.url if "/hotel/" in page.url else "",
        language=_language(text_at(card, "textDetails", "lang")),
        published=parse_date(text_at(card, "reviewedDate"), page.fetched_at),
        votes=None if helpful is None else Votes(helpful=helpful),
        replies=_replies(card, page),
        media_count=len(dicts_at(card, "photos")),
        extra=_extra(card),
    )


def mobile_draft(row: dict[str, Any], where: str, page: Page) -> Draft:
    """The review of a row of the answers that Booking's apps load."""
    helpful = count(at(row, "helpful_vote_count"))
    name = one_line(text_at(row, "author", "name"))
    answer = clean(text_at(row, "hotelier_response"))[:LONG_LIMIT]
    moment = time_at(row, page.fetched_at, "hotelier_response_date")
    host = short(text_at(row, "hotelier_name"))
    found = {
        "trip_type": short(text_at(row, "author", "type_string"), 100),
        "room": short(text_at(row, "stayed_room_info", "room_name"), 200),
        "nights": count(at(row, "stayed_room_info", "num_nights")),
        "checkout_date": short(text_at(row, "stayed_room_info", "checkout"), 30),
    }
    return Draft(
        where=where,
        native_id=one_line(text_at(row, "review_id"))[:200] or None,
        author=Author(
            id=short(text_at(row, "author", "user_id").lstrip("0"), 100),
            name=None if is_nobody(name) else short(name),
            location=short(text_at(row, "author", "city") or text_at(row, "countrycode"), 200),
            reviews_count=count(at(row, "author", "nr_reviews")),
        ),
        rating=parse_rating(text_at(row, "average_score"), BEST, WORST),
        title=one_line(text_at(row, "title")),
        pros=clean(text_at(row, "pros")),
        cons=clean(text_at(row, "cons")),
        language=_language(text_at(row, "languagecode")),
        published=parse_date(text_at(row, "date"), page.fetched_at),
        votes=None if helpful is None else Votes(helpful=helpful),
        replies=(Reply(text=answer, author=host, is_owner=True, replied_at=moment),)
        if answer
        else (),
        media_count=len(dicts_at(row, "reviewer_photos")),
        extra={name: value for name, value in found.items() if value},
    )


def _author(card: dict[str, Any]) -> Author:
    name = one_line(text_at(card, "guestDetails", "username"))
    return Author(
        name=None if is_nobody(name) else short(name),
        location=short(text_at(card, "guestDetails", "countryName"), 200),
    )


def _language(tag: str) -> str:
    """Booking writes `xu` for American English, and `xx` where it does not know."""
    return {"xu": "en", "xa": "ar", "xb": "pt", "xx": ""}.get(tag, tag)


def _replies(card: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = clean(text_at(card, "partnerReply", "reply"))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(card, page.fetched_at, "partnerReply", "repliedDate")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _extra(card: dict[str, Any]) -> dict[str, Any]:
    guests = text_at(card, "guestDetails", "guestTypeTranslation")
    kind = guests or text_at(card, "bookingDetails", "customerType")
    found = {
        "trip_type": short(kind, 100),
        "room": short(text_at(card, "bookingDetails", "roomType", "name"), 200),
        "nights": count(at(card, "bookingDetails", "numNights")),
        "checkout_date": short(text_at(card, "bookingDetails", "checkoutDate"), 30),
    }
    return {name: value for name, value in found.items() if value}
