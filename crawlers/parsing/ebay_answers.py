"""eBay's interfaces for programs: feedback in XML of the older one, in JSON of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.ebay_words import meaning_of, rating_of
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count
from crawlers.parsing.text import LONG_LIMIT, one_line, plain_text
from pipeline.records import Author, Reply

MAX_DEPTH = 8
"""Levels below which no answer keeps its feedback."""
MAX_ENTRIES = 2_000

_SIGNS = (("CommentType", "CommentText"), ("commentType", "feedbackId"))
"""Names that every entry of the older and of the newer interface has."""
_SIDES = {"seller": "buyer", "buyer": "seller"}
"""Who writes about whom: an entry of the older interface names the side that receives it."""


def xml_entries(root: etree._Element) -> Iterator[dict[str, Any]]:
    """The entries of an answer in XML, as the same answer in JSON has them."""
    for entry in root.iter(etree.Element):
        if _name(entry) in ("FeedbackDetail", "FeedbackDetails"):
            parts = entry.iterchildren(etree.Element)
            found = {_name(part): (part.text or "").strip() for part in parts}
            if "CommentType" in found:
                yield found


def _name(element: etree._Element) -> str:
    """Without a namespace, in its own case, however broken."""
    return str(element.tag).rpartition("}")[2]


def json_entries(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The entries of an answer in JSON, wherever it keeps them."""
    if isinstance(value, dict):
        if any(all(name in value for name in names) for names in _SIGNS):
            yield value
        elif depth < MAX_DEPTH:
            for one in value.values():
                yield from json_entries(one, depth + 1)
    elif isinstance(value, list) and depth < MAX_DEPTH:
        for one in value[:MAX_ENTRIES]:
            yield from json_entries(one, depth + 1)


def is_withdrawn(entry: dict[str, Any]) -> bool:
    """Whether the entry counts no more."""
    return "withdrawn" in text_at(entry, "CommentType").casefold()


def is_automatic(entry: dict[str, Any]) -> bool:
    """Whether eBay gave it by itself, for a buyer who said nothing."""
    return at(entry, "automatedFeedback") is True


def entry_draft(entry: dict[str, Any], number: int, page: Page) -> Draft:
    """One entry of any interface."""
    draft = _newer(entry, page) if "commentType" in entry else _older(entry, page)
    draft.where, draft.url = f"feedback {number}", page.url
    return draft


def _older(entry: dict[str, Any], page: Page) -> Draft:
    meaning = meaning_of(text_at(entry, "CommentType"))
    role = _SIDES.get(text_at(entry, "Role").casefold(), "")
    name = text_at(entry, "CommentingUser")
    said = plain_text(text_at(entry, "FeedbackResponse"))[:LONG_LIMIT]
    was_removed = text_at(entry, "CommentReplaced").casefold() == "true"
    return Draft(
        where="",
        native_id=text_at(entry, "FeedbackID")[:100] or None,
        author=_author(name, count(text_at(entry, "CommentingUserScore") or None)),
        rating=rating_of(meaning),
        text="" if was_removed else plain_text(text_at(entry, "CommentText")),
        product=one_line(text_at(entry, "ItemTitle")),
        published=parse_date(text_at(entry, "CommentTime"), page.fetched_at),
        replies=(Reply(text=said, is_owner=True),) if said else (),
        extra=_extra(meaning, role, text_at(entry, "ItemID")),
    )


def _newer(entry: dict[str, Any], page: Page) -> Draft:
    meaning = meaning_of(text_at(entry, "commentType"))
    person = at(entry, "providerUserDetail")
    name = text_at(person, "username") or text_at(person, "userId") or text_at(person, "userName")
    comment = text_at(entry, "feedbackComment") or text_at(entry, "feedbackComment", "commentText")
    stamp = at(entry, "feedbackEnteredDate")
    said_when = text_at(stamp) or text_at(stamp, "value") or text_at(stamp, "formattedDate")
    item = at(entry, "orderLineItemSummary")
    pictures = at(entry, "images")
    return Draft(
        where="",
        native_id=text_at(entry, "feedbackId")[:100] or None,
        author=_author(name, count(text_at(person, "feedbackScore") or None)),
        rating=rating_of(meaning),
        text=plain_text(comment),
        product=one_line(text_at(item, "listingTitle")),
        published=parse_date(said_when, page.fetched_at) if said_when else ParsedDate(),
        media_count=len(pictures) if isinstance(pictures, list) else 0,
        extra=_extra(meaning, text_at(person, "role").casefold(), text_at(item, "listingId")),
    )


def _author(name: str, score: int | None) -> Author:
    return Author(name=None if is_nobody(name) else short(name), reviews_count=score)


def _extra(meaning: str, role: str, item: str) -> dict[str, Any]:
    said = {"feedback": meaning, "role": role, "product_id": short(item, 100)}
    return {name: value for name, value in said.items() if value}
