"""Saved pages of the App Store: the state that their scripts carry, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from crawlers.parsing.address_parts import is_of
from crawlers.parsing.appstore_entry import MAX_ENTRIES, Entry, Feed
from crawlers.parsing.appstore_rows import entries_of
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.schema_people import author_of
from crawlers.parsing.structured import Item
from crawlers.parsing.text import element_text

SIGN = re.compile(
    r"we-customer-review|customerReviewTitle|aria-labelledby=[\"']review-\d{3,20}-title"
    r"|\"\$kind\"\s*:\s*\"Review\"|shoebox-media-api-cache-apps"
    r"|name=[\"']apple:content_id[\"']"
    r"|property=[\"']og:url[\"']\s+content=[\"']https://(?:apps|itunes)\.apple\.com/"
)
"""What no page but the store's has: its cards, its state, or its name."""

_STATES = (
    "script[id*='serialized-server-data'], script[id*='shoebox'], script[type='fastboot/shoebox']"
    ", script[type='application/json']"
)
_REVIEW = re.compile(r"review-(\d{3,20})")
_WORDS = ("[data-testid='truncate-text']", ".developer-response-contents", "p.content", ".content")
_STARS = re.compile(r"stars-(\d)")
_BY = re.compile(r"^(?:by|von|par|de|di|da|por|door|av|af|от)\s+", re.I)
_BODY = ".we-customer-review__body"
_REPLY_HEADER = "[class*='customer-review__header--response']"


def feed_of_page(root: etree._Element, problems: list[str]) -> Feed:
    """Reviews of the state first: those that are drawn may be cut, or the same again."""
    states = [value for script in all_of(root, _STATES) for value in _states(script, problems)]
    rows = [entry for value in states for entry in entries_of(value)]
    items = jsonld_items(root, problems)
    cards = [*_newest_cards(root), *_cards(root), *_oldest_cards(root)]
    entries = _each_once([*rows, *cards, *_marked_up(items)])
    own = canonical_url(root) or attribute(root, "meta[property='og:url']", "content")
    return Feed(
        entries=tuple(entries[:MAX_ENTRIES]),
        next_url=next((link for value in states if (link := _next_of(value))), ""),
        self_url=own,
        app=_app_name(root, items),
        is_known=bool(entries) or is_of(own, "apps.apple.com", "itunes.apple.com"),
    )


def _states(script: etree._Element, problems: list[str]) -> list[Any]:
    """The script's values, and those that it keeps as texts."""
    try:
        values, _ = load_json("".join(str(piece) for piece in script.itertext()))
    except BrokenJson as error:
        problems.append(f"a script of the page cannot be read: {error}"[:300])
        return []
    kept = [inner for value in values if isinstance(value, dict) for inner in value.values()]
    return values + [one for text in kept for one in _inner(text)]


def _inner(value: Any) -> list[Any]:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return []
    try:
        return load_json(value)[0]
    except BrokenJson:
        return []


def _next_of(value: Any) -> str:
    """Where the catalogue goes on, as the cache of the page's own questions says."""
    return text_at(at(value, "d") or at(value, "data"), 0, "relationships", "reviews", "next")


def _newest_cards(root: etree._Element) -> Iterable[Entry]:
    """Of the pages since 2025; the classes of their framework stand beside these."""
    for card in all_of(root, "article[aria-labelledby^='review-']"):
        found = _REVIEW.match(card.get("aria-labelledby") or "")
        answer = first(card, "[class*='developer-response'], [class*='response']")
        inside = set() if answer is None else {answer, *answer.iterdescendants()}
        words = [one for part in _WORDS for one in all_of(card, part) if one not in inside]
        said = [] if answer is None else [one for part in _WORDS for one in all_of(answer, part)]
        yield Entry(
            id=found.group(1) if found else "",
            author=line(card, ".author"),
            rating=attribute(card, ".stars[aria-label]", "aria-label"),
            title=line(card, "h3"),
            text=next((text for one in words if (text := element_text(one))), ""),
            updated=_moment(first(card, "time")),
            reply=element_text(said[0]) if said else "",
            replied=_moment(first(answer, "time")) if answer is not None else "",
        )


def _cards(root: etree._Element) -> Iterable[Entry]:
    for card in all_of(root, ".we-customer-review"):
        header = first(card, _REPLY_HEADER)
        bodies = all_of(card, _BODY)
        answer = bodies[-1] if header is not None and len(bodies) > 1 else None
        yield Entry(
            id=_card_id(card),
            author=line(card, ".we-customer-review__user"),
            rating=_card_stars(card),
            title=line(card, ".we-customer-review__title"),
            text=text(card, _BODY),
            updated=_moment(first(card, "time")),
            reply="" if answer is None else element_text(answer),
            replied="" if header is None else _moment(first(header, "time")),
        )


def _oldest_cards(root: etree._Element) -> Iterable[Entry]:
    """Of the pages until 2017; those that iTunes itself showed tell version and day as well."""
    for card in all_of(root, ".customer-review"):
        info = first(card, ".user-info")
        said = [] if info is None else "".join(map(str, info.itertext())).split("\n")
        told = [words for one in said if (words := one.strip(" \t\r\u00a0-–"))]
        person = first(card, "a.reviewer")
        name = line(card, "a.reviewer") or (
            told[1] if len(told) > 1 else _BY.sub("", "".join(told))
        )
        yield Entry(
            author=name,
            author_url="" if person is None else person.get("href") or "",
            rating=attribute(card, ".rating[aria-label]", "aria-label")
            or str(len(all_of(card, ".rating-star")) or ""),
            title=line(card, ".customerReviewTitle"),
            text=text(card, ".content"),
            updated=told[-1] if len(told) > 2 else "",
        )


def _card_id(card: etree._Element) -> str:
    around = (card, *card.iterancestors())
    names = ("data-review-id", "data-test-review-customer")
    return next((one.get(name) or "" for one in around for name in names if one.get(name)), "")


def _card_stars(card: etree._Element) -> str:
    """The class of the row of stars; its label is in the language of the store."""
    for one in all_of(card, "[class*='star-rating']"):
        if found := _STARS.search(one.get("class") or ""):
            return found.group(1)
    return attribute(card, "figure[aria-label], [class*='star-rating'][aria-label]", "aria-label")


def _moment(time: etree._Element | None) -> str:
    if time is None:
        return ""
    return time.get("datetime") or time.get("aria-label") or "".join(map(str, time.itertext()))


def _marked_up(items: list[Item]) -> Iterable[Entry]:
    for item in items:
        if item.is_a("review"):
            stars = next(iter(item.items("reviewrating")), None)
            yield Entry(
                author=author_of(item).name or "",
                rating=stars.text("ratingvalue") if stars else item.text("reviewrating"),
                title=item.text("name", "headline"),
                text=item.text("reviewbody", "description"),
                updated=item.text("datepublished"),
            )


def _each_once(entries: list[Entry]) -> list[Entry]:
    """By id; without one, by author and title, as two formats of one page write them alike."""
    ids: set[str] = set()
    names: set[tuple[str, str]] = set()
    kept = []
    for entry in entries:
        name = (_folded(entry.author), _folded(entry.title or entry.text)[:60])
        if entry.id in ids if entry.id else name in names:
            continue
        ids.add(entry.id)
        names.add(name)
        kept.append(entry)
    return kept


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _app_name(root: etree._Element, items: list[Item]) -> str:
    apps = (item for item in items if item.is_a("softwareapplication", "mobileapplication"))
    named = next((name for item in apps if (name := item.text("name"))), "")
    if named:
        return named
    header = first(root, "h1.product-header__title, h1.app-header__title")
    own = "" if header is None else (header.text or "")
    return " ".join(own.split()) or line(root, "h1.product-header__title, h1.app-header__title")
