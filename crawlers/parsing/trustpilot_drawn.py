"""Trustpilot's review cards since 2021 as a browser drew them, where the page's state is lost."""

from __future__ import annotations

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT
from crawlers.parsing.trustpilot_rows import SITE
from pipeline.records import Author, Reply

CARDS = "[data-service-review-card-paper]"
_REPLY = "[data-service-review-business-reply-text-typography]"
_REPLIED = "[data-service-review-business-reply-date-time-ago]"
_TOLD = "[data-consumer-reviews-count-typography]"


def drawn_drafts(root: etree._Element, company: str, page: Page) -> list[Draft]:
    """One draft per card."""
    cards = enumerate(all_of(root, CARDS), start=1)
    return [_draft(card, number, company, page) for number, card in cards]


def _draft(card: etree._Element, number: int, company: str, page: Page) -> Draft:
    link = attribute(card, "a[href*='/reviews/']", "href").partition("?")[0]
    identity = link.rpartition("/reviews/")[2]
    stamp = attribute(card, "time:not([data-service-review-business-reply-date-time-ago])",
                      "datetime")  # fmt: skip
    experienced = line(card, "[data-service-review-date-of-experience-typography]")
    return Draft(
        where=f"card {number}",
        native_id=identity if identity.isalnum() else None,
        author=_author(card),
        rating=parse_rating(
            attribute(card, "[data-service-review-rating]", "data-service-review-rating")
        ),
        title=line(card, "[data-service-review-title-typography]"),
        text=text(card, "[data-service-review-text-typography]"),
        product=company,
        url=address(absolute(SITE, link)) or page.url,
        published=parse_date(stamp, page.fetched_at),
        replies=_replies(card, company, page),
        extra=_experienced(experienced, page),
    )


def _author(card: etree._Element) -> Author:
    name = line(card, "[data-consumer-name-typography]")
    link = attribute(card, "a[href*='/users/']", "href")
    written = attribute(card, "[data-consumer-reviews-count]", "data-consumer-reviews-count")
    told = written or line(card, _TOLD)
    return Author(
        id=short(link.rpartition("/users/")[2], 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(absolute(SITE, link)),
        reviews_count=count(told) if told else None,
        location=short(line(card, "[data-consumer-country-typography]")),
    )


def _replies(card: etree._Element, company: str, page: Page) -> tuple[Reply, ...]:
    words = text(card, _REPLY)[:LONG_LIMIT]
    if not words:
        return ()
    moment = parse_date(attribute(card, _REPLIED, "datetime"), page.fetched_at).value
    return (Reply(text=words, author=short(company), is_owner=True, replied_at=moment),)


def _experienced(words: str, page: Page) -> dict[str, str]:
    """The day that the review is about, below a heading in the site's language."""
    day = parse_date(words.rpartition(":")[2], page.fetched_at).value
    return {"experienced": day.date().isoformat()} if day else {}
