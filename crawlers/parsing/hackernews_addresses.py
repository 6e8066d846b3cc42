"""Addresses of the two interfaces to Hacker News, from whatever address of the site is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.ratings import count

SITE = "https://news.ycombinator.com"
SEARCH = "https://hn.algolia.com/api/v1"
ITEMS = "https://hacker-news.firebaseio.com/v0/item"
PAGE_HITS = 100
"""Of a thousand that the search gives for one question; older ones are asked for by date."""
MAX_ANSWERS = 1_000

_NUMBER = re.compile(r"\d{1,12}")
_NAME = re.compile(r"[\w-]{1,40}")
_TREE = re.compile(r"/api/v1/items/(\d{1,12})/?$")
_LIST = re.compile(r"/api/v1/search(?:_by_date)?/?$")
_ITEM = re.compile(r"/v0/item/(\d{1,12})(?:\.json)?$")
_UNTIL = re.compile(r"created_at_i<=?\d+")
_TYPES = {"story": "story", "comment": "comment"}


def interface_address(url: str) -> str:
    """Where an interface gives what the address shows; empty for what it cannot belong to."""
    path, query = path_of(url), query_of(url)
    if is_of(url, "ycombinator.com"):
        return _of_site(path, query)
    if is_of(url, "hacker-news.firebaseio.com"):
        item = _ITEM.search(path)
        return item_address(item.group(1)) if item else ""
    if not is_of(url, "hn.algolia.com"):
        return ""
    if tree := _TREE.search(path):
        return tree_address(tree.group(1))
    if _LIST.search(path):
        query.pop("page", None)
        return f"{SEARCH}/search_by_date?{urlencode({'hitsPerPage': PAGE_HITS, **query})}"
    words = query.get("query") or query.get("q", "")
    return _search(words, _TYPES.get(query.get("type", ""), "")) if words else ""


def _of_site(path: str, query: Mapping[str, str]) -> str:
    native, site = query.get("id", ""), query.get("site", "")
    if path == "/item" and _NUMBER.fullmatch(native):
        return tree_address(native)
    if path in ("/user", "/threads", "/submitted") and _NAME.fullmatch(native):
        kind = {"/threads": "comment", "/submitted": "story"}.get(path, "(story,comment)")
        return _search("", f"{kind},author_{native}")
    if path == "/from" and site:
        return f"{_search(site, 'story')}&restrictSearchableAttributes=url"
    return ""


def tree_address(native: str) -> str:
    """A story or a comment with everything below it, in one answer."""
    return f"{SEARCH}/items/{native}"


def item_address(native: str) -> str:
    """A story or a comment alone."""
    return f"{ITEMS}/{native}.json"


def answer_addresses(kids: Any) -> list[str]:
    """Each of the items that the official interface lists by their numbers, one at a time."""
    numbers = [str(kid) for kid in kids if isinstance(kid, int)] if isinstance(kids, list) else []
    return [item_address(one) for one in numbers[:MAX_ANSWERS] if _NUMBER.fullmatch(one)]


def discussions(url: str, answer: Any) -> list[str]:
    """What is said below the stories that a search for words found.

    Not for the list of one person's posts: below them others speak of anything.
    """
    if "author_" in query_of(url).get("tags", ""):
        return []
    return [
        tree_address(text_at(hit, "objectID"))
        for hit in dicts_at(answer, "hits")
        if (count(at(hit, "num_comments")) or 0) > 0 and _NUMBER.fullmatch(text_at(hit, "objectID"))
    ]


def following(url: str, answer: Any) -> str:
    """The next page of the search, or what is older than its last one; empty at the end."""
    hits = dicts_at(answer, "hits")
    if host_of(url) != "hn.algolia.com" or not _LIST.search(path_of(url)) or not hits:
        return ""
    query = query_of(url)
    page, pages = count(at(answer, "page")) or 0, count(at(answer, "nbPages")) or 0
    if page + 1 < pages:
        query["page"] = str(page + 1)
        return _again(query)
    read = page * (count(at(answer, "hitsPerPage")) or PAGE_HITS) + len(hits)
    oldest = text_at(hits[-1], "created_at_i")
    if (count(at(answer, "nbHits")) or 0) <= read or not oldest.isdecimal():
        return ""
    limits = [one for one in query.get("numericFilters", "").split(",") if one]
    limits = [one for one in limits if not _UNTIL.fullmatch(one)]
    limits.append(f"created_at_i<={oldest}")
    older = {**query, "numericFilters": ",".join(limits)}
    older.pop("page", None)
    return _again(older) if older.get("numericFilters") != query.get("numericFilters") else ""


def is_older_part(url: str) -> bool:
    """Whether it asks for what is older than something: its number of hits is not the whole."""
    return _UNTIL.search(query_of(url).get("numericFilters", "")) is not None


def _again(query: Mapping[str, str]) -> str:
    return f"{SEARCH}/search_by_date?{urlencode(query)}"


def _search(words: str, tags: str) -> str:
    asked = {"query": words[:500]} if words else {}
    return _again({**asked, "tags": tags or "(story,comment)", "hitsPerPage": str(PAGE_HITS)})
