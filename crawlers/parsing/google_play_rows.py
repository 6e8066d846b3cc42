"""Reviews of Google Play as objects: rows of its answers, what its official interface gives, and
what collectors save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_search import objects_where
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from pipeline.records import Author, Reply, Votes

APP_PAGE = "https://play.google.com/store/apps/details"
MAX_CRITERIA = 20
_GOOGLE_USER = re.compile(
    r"(?:\w{1,4}[ ])?(?:google[- ]?(?:\w{0,12}(?:nutzer|user|gebruiker|kullanıcısı)|사용자"
    r"|ユーザー|用户|使用者)"
    r"|(?:пользователь|користувач|utilisateur|usuario|usuário|utente|użytkownik|pengguna"
    r"|uživatel)(?: de| do| di)? google)",
    re.I,
)


def row_draft(row: Any, number: int, page: Page, problems: list[str]) -> Draft | None:
    """A review of an answer, whose values stand at their places; None without an id."""
    where = f"review {number}"
    native_id = one_line(text_at(row, 0))[:100]
    if not native_id:
        problems.append(f"{where}: dropped, it has no id")
        return None
    query = query_of(page.url)
    name = text_at(row, 1, 0) or text_at(row, 9, 1)
    return Draft(
        where=where,
        native_id=native_id,
        author=Author(id=short(text_at(row, 9, 0), 100), name=person_name(name)),
        rating=parse_rating(text_at(row, 2)),
        title=one_line(text_at(row, 3)),
        text=clean(text_at(row, 4)),
        url=review_url(query.get("id", ""), native_id),
        published=parse_date(text_at(row, 5, 0), page.fetched_at),
        votes=Votes(helpful=count(at(row, 6)) or 0),
        replies=_answer(text_at(row, 7, 1), text_at(row, 7, 0), row, page, 7, 2, 0),
        extra=_extra(row, query),
    )


def saved_drafts(value: Any, page: Page) -> Iterator[Draft]:
    """Of the Android Publisher API, of what the scrapers for Python and Node save, of SerpApi."""
    for number, row in enumerate(objects_where(value, _is_saved), start=1):
        is_published = isinstance(row.get("comments"), list)
        read = _published if is_published else _found if "snippet" in row else _collected
        yield read(row, f"review {number}", page)


def person_name(name: str) -> str | None:
    """A name; None for the one that stands for any user of Google."""
    shown = one_line(name[:1_000])
    return None if is_nobody(shown) or _GOOGLE_USER.fullmatch(shown) else short(shown)


def review_url(app: str, native_id: str) -> str:
    """Where one review is shown; empty where the app is unknown."""
    return f"{APP_PAGE}?{urlencode({'id': app, 'reviewId': native_id})}" if app else ""


def _answer(text: str, author: str, row: Any, page: Page, *path: str | int) -> tuple[Reply, ...]:
    words = clean(text)[:LONG_LIMIT]
    if not words:
        return ()
    moment = time_at(row, page.fetched_at, *path)
    return (Reply(text=words, author=short(author), is_owner=True, replied_at=moment),)


def _extra(row: Any, query: dict[str, str]) -> dict[str, Any]:
    """Version, app and country; answers to the store's questions are choices, not stars."""
    asked = at(row, 12, 0)
    criteria = {
        one_line(text_at(entry, 0))[:100]: choice
        for entry in (asked[:MAX_CRITERIA] if isinstance(asked, list) else [])
        if isinstance(choice := at(entry, 1, 0), int) and abs(choice) < 100
    }
    found = {
        "version": short(text_at(row, 10), 100),
        "app": short(query.get("id", ""), 200),
        "country": short(query.get("gl", ""), 10),
        "criteria": criteria,
    }
    return {name: value for name, value in found.items() if value}


def _is_saved(row: dict[str, Any]) -> bool:
    names = row.keys()
    if "comments" in names and "reviewId" in names:
        return bool(_said(row, "userComment"))
    if {"id", "title", "snippet", "rating", "avatar"} <= names:
        return True
    has_id = "reviewId" in names or ("id" in names and bool(names & {"scoreText", "thumbsUp"}))
    return has_id and bool(names & {"score", "rating"}) and bool(names & {"content", "text"})


def _said(row: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Comments of one kind under a review: the user's, or the developer's."""
    found = (one.get(kind) for one in dicts_at(row, "comments"))
    return [one for one in found if isinstance(one, dict)]


def _published(row: dict[str, Any], where: str, page: Page) -> Draft:
    """A review of the official interface, whose text begins with the title and a tab."""
    said = _said(row, "userComment")[0]
    written = text_at(said, "originalText") or text_at(said, "text")
    title, _, text = written.partition("\t") if "\t" in written[:500] else ("", "", written)
    native_id = one_line(text_at(row, "reviewId"))[:100]
    replies = (
        reply
        for answer in _said(row, "developerComment")
        for reply in _answer(text_at(answer, "text"), "", answer, page, "lastModified", "seconds")
    )
    up, down = count(at(said, "thumbsUpCount")), count(at(said, "thumbsDownCount"))
    return Draft(
        where=where,
        native_id=native_id or None,
        author=Author(name=person_name(text_at(row, "authorName"))),
        rating=parse_rating(text_at(said, "starRating")),
        title=one_line(title),
        text=clean(text),
        url=page.url,
        language=text_at(said, "reviewerLanguage"),
        published=parse_date(text_at(said, "lastModified", "seconds"), page.fetched_at),
        votes=None if up is None else Votes(helpful=up, unhelpful=down or 0),
        replies=tuple(replies),
        extra=_named(version=text_at(said, "appVersionName"), device=text_at(said, "device")),
    )


def _collected(row: dict[str, Any], where: str, page: Page) -> Draft:
    """A row of google-play-scraper: the names of Python's, then those of Node's."""
    native_id = one_line(_first(row, "reviewId", "id"))[:100]
    app = _first(row, "appId", "app_id") or query_of(_first(row, "url")).get("id", "")
    up = count(_first(row, "thumbsUpCount", "thumbsUp") or None)
    reply = _first(row, "replyContent", "replyText", "developerReplyText")
    moment = _moment(row, "repliedAt", "replyDate", "developerReplyDate")
    return Draft(
        where=where,
        native_id=native_id or None,
        author=Author(name=person_name(_first(row, "userName", "authorName"))),
        rating=parse_rating(_first(row, "score", "rating")),
        title=one_line(_first(row, "title")),
        text=clean(_first(row, "content", "text")),
        url=address(_first(row, "url")) or review_url(app, native_id) or page.url,
        published=parse_date(_moment(row, "at", "date", "lastModifiedDate"), page.fetched_at),
        votes=None if up is None else Votes(helpful=up),
        replies=_answer(reply, "", {"at": moment}, page, "at"),
        extra=_named(version=_first(row, "reviewCreatedVersion", "version", "appVersion"), app=app),
    )


def _found(row: dict[str, Any], where: str, page: Page) -> Draft:
    """A row of SerpApi, whose title is the name of the author."""
    native_id = one_line(text_at(row, "id"))[:100]
    answer = at(row, "response")
    moment = _first(row, "iso_date", "date")
    replied = {"at": _moment(answer, "iso_date", "date")} if isinstance(answer, dict) else {}
    up = count(at(row, "likes"))
    return Draft(
        where=where,
        native_id=native_id or None,
        author=Author(name=person_name(text_at(row, "title"))),
        rating=parse_rating(text_at(row, "rating")),
        text=clean(text_at(row, "snippet")),
        url=page.url,
        published=parse_date(moment, page.fetched_at),
        votes=None if up is None else Votes(helpful=up),
        replies=_answer(text_at(answer, "snippet"), text_at(answer, "title"), replied, page, "at"),
    )


def _first(row: dict[str, Any], *names: str) -> str:
    return next((found for name in names if (found := text_at(row, name))), "")


def _moment(row: dict[str, Any], *names: str) -> str:
    """A time as text; databases save it inside of an object of its own."""
    texts = (
        text_at(row, name)
        or text_at(row, name, "$date")
        or text_at(row, name, "$date", "$numberLong")
        for name in names
    )
    return next((found for found in texts if found), "")


def _named(**values: str) -> dict[str, Any]:
    return {name: short(value, 200) for name, value in values.items() if value}
