"""Apple's feeds of reviews, in their three formats, and the answers of its interfaces."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawlers.parsing.appstore_entry import MAX_ENTRIES, Entry, Feed
from crawlers.parsing.appstore_rows import entries_of
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.markup import local_name
from crawlers.parsing.ratings import count
from crawlers.parsing.text import plain_text


def feed_of_json(value: Any, problems: list[str]) -> Feed:
    """`feed.entry` as a list or as a single object, or `userReviewList`."""
    if isinstance(value, dict) and isinstance(value.get("userReviewList"), list):
        return _feed_of_list(value)
    feed = value.get("feed") if isinstance(value, dict) else None
    if not isinstance(feed, dict):
        return _feed_of_rows(value, problems)
    links = {
        _text(link.get("attributes"), "rel"): _text(link.get("attributes"), "href")
        for link in _list(feed.get("link"))
        if isinstance(link, dict)
    }
    entries = [entry for entry in _list(feed.get("entry"))[:MAX_ENTRIES] if isinstance(entry, dict)]
    return Feed(
        entries=tuple(_entry_of_json(entry) for entry in entries),
        next_url=links.get("next", ""),
        self_url=links.get("self", ""),
    )


def feed_of_xml(root: etree._Element) -> Feed:
    """An Atom feed, whatever its namespaces are called."""
    links = {link.get("rel"): link.get("href") or "" for link in _children(root, "link")}
    return Feed(
        entries=tuple(_entry_of_xml(entry) for entry in _children(root, "entry")[:MAX_ENTRIES]),
        next_url=links.get("next", ""),
        self_url=links.get("self", ""),
    )


def _entry_of_json(entry: dict[str, Any]) -> Entry:
    author = entry.get("author")
    author = author if isinstance(author, dict) else {}
    link = next((one for one in _list(entry.get("link")) if isinstance(one, dict)), {})
    return Entry(
        id=_text(entry.get("id")),
        author=_text(author.get("name")),
        author_url=_text(author.get("uri")),
        rating=_text(entry.get("im:rating")),
        title=_text(entry.get("title")),
        text=_text(entry.get("content")),
        updated=_text(entry.get("updated")),
        version=_text(entry.get("im:version")),
        vote_sum=_text(entry.get("im:voteSum")),
        vote_count=_text(entry.get("im:voteCount")),
        url=_text(link.get("attributes"), "href"),
        name=_text(entry.get("im:name")),
    )


def _feed_of_list(value: dict[str, Any]) -> Feed:
    rows = [row for row in value["userReviewList"][:MAX_ENTRIES] if isinstance(row, dict)]
    entries = (
        Entry(
            id=_text(row.get("userReviewId")),
            author=_text(row.get("name")),
            author_url=_text(row.get("viewUsersUserReviewsUrl")),
            rating=_text(row.get("rating")),
            title=_text(row.get("title")),
            text=_text(row.get("body")),
            updated=_text(row.get("date")),
            vote_sum=_text(row.get("voteSum")),
            vote_count=_text(row.get("voteCount")),
            reply=text_at(row, "developerResponse", "body"),
            replied=text_at(row, "developerResponse", "modified"),
            is_edited=row.get("isEdited") is True,
        )
        for row in rows
    )
    return Feed(entries=tuple(entries), total=count(value.get("totalNumberOfReviews")))


def _feed_of_rows(value: Any, problems: list[str]) -> Feed:
    """Answers of the catalogue and of App Store Connect; lists that collectors save."""
    entries = entries_of(value)
    paged = at(value, "meta", "paging")
    if not entries and not isinstance(paged, dict):
        problems.append("JSON is no review feed: no `feed`, no `userReviewList`, no user-reviews")
    return Feed(
        entries=entries,
        next_url=text_at(value, "next")
        or text_at(value, "data", 0, "relationships", "reviews", "next"),
        total=count(at(paged, "total")),
    )


def _entry_of_xml(entry: etree._Element) -> Entry:
    fields = {local_name(child): _content(child) for child in reversed(_elements(entry))}
    author = next(iter(_children(entry, "author")), None)
    person = (
        {}
        if author is None
        else {local_name(child): _content(child) for child in _elements(author)}
    )
    links = [link.get("href") or "" for link in _children(entry, "link")]
    return Entry(
        id=fields.get("id", ""),
        author=person.get("name", ""),
        author_url=person.get("uri", ""),
        rating=fields.get("rating", ""),
        title=fields.get("title", ""),
        text=_text_of_xml(entry),
        updated=fields.get("updated", ""),
        version=fields.get("version", ""),
        vote_sum=fields.get("votesum", ""),
        vote_count=fields.get("votecount", ""),
        url=links[0] if links else "",
        name=fields.get("name", ""),
    )


def _text_of_xml(entry: etree._Element) -> str:
    """The plain content; the HTML one repeats it in a table, with title and links."""
    contents = {content.get("type", "text"): content for content in _children(entry, "content")}
    if "text" in contents:
        return _content(contents["text"])
    return plain_text(_content(contents["html"])) if "html" in contents else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in _elements(element) if local_name(child) == name]


def _elements(element: etree._Element) -> list[etree._Element]:
    """Its children; an entity that nobody declared is a child, too, and has no text."""
    return [child for child in element if isinstance(child.tag, str)]


def _content(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()


def _text(value: Any, key: str = "label") -> str:
    """The label of a feed's value, or the value itself; empty for anything else."""
    if isinstance(value, dict):
        value = value.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
