"""Reviews as the interface of Capterra's own pages gives them, to drafts."""

from __future__ import annotations

from typing import Any

from crawlers.page import Page
from crawlers.parsing.b2b_people import shown_name
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, text_at, time_at
from crawlers.parsing.ratings import number, parse_rating
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply

SUB_RATINGS = {
    "easeOfUseRating": "ease of use", "customerSupportRating": "customer support",
    "valueForMoneyRating": "value for money", "functionalityRating": "functionality",
}  # fmt: skip


def row_draft(row: dict[str, Any], place: int, page: Page) -> Draft:
    """A hit of `/spotlight/rest/reviews`; the reviewer's e-mail address stays where it is."""
    texts = (text_at(row, "generalComments"), text_at(row, "adviceToOthers"))
    person = at(row, "reviewer")
    return Draft(
        where=f"review {place}",
        native_id=one_line(text_at(row, "reviewId"))[:50] or None,
        author=_author(person),
        rating=parse_rating(text_at(row, "overallRating")),
        title=one_line(plain_text(text_at(row, "title"))),
        text="\n\n".join(words for one in texts if (words := plain_text(one))),
        pros=plain_text(text_at(row, "prosText")),
        cons=plain_text(text_at(row, "consText")),
        product=one_line(text_at(row, "productName")),
        url=page.url,
        language=text_at(row, "language"),
        published=parse_date(text_at(row, "writtenOn"), page.fetched_at),
        replies=_replies(row, page),
        usage_period=one_line(text_at(person, "timeUsedProduct")),
        extra=_extra(row, person),
    )


def _author(person: Any) -> Author:
    is_linked = at(person, "verifiedLinkedIn") is True
    return Author(
        name=short(shown_name(one_line(text_at(person, "fullName"))) or ""),
        role=short(text_at(person, "jobTitle")),
        company=short(text_at(person, "companyName")),
        has_picture=True if text_at(person, "profilePicUrl") else None,
        identified_by="professional network" if is_linked else None,
    )


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = plain_text(text_at(row, "vendorResponse", "text"))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(row, page.fetched_at, "vendorResponse", "date")
    name = short(text_at(row, "vendorResponse", "name"))
    return (Reply(text=text, author=name, is_owner=True, replied_at=moment),)


def _extra(row: dict[str, Any], person: Any) -> dict[str, Any]:
    stars = {
        label: rating.stars
        for name, label in SUB_RATINGS.items()
        if (rating := parse_rating(text_at(row, name))).stars is not None
    }
    found = {
        "sub_ratings": stars,
        "company_size": short(text_at(person, "companySize"), 100),
        "industry": short(text_at(person, "industry"), 100),
        "recommendation": number(text_at(row, "recommendationRating") or None),
        "incentive": short(text_at(row, "incentivized"), 100),
        "site": short(text_at(row, "sourceSite"), 100),
    }
    return {name: value for name, value in found.items() if value}
