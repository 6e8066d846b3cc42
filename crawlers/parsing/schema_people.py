"""Authors, answers and votes as schema.org pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import address, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count
from crawlers.parsing.structured import Item
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply, Votes

AUTHOR_NAMES = ("author", "reviewer", "creator", "has_creator", "agent")
ORGANISATIONS = (
    "organization", "localbusiness", "corporation", "store", "brand", "newsmediaorganization",
    "onlinestore", "onlinebusiness",
)  # fmt: skip
_BYLINE = re.compile(r"^(?:by|By:|автор:?|Автор:?|от|Von:|von|Par|par|Author:)\s+")
MAX_REPLIES = 200


def author_of(item: Item) -> Author:
    """Who wrote it: an object, a text, a link, or a list of them."""
    names: list[str] = []
    found: Item | None = None
    for value in item.values(*AUTHOR_NAMES):
        if isinstance(value, Item):
            found = found or value
            names.append(person_name(value))
        else:
            names.append(str(value))
    shown = _shown(names)
    link = _link(item, found, names)
    if found is None:
        return Author(name=shown, profile_url=link)
    return Author(
        name=shown,
        profile_url=link,
        role=short(plain_text(found.text("jobtitle"))),
        company=_named(found, "worksfor", "affiliation"),
        location=_named(found, "address", "homelocation"),
        has_picture=True if found.properties.get("image") else None,
    )


def is_organisation(item: Item) -> bool:
    """Whether the author is said to be a company, not a person."""
    return any(person.is_a(*ORGANISATIONS) for person in item.items("author", "creator"))


def person_name(person: Item) -> str:
    """Name of a person or company item."""
    parts = (person.text("givenname"), person.text("familyname"))
    return person.text("name", "alternatename") or " ".join(part for part in parts if part)


def replies_to(item: Item, now: datetime) -> tuple[Reply, ...]:
    """Answers written inside of the review."""
    answers = item.items("comment", "reply", "replies", "response", "suggestedanswer")
    return tuple(reply for a in answers[:MAX_REPLIES] if (reply := _reply(a, now)) is not None)


def votes_of(item: Item) -> Votes | None:
    """Up and down votes; None when the page has none."""
    up, down = count(item.first("upvotecount")), count(item.first("downvotecount"))
    for statistic in item.items("interactionstatistic", "interactioncount"):
        kind = statistic.text("interactiontype") + " ".join(
            " ".join(action.types) for action in statistic.items("interactiontype")
        )
        number = count(statistic.first("userinteractioncount"))
        if "dislike" in kind.casefold():
            down = number if down is None else down
        elif "like" in kind.casefold():
            up = number if up is None else up
    if up is None and down is None:
        return None
    return Votes(helpful=up or 0, unhelpful=down or 0)


def _reply(answer: Item, now: datetime) -> Reply | None:
    text = plain_text(answer.text("text", "description", "name"))
    if not text:
        return None
    return Reply(
        text=text[:LONG_LIMIT],
        author=author_of(answer).name,
        is_owner=is_organisation(answer),
        replied_at=parse_date(answer.first("datepublished", "datecreated"), now).value,
    )


def _shown(names: Iterable[str]) -> str | None:
    """Names as one line; addresses and placeholders are no names."""
    lines = (_BYLINE.sub("", one_line(plain_text(name[:4_000]))) for name in names)
    people = [line for line in lines if line and not is_nobody(line) and not address(line)]
    return short(", ".join(dict.fromkeys(people)))


def _link(item: Item, person: Item | None, names: list[str]) -> str | None:
    written = [person.text("url", "sameas") or person.id or ""] if person else []
    written += [item.text("author.address", "reviewer.address"), *names]
    return next((link for candidate in written if (link := address(candidate))), None)


def _named(item: Item, *names: str) -> str | None:
    """A text, or the name (or place) of an item, under one of these properties."""
    for inner in item.items(*names):
        if found := inner.text("name", "addresslocality", "addresscountry"):
            return short(plain_text(found))
    return short(plain_text(item.text(*names)))
