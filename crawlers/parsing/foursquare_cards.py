"""Tips that a saved page of a Foursquare venue shows, until 2023."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.text import one_line
from pipeline.records import Author

SIGN = re.compile(r"""class=["']tip tipWithLogging\b""")
SITE = "https://foursquare.com"
PEOPLE = f"{SITE}/user"
_CARD = "li.tip[data-id], div.tip[data-id]"
_PERSON = re.compile(r"(?:^|foursquare\.com)/user/(\d{1,15})")
_NAMED = re.compile(r"(?:^|foursquare\.com)/(?!v/|user/)([\w.-]{1,60})$")
"""Address of a person who chose a name."""
_MORE = "a[data-source=tip-read-more]"
"""The link to the rest of a text that is shown in part, 2015."""


def venue_name(root: etree._Element) -> str:
    """Name that the page of a venue shows."""
    return line(root, "h1.venueName, .venueName")


def tip_cards(
    root: etree._Element, venue: str, url: str, now: datetime, problems: list[str]
) -> list[Draft]:
    """One draft per card; `url` is the venue's page."""
    drafts = []
    for number, card in enumerate(all_of(root, _CARD), 1):
        drafts.append(_draft(card, f"card {number}", venue, url, now))
        if first(card, _MORE) is not None:
            problems.append(f"card {number}: the page shows the beginning of the text")
    return drafts


def _draft(card: etree._Element, where: str, venue: str, url: str, now: datetime) -> Draft:
    return Draft(
        where=where,
        native_id=one_line(card.get("data-id") or "")[:100] or None,
        author=_author(card),
        text=text(card, ".tipText").removesuffix(line(card, _MORE)).rstrip(),
        product=venue,
        url=url,
        published=parse_date(line(card, ".tipDate"), now),
        media_count=len(all_of(card, "img.tipPhoto, .tipPhoto img")),
    )


def _author(card: etree._Element) -> Author:
    name = line(card, ".userName a, .userName")
    person = _PERSON.search(attribute(card, "a[href*='/user/']", "href"))
    named = _NAMED.search(attribute(card, ".userName a[href]", "href"))
    address = f"{PEOPLE}/{person.group(1)}" if person else None
    return Author(
        id=person.group(1) if person else None,
        name=None if is_nobody(name) else short(name),
        profile_url=f"{SITE}/{named.group(1)}" if named else address,
    )
