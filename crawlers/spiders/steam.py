"""Players' reviews of a game or program on Steam, from the store's open interface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.ratings import count
from crawlers.parsing.steam_words import LANGUAGES, without_markup
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind, Votes

STORE = "https://store.steampowered.com/appreviews"
PEOPLE = "https://steamcommunity.com/profiles"
PAGE_REVIEWS = 100
"""The most that Steam gives at once."""

_APP = re.compile(r"/(?:app|apps|appreviews)/(\d{1,10})(?:[/?]|$)")
_SITES = ("steampowered.com", "steamcommunity.com")
_SIGN = re.compile(r'"(?:query_summary|recommendationid)"\s*:')


class Steam(PlainRequests):
    """Recommended or not, without stars; all languages, the reviews of campaigns included."""

    name: Literal["steam"] = "steam"
    kind: SourceKind = "app_store"
    access = Access(
        paging="cursor of the answer, * for the first page",
        gives=frozenset(
            ("id", "author", "author_profile", "text", "date", "edited", "verified", "recommends",
             "usage_period", "votes", "reply", "language", "claimed_total")
        ),
        terms_url="https://store.steampowered.com/subscriber_agreement/",
        evidence="excerpt",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The app's reviews, newest first, of a page of the store or of the community."""
        app = _APP.search(url)
        if app is None or not is_of(url, *_SITES):
            raise UsageError(
                f"{url!r} names no app: expected store.steampowered.com/app/730/Counter-Strike_2/"
            )
        return (_address(app.group(1), "*"),)

    def recognises(self, page: Page) -> float:
        """By names that no other interface has."""
        return 0.95 if page.looks_like_json and _SIGN.search(page.text[:20_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review with words of one answer, or of several that were saved as one file."""
        harvest = Harvest.of(page)
        answers = _answers(page)
        harvest.is_known = bool(answers)
        harvest.problems.extend(_complaints(answers))
        harvest.claimed = _claimed(answers)
        rows = [row for answer in answers for row in dicts_at(answer, "reviews")]
        for number, row in enumerate(rows, start=1):
            _add(_draft(row, number, page), harvest)
        if harvest.drafts:
            harvest.links.extend(_next_urls(answers, page, harvest.problems))
        return harvest.parsed(page, self)


def _add(draft: Draft, harvest: Harvest) -> None:
    """Only words count: a thumb alone is no review."""
    if draft.native_id is None:
        harvest.problems.append(f"{draft.where}: dropped, it has no recommendationid")
    elif draft.is_empty:
        harvest.skipped["review without words"] += 1
    else:
        harvest.drafts.append(draft)


def _answers(page: Page) -> list[dict[str, Any]]:
    """The answer, or those that a file holds by the numbers of their apps."""
    try:
        value = page.json if page.looks_like_json else None
    except UnreadableJson:
        return []
    if not isinstance(value, dict):
        return []
    if "success" in value or "query_summary" in value or "reviews" in value:
        return [value]
    return [one for one in value.values() if isinstance(one, dict) and "query_summary" in one]


def _complaints(answers: Iterable[dict[str, Any]]) -> list[str]:
    """What an answer without reviews means: Steam also says `success` for an unknown app."""
    complaints = []
    for answer in answers:
        if text_at(answer, "success") not in ("1", ""):
            complaints.append(f"Steam refuses: success is {text_at(answer, 'success')[:20]!r}")
        elif at(answer, "query_summary", "total_reviews") == 0:
            complaints.append(
                "Steam counts no review, as it does for an unknown app: check its number"
            )
    return complaints


def _draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    created = text_at(row, "timestamp_created")
    updated = text_at(row, "timestamp_updated")
    steam_id = one_line(text_at(row, "author", "steamid"))[:30]
    app = _app_of(page)
    return Draft(
        where=f"review {number}",
        native_id=one_line(text_at(row, "recommendationid"))[:30] or None,
        author=_author(row, steam_id),
        text=clean(without_markup(text_at(row, "review")[: 2 * LONG_LIMIT])),
        url=f"{PEOPLE}/{steam_id}/recommended/{app}/" if app and steam_id.isdigit() else page.url,
        language=LANGUAGES.get(text_at(row, "language"), ""),
        published=parse_date(created, page.fetched_at),
        edited_at=parse_date(updated, page.fetched_at).value if updated != created else None,
        votes=Votes(helpful=count(at(row, "votes_up")) or 0),
        replies=_replies(row, page),
        verified_purchase=flag_at(row, "steam_purchase"),
        recommends=flag_at(row, "voted_up"),
        usage_period=_hours(row, "playtime_at_review", "playtime_forever"),
        extra=_extra(row, app),
    )


def _author(row: dict[str, Any], steam_id: str) -> Author:
    return Author(
        id=steam_id or None,
        name=short(text_at(row, "author", "personaname")),
        profile_url=f"{PEOPLE}/{steam_id}" if steam_id.isdigit() else None,
        reviews_count=count(at(row, "author", "num_reviews")),
    )


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = clean(without_markup(text_at(row, "developer_response")[: 2 * LONG_LIMIT]))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(row, page.fetched_at, "timestamp_dev_responded")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _hours(row: dict[str, Any], *names: str) -> str:
    """Time played as the store shows it; Steam counts minutes."""
    minutes = next((one for name in names if (one := count(at(row, "author", name)))), None)
    return f"{minutes / 60:.1f} hours" if minutes is not None else ""


def _extra(row: dict[str, Any], app: str) -> dict[str, Any]:
    flags = ("received_for_free", "written_during_early_access", "refunded", "primarily_steam_deck")
    numbers = ("votes_funny", "comment_count")
    marks = {name: True for name in flags if flag_at(row, name)}
    counts = {name: number for name in numbers if (number := count(at(row, name)))}
    own = {"app": app, "original_language": short(text_at(row, "language"), 30)}
    return {**{name: value for name, value in own.items() if value}, **counts, **marks}


def _claimed(answers: Iterable[dict[str, Any]]) -> int | None:
    """Only the first page of an app counts them."""
    totals = [
        total
        for answer in answers
        if isinstance(total := at(answer, "query_summary", "total_reviews"), int)
    ]
    return sum(totals) if totals else None


def _next_urls(answers: list[dict[str, Any]], page: Page, problems: list[str]) -> tuple[str, ...]:
    cursor = text_at(answers, 0, "cursor")
    if cursor in ("", "*") or cursor == query_of(page.url).get("cursor") or len(answers) > 1:
        return ()
    app = _app_of(page)
    if not app:
        problems.append("further pages exist, but the app is unknown: give its address (--url)")
        return ()
    return (_address(app, cursor[:2_000]),)


def _address(app: str, cursor: str) -> str:
    query = {
        "json": "1", "filter": "recent", "language": "all", "purchase_type": "all",
        "filter_offtopic_activity": "0", "num_per_page": str(PAGE_REVIEWS), "cursor": cursor,
    }  # fmt: skip
    return f"{STORE}/{app}?{urlencode(query)}"


def _app_of(page: Page) -> str:
    found = _APP.search(page.url)
    return found.group(1) if found and is_of(page.url, *_SITES) else ""


STEAM = Steam()
