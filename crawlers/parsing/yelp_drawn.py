"""Reviews drawn on Yelp's pages since 2019, whose classes have no names: found by what they say."""

from __future__ import annotations

import re

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from crawlers.parsing.yelp_rows import SITE
from pipeline.records import Author, Reply

_PERSON = "a[href*='user_details?userid=']"
_WORDS = "[class*=comment] [lang], [class*=comment][lang]"
_STARS = "[role=img][aria-label*='star rating']"
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|[A-Z][a-z]{2} \d{1,2}, \d{4}")
_OWNER = re.compile(r"business owner", re.I)


def drawn_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """One draft for each entry of a list that has a person, stars and words."""
    product = line(root, "h1")
    entries = [
        entry
        for entry in root.iter("li")
        if all_of(entry, _PERSON) and all_of(entry, _STARS) and all_of(entry, _WORDS)
    ]
    outer = {around for entry in entries for around in entry.iterancestors("li")}
    inner = [entry for entry in entries if entry not in outer]
    return [_draft(entry, number, product, page) for number, entry in enumerate(inner, start=1)]


def _draft(entry: etree._Element, number: int, product: str, page: Page) -> Draft:
    words = all_of(entry, _WORDS)
    shown = [one_line(str(piece)) for piece in entry.itertext()]
    days = [piece for piece in shown if _DAY.fullmatch(piece)]
    return Draft(
        where=f"entry {number}",
        author=_author(entry),
        rating=parse_rating(attribute(entry, _STARS, "aria-label")),
        text=element_text(words[0]),
        product=product,
        url=page.url,
        language=words[0].get("lang") or "",
        published=parse_date(days[0] if days else "", page.fetched_at, language="en-us"),
        replies=_replies(words[1:], shown, days[1:], page),
    )


def _author(entry: etree._Element) -> Author:
    name = line(entry, _PERSON)
    link = attribute(entry, _PERSON, "href")
    written = line(entry, "[aria-label=Reviews]")
    return Author(
        id=short(link.partition("userid=")[2].partition("&")[0], 100),
        name=None if is_nobody(name) else short(name),
        profile_url=address(absolute(SITE, link)),
        reviews_count=count(written) if written else None,
        location=short(line(entry, "[class*=user-passport-info] div span")),
    )


def _replies(
    words: list[etree._Element], shown: list[str], days: list[str], page: Page
) -> tuple[Reply, ...]:
    """The last words of an entry where it names the business owner, and the day before them."""
    if not words or not any(_OWNER.search(piece) for piece in shown):
        return ()
    moment = parse_date(days[-1] if days else "", page.fetched_at, language="en-us").value
    text = element_text(words[-1])[:LONG_LIMIT]
    return (Reply(text=text, is_owner=True, replied_at=moment),) if text else ()
