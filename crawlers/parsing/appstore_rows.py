"""Reviews of the App Store as objects: of its catalogue, of its pages' state, of App Store
Connect, and as the well-known collectors save them."""

from __future__ import annotations

from typing import Any

from crawlers.parsing.appstore_entry import MAX_ENTRIES, Entry
from crawlers.parsing.json_search import objects_where
from crawlers.parsing.json_values import at, dicts_at, text_at

_CATALOGUE = "user-reviews"
_CONNECT = "customerReviews"
_UNPUBLISHED = "PENDING_PUBLISH"


def entries_of(value: Any) -> tuple[Entry, ...]:
    """Every review inside of `value`, in its order, each id once."""
    answers = {text_at(one, "id"): one for one in dicts_at(value, "included")}
    found: dict[str, Entry] = {}
    for number, row in enumerate(objects_where(value, _is_review)):
        entry = _entry(row, answers)
        found.setdefault(entry.id or f"row {number}", entry)
        if len(found) == MAX_ENTRIES:
            break
    return tuple(found.values())


def _is_review(row: dict[str, Any]) -> bool:
    if row.get("type") in (_CATALOGUE, _CONNECT):
        return isinstance(row.get("attributes"), dict)
    if row.get("$kind") == "Review":
        return "rating" in row
    return _is_collected(row)


def _is_collected(row: dict[str, Any]) -> bool:
    """Rows of app-store-scraper (npm; its Python namesake has no ids), and of SerpApi."""
    names = row.keys()
    if {"review_date", "rating", "text", "author"} <= names:
        return isinstance(row["author"], dict)
    return {"userName", "userUrl", "score", "text"} <= names or (
        {"userName", "rating", "review", "title"} <= names
    )


def _entry(row: dict[str, Any], answers: dict[str, dict[str, Any]]) -> Entry:
    if row.get("type") == _CATALOGUE:
        return _entry_of_catalogue(row)
    if row.get("type") == _CONNECT:
        return _entry_of_connect(row, answers)
    return _entry_of_state(row) if row.get("$kind") == "Review" else _entry_of_collector(row)


def _entry_of_catalogue(row: dict[str, Any]) -> Entry:
    return _entry_of_names(row.get("attributes"), text_at(row, "id"))


def _entry_of_names(said: Any, native_id: str) -> Entry:
    """The names that the catalogue and who copies it use."""
    return Entry(
        id=native_id,
        author=text_at(said, "userName"),
        rating=text_at(said, "rating"),
        title=text_at(said, "title"),
        text=text_at(said, "review"),
        updated=text_at(said, "date"),
        reply=text_at(said, "developerResponse", "body"),
        replied=text_at(said, "developerResponse", "modified"),
        is_edited=at(said, "isEdited") is True,
    )


def _entry_of_connect(row: dict[str, Any], answers: dict[str, dict[str, Any]]) -> Entry:
    said = row.get("attributes")
    answered = text_at(row, "relationships", "response", "data", "id")
    answer = at(answers.get(answered), "attributes")
    is_public = text_at(answer, "state") != _UNPUBLISHED
    return Entry(
        id=text_at(row, "id"),
        author=text_at(said, "reviewerNickname"),
        rating=text_at(said, "rating"),
        title=text_at(said, "title"),
        text=text_at(said, "body"),
        updated=text_at(said, "createdDate"),
        territory=text_at(said, "territory"),
        reply=text_at(answer, "responseBody") if is_public else "",
        replied=text_at(answer, "lastModifiedDate") if is_public else "",
    )


def _entry_of_state(row: dict[str, Any]) -> Entry:
    return Entry(
        id=text_at(row, "id"),
        author=text_at(row, "reviewerName"),
        rating=text_at(row, "rating"),
        title=text_at(row, "title"),
        text=text_at(row, "contents"),
        updated=text_at(row, "date"),
        reply=text_at(row, "response", "contents"),
        replied=text_at(row, "response", "date"),
    )


def _entry_of_collector(row: dict[str, Any]) -> Entry:
    if "review_date" in row:
        return _entry_of_search(row)
    if "userUrl" not in row:
        return _entry_of_names(row, text_at(row, "id") or text_at(row, "review_id"))
    return Entry(
        id=text_at(row, "id"),
        author=text_at(row, "userName"),
        author_url=text_at(row, "userUrl"),
        rating=text_at(row, "score"),
        title=text_at(row, "title"),
        text=text_at(row, "text"),
        updated=text_at(row, "updated") or text_at(row, "date"),
        version=text_at(row, "version"),
        url=text_at(row, "url"),
    )


def _entry_of_search(row: dict[str, Any]) -> Entry:
    return Entry(
        id=text_at(row, "id"),
        author=text_at(row, "author", "name"),
        author_url=text_at(row, "author", "link"),
        rating=text_at(row, "rating"),
        title=text_at(row, "title"),
        text=text_at(row, "text"),
        updated=text_at(row, "review_date"),
        version=text_at(row, "reviewed_version"),
    )
