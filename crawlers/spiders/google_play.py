"""Customer reviews of Google Play, from the call that the store's own page makes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.css import attribute, line
from crawlers.parsing.google_play_cards import card_drafts
from crawlers.parsing.google_play_lines import REVIEWS_CALL, Answer, answer_of, answer_of_page
from crawlers.parsing.google_play_rows import row_draft, saved_drafts
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as answer_of_lines
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

CALL = "https://play.google.com/_/PlayStoreUi/data/batchexecute"
STORE = "play.google.com"
PAGE_REVIEWS = 150
"""Reviews asked for at once; the store gives at most 199."""
NEWEST_FIRST = 2

_APP = re.compile(r"[A-Za-z]\w*(?:\.\w+)+")
_OLD_ANSWER = re.compile(r'\[\[\s*"gr"\s*,\s*\d')
_PAGE_SIGN = re.compile(
    r"class=[\"'](?:RHo1pe|EGFGHd|h3YV2d|X43Kjb)[\"']"
    r"|(?:property=[\"']og:url[\"']\s+content|rel=[\"']canonical[\"']\s+href)="
    r"[\"']https://play\.google\.com/store/apps/"
)
_SAVED_SIGNS = (
    ('"userComment"', '"starRating"'),
    ('"reviewId"', '"gp:AOqp'),
    ('"reviewId"', '"score"', '"content"', '"thumbsUpCount"'),
    ('"reviewId"', '"score"', '"content"', '"userName"'),
    ('"userName"', '"score"', '"thumbsUp"', '"scoreText"'),
    ('"userName"', '"score"', '"thumbsUp"', '"replyText"'),
    ('"google_play_product"', '"snippet"'),
    ('"id"', '"title"', '"avatar"', "googleusercontent.com", '"snippet"', '"likes"', '"iso_date"'),
)
"""Names of the Android Publisher API, and those that its collectors write."""
_REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


class GooglePlay:
    """The store lists reviews by language (`hl`) and country (`gl`) of the address. Saved pages
    of apps, answers of the Android Publisher API and what collectors save are read as well.

    An address without them is read as Russian in Russia; a language more is an address more.
    """

    name: Literal["google_play"] = "google_play"
    kind: SourceKind = "app_store"
    access = Access(
        paging="token of the answer; pages may repeat under a new token; hl= and gl= of the "
        "address choose language and country, each its own list",
        gives=frozenset(
            ("id", "author", "rating", "title", "text", "date", "votes", "reply", "product",
             "language")
        ),
        terms_url="https://play.google.com/about/play-terms/",
        evidence="capture",
    )  # fmt: skip

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
        """By the name of the call, by what the store's pages have, by names of its reviews."""
        if f'"{REVIEWS_CALL}"' in page.text[:2_000] or _OLD_ANSWER.search(page.text[:2_000]):
            return 0.95
        head = page.text[:20_000]
        if page.looks_like_json:
            is_saved = any(all(name in head for name in names) for names in _SAVED_SIGNS)
            return 0.95 if is_saved else 0.0
        if "<" not in head:
            return 0.0
        is_own = host_of(page.url) == STORE or _PAGE_SIGN.search(page.text)
        return 0.95 if is_own else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """All reviews of an answer, of a saved page, or of what a collector saved."""
        harvest = Harvest.of(page)
        answer = answer_of(page)
        harvest.is_known, harvest.blocked = answer.is_known, answer.obstacle
        if answer.error and not answer.obstacle:
            harvest.problems.append(
                f"Google Play answers with error {answer.error[:20]}: check the app"
            )
        _add_rows(answer, page, harvest)
        if answer.drawn:
            _read_markup(answer.drawn, page, harvest)
        elif harvest.drafts:
            harvest.links.extend(_next_urls(answer.token, page, harvest.problems))
        elif not answer.is_known and page.looks_like_json:
            harvest.drafts = list(saved_drafts(answer_of_lines(page, harvest.problems), page))
        elif not answer.is_known:
            _read_markup(page.text, page, harvest)
        return harvest.parsed(page, self)


def _read_markup(text: str, page: Page, found: Harvest) -> None:
    """What scripts of a saved page carry, then what is drawn there beside it."""
    answer = answer_of_page(text)
    _add_rows(answer, page, found)
    root = parse_html(text, found.problems)
    if root is None:
        return
    told = canonical_url(root) or attribute(root, "meta[property='og:url']", "content")
    told = told if host_of(told) == STORE else ""
    own = page if page.url or not told else replace(page, url=told)
    known = {draft.native_id for draft in found.drafts}
    app = line(root, "h1 [itemprop=name], h1, .id-app-title")
    for draft in found.drafts:
        draft.product = app
    found.drafts += [
        draft
        for draft in card_drafts(root, app, own)
        if draft.native_id not in known and not (draft.is_empty and draft.native_id is None)
    ]
    found.is_known = found.is_known or bool(found.drafts) or bool(query_of(told).get("id"))
    if answer.is_known:
        found.links.extend(_next_urls(answer.token, own, found.problems))
    elif found.drafts:
        found.links.extend(_first_url(own))


def _add_rows(answer: Answer, page: Page, found: Harvest) -> None:
    for number, row in enumerate(answer.reviews, start=1):
        if draft := row_draft(row, number, page, found.problems):
            found.drafts.append(draft)


def _first_url(page: Page) -> tuple[str, ...]:
    """The call from its beginning: cards do not tell where they end."""
    query = query_of(page.url)
    app = query.get("id", "")
    if page.url.startswith(CALL) or not _APP.fullmatch(app):
        return ()
    return (_address(app, query.get("hl", "ru"), query.get("gl", "ru"), None),)


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
