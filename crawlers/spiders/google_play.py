"""Customer reviews of Google Play, from the call that the store's own page makes."""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.google_play_lines import REVIEWS_CALL, answer_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind, Votes

CALL = "https://play.google.com/_/PlayStoreUi/data/batchexecute"
APP_PAGE = "https://play.google.com/store/apps/details"
PAGE_REVIEWS = 150
"""Reviews asked for at once; the store gives at most 199."""
NEWEST_FIRST = 2
MAX_CRITERIA = 20

_APP = re.compile(r"[A-Za-z]\w*(?:\.\w+)+")
_REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


class GooglePlay:
    """The store lists reviews by language (`hl`) and country (`gl`) of the address.

    An address without them is read as Russian in Russia; a language more is an address more.
    """

    name: Literal["google_play"] = "google_play"
    kind: SourceKind = "app_store"
    access = Access(
        paging="token of the answer; pages may repeat under a new token; hl= and gl= of the "
        "address choose language and country, each its own list",
        gives=frozenset(("id", "author", "rating", "title", "text", "date", "votes", "reply")),
        terms_url="https://play.google.com/about/play-terms/",
        evidence="capture",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The call for an app's page, newest first; the page's language and country are kept."""
        query = query_of(url)
        app = query.get("id", "")
        if host_of(url) != "play.google.com" or not _APP.fullmatch(app):
            raise UsageError(
                f"{url!r} names no app: expected play.google.com/store/apps/details?id=com.example"
            )
        return (_address(app, query.get("hl", "ru"), query.get("gl", "ru"), query.get("token")),)

    def api_urls(self, url: str) -> tuple[str, ...]:  # noqa: ARG002  # the protocol's argument
        """The official API serves developers alone and the last week alone: not used."""
        return ()

    def request(self, address: str, key: str | None) -> PageRequest:  # noqa: ARG002
        """The call as a form; an address that is no call is fetched as it is."""
        if not address.startswith(CALL):
            return PageRequest(url=address)
        query = query_of(address)
        page = [PAGE_REVIEWS, None, query.get("token")]
        wanted = [None, None, [2, NEWEST_FIRST, page, None, []], [query.get("id", ""), 7]]
        call = [[[REVIEWS_CALL, _compact(wanted), None, "generic"]]]
        return PageRequest(
            url=address,
            method="POST",
            headers=(("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"),),
            body=urlencode({"f.req": _compact(call)}).encode(),
        )

    def recognises(self, page: Page) -> float:
        """By the name of the call in the answer's envelope."""
        return 0.95 if f'"{REVIEWS_CALL}"' in page.text[:2_000] else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """All reviews of the answer, and its continuation while it brings any."""
        harvest = Harvest.of(page)
        answer = answer_of(page)
        harvest.is_known, harvest.blocked = answer.is_known, answer.obstacle
        if answer.error and not answer.obstacle:
            harvest.problems.append(
                f"Google Play answers with error {answer.error[:20]}: check the app"
            )
        for number, row in enumerate(answer.reviews, start=1):
            if draft := _draft(row, number, page, harvest.problems):
                harvest.drafts.append(draft)
        if harvest.drafts:
            harvest.links.extend(_next_urls(answer.token, page, harvest.problems))
        return harvest.parsed(page, self)


def _draft(row: Any, number: int, page: Page, problems: list[str]) -> Draft | None:
    where = f"review {number}"
    native_id = one_line(text_at(row, 0))[:100]
    if not native_id:
        problems.append(f"{where}: dropped, it has no id")
        return None
    query = query_of(page.url)
    app = query.get("id", "")
    return Draft(
        where=where,
        native_id=native_id,
        author=_author(row),
        rating=parse_rating(text_at(row, 2)),
        title=one_line(text_at(row, 3)),
        text=clean(text_at(row, 4)),
        url=f"{APP_PAGE}?{urlencode({'id': app, 'reviewId': native_id})}" if app else "",
        published=parse_date(text_at(row, 5, 0), page.fetched_at),
        votes=Votes(helpful=count(at(row, 6)) or 0),
        replies=_replies(row, page),
        extra=_extra(row, query),
    )


def _author(row: Any) -> Author:
    name = one_line(text_at(row, 1, 0) or text_at(row, 9, 1))
    return Author(id=short(text_at(row, 9, 0), 100), name=None if is_nobody(name) else short(name))


def _replies(row: Any, page: Page) -> tuple[Reply, ...]:
    text = clean(text_at(row, 7, 1))[:LONG_LIMIT]
    if not text:
        return ()
    return (
        Reply(
            text=text,
            author=short(text_at(row, 7, 0)),
            is_owner=True,
            replied_at=time_at(row, page.fetched_at, 7, 2, 0),
        ),
    )


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


def _next_urls(token: str, page: Page, problems: list[str]) -> tuple[str, ...]:
    query = query_of(page.url)
    if not token or token == query.get("token"):
        return ()
    if not query.get("id"):
        problems.append("further pages exist, but the app is unknown: give its address (--url)")
        return ()
    return (_address(query["id"], query.get("hl", "ru"), query.get("gl", "ru"), token),)


def _address(app: str, language: str, country: str, token: str | None) -> str:
    """The call with everything that its body is made of."""
    region = {
        name: value if _REGION.fullmatch(value) else "ru"
        for name, value in (("hl", language), ("gl", country))
    }
    more = {"token": token[:2_000]} if token else {}
    return f"{CALL}?{urlencode({'rpcids': REVIEWS_CALL, 'id': app, **region, **more})}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


GOOGLE_PLAY = GooglePlay()
