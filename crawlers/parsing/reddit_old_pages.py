"""Pages of old.reddit.com, as things of the site's interface."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.parsing.address_parts import path_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.markup import classes, parse_html
from crawlers.parsing.reddit_marks import NAME, THREAD, named, number, said
from crawlers.parsing.reddit_things import COMMENT, POST, STUB, Thing
from crawlers.parsing.text import element_text

_MORE = re.compile(r"morechildren\(([^()]{1,20000})\)")
_QUOTED = re.compile(r"'([\w,-]{1,20000})'")


def listed(root: etree._Element) -> Iterator[Thing]:
    """What old.reddit.com draws: every thing in an element that has all other things below it."""
    for thing in all_of(root, "div.thing"):
        names = set(classes(thing))
        found = NAME.search(thing.get("data-fullname") or thing.get("class") or "")
        name = found.group() if found else named(THREAD.search(thing.get("data-permalink") or ""))
        entry = next((one for one in thing if "entry" in classes(one)), None)
        if "morechildren" in names or "morerecursion" in names:
            yield _old_stub(thing)
        elif name and entry is not None:
            yield _old_thing(thing, entry, name)


def _old_thing(thing: etree._Element, entry: etree._Element, name: str) -> Thing:
    kind = COMMENT if name.startswith("t1_") else POST
    author = first(entry, ".tagline .author")
    marks = set() if author is None else set(classes(author))
    told = first(entry, ".tagline .score.unvoted")
    told = first(thing, ".midcol .score.unvoted") if told is None and kind == POST else told
    shown = "" if told is None else told.get("title") or element_text(told).partition(" ")[0]
    title = first(thing if kind == POST else entry, "a.title")
    link = _link_of(thing, entry)
    data: dict[str, Any] = {
        "name": name,
        "author": thing.get("data-author") or ("" if author is None else element_text(author)),
        "permalink": path_of(link),
        "subreddit": thing.get("data-subreddit") or "",
        "created_utc": thing.get("data-timestamp")
        or attribute(entry, ".tagline time:not(.edited-timestamp)", "datetime"),
        "edited": attribute(entry, "time.edited-timestamp", "datetime"),
        "score": number(thing.get("data-score") or shown),
        "score_hidden": first(entry, ".tagline .score-hidden") is not None,
        "distinguished": next((one for one in ("moderator", "admin") if one in marks), None),
        "promoted": bool({"promoted", "promotedlink"} & set(classes(thing))),
        "author_flair_text": line(entry, ".tagline .flair"),
    }
    if kind == POST:
        data |= {
            "title": "" if title is None else element_text(title),
            "url": thing.get("data-url") or "",
            "is_self": "self" in classes(thing)
            or (thing.get("data-domain") or "self")[:4] == "self",
            "num_comments": number(thing.get("data-comments-count") or ""),
            "link_flair_text": line(entry, ".linkflairlabel"),
        }
    else:
        data |= _old_above(thing, link) | {"is_submitter": "submitter" in marks}
    return Thing(kind, data | said(_old_words(entry), "body" if kind == COMMENT else "selftext"))


def _link_of(thing: etree._Element, entry: etree._Element) -> str:
    own = thing.get("data-permalink") or attribute(entry, "a.bylink, a.comments", "href")
    return own.partition("?")[0]


def _old_words(entry: etree._Element) -> etree._Element | None:
    """A text; in a list it waits behind a button, as an attribute."""
    shown = first(entry, ".usertext-body .md")
    kept = attribute(entry, ".expando", "data-cachedhtml")
    if shown is None and "usertext-body" in kept:
        inner = parse_html(kept, [])
        return None if inner is None else first(inner, ".md")
    return shown


def _old_above(thing: etree._Element, link: str) -> dict[str, Any]:
    """The thread of a comment and what it answers; a list of comments names the thread alone."""
    topic = next((first(one, "a.title") for one in thing if "parent" in classes(one)), None)
    thread = THREAD.search(link or ("" if topic is None else topic.get("href") or ""))
    above = next((one for one in thing.iterancestors("div") if "thing" in classes(one)), None)
    found = NAME.search("" if above is None else above.get("data-fullname") or "")
    link_id = f"t3_{thread.group(1).casefold()}" if thread else ""
    return {
        "link_id": link_id,
        "link_title": "" if topic is None else element_text(topic),
        "parent_id": found.group() if found else link_id if topic is None else "",
    }


def _old_stub(thing: etree._Element) -> Thing:
    """The button for more comments calls with the thread and the numbers of what it hides."""
    called = _MORE.search(attribute(thing, "a[onclick]", "onclick"))
    told = _QUOTED.findall(called.group(1)) if called else []
    children = [one for one in (told[2].split(",") if len(told) > 2 else ()) if one]
    above = next((one for one in thing.iterancestors("div") if "thing" in classes(one)), None)
    parent = "" if above is None else above.get("data-fullname") or ""
    return Thing(STUB, {"children": children, "count": len(children), "parent_id": parent})


def search_results(root: etree._Element) -> Iterator[Thing]:
    """Results of a search on old.reddit.com, which have names of their own for everything."""
    for one in all_of(root, "div.search-result-link[data-fullname]"):
        title = first(one, "a.search-title")
        comments = line(one, ".search-comments").partition(" ")[0].replace(",", "")
        data: dict[str, Any] = {
            "name": one.get("data-fullname"),
            "title": "" if title is None else element_text(title),
            "author": line(one, ".search-author .author"),
            "permalink": "" if title is None else path_of(title.get("href") or ""),
            "subreddit": line(one, ".search-subreddit-link").removeprefix("r/"),
            "created_utc": attribute(one, ".search-time time", "datetime"),
            "score": number(line(one, ".search-score").partition(" ")[0].replace(",", "")),
            "num_comments": number(comments),
        }
        yield Thing(POST, data | said(first(one, ".search-result-body .md"), "selftext"))
