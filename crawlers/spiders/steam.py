"""Players' reviews of a game or program on Steam, from the store's open interface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, query_of
from crawlers.parsing.css import all_of, attribute, first
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.steam_cards import PEOPLE, card_drafts
from crawlers.parsing.steam_words import LANGUAGES, without_markup
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, SourceKind, Votes

STORE = "https://store.steampowered.com/appreviews"
PAGE_REVIEWS = 100
"""The most that Steam gives at once."""

_APP = re.compile(r"/(?:app|apps|appreviews)/(\d{1,10})(?:[/?]|$)")
_SITES = ("steampowered.com", "steamcommunity.com")
_SIGN = re.compile(r'"(?:query_summary|recommendationid)"\s*:')


class Steam(PlainRequests):
    """Recommended or not, without stars; all languages, the reviews of campaigns included. Saved
    pages of the store, of the community and of players are read as well.
    """

    name: Literal["steam"] = "steam"
    kind: SourceKind = "app_store"
    access = Access(
        paging="cursor of the answer, * for the first page",
        gives=frozenset(
            ("id", "author", "author_profile", "text", "date", "edited", "verified", "recommends",
             "usage_period", "votes", "reply", "language", "product", "claimed_total")
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
        """By names that no other interface has, and by the cards of Steam's pages."""
        if page.looks_like_json:
            head = page.text[:20_000]
            return 0.95 if _SIGN.search(head) or _is_drawn(head) else 0.0
        if "<" not in page.text[:20_000]:
            return 0.0
        return 0.95 if is_of(page.url, *_SITES) or _is_drawn(page.text) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every review with words of one answer, or of several that were saved as one file."""
        harvest = Harvest.of(page)
        if not page.looks_like_json:
            _read_markup(page.text, page, harvest)
            return harvest.parsed(page, self)
        answers = _answers(page, harvest.problems)
        harvest.is_known = bool(answers)
        harvest.problems.extend(_complaints(answers))
        harvest.claimed = _claimed(answers)
        rows = [row for answer in answers for row in dicts_at(answer, "reviews")]
        for number, row in enumerate(rows, start=1):
            _add(_draft(row, number, page), harvest)
        for answer in answers:
            _read_cards(text_at(answer, "html"), page, harvest)
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


def _is_drawn(text: str) -> bool:
    """Whether cards of Steam stand there: other sites call a box of reviews `review_box`, too."""
    return "apphub_UserReviewCardContent" in text or (
        "review_box" in text and "vote_header" in text and "steam" in text
    )


def _read_markup(text: str, page: Page, found: Harvest) -> None:
    """A saved page of the store or of the community."""
    root = _read_cards(text, page, found)
    if root is None:
        return
    found.is_known = _is_drawn(text) or is_of(canonical_url(root), *_SITES)
    found.claimed = count(attribute(root, "meta[itemprop=reviewCount]", "content") or None)
    if found.drafts:
        own = page.url or canonical_url(root)
        found.links.extend(_following(root, own) or next_pages(root, own, own)[:1])


def _read_cards(text: str, page: Page, found: Harvest) -> etree._Element | None:
    root = parse_html(text, found.problems) if text else None
    for draft in [] if root is None else card_drafts(root, page):
        if draft.is_empty:
            found.skipped["review without words"] += 1
        else:
            found.drafts.append(draft)
    return root


def _following(root: etree._Element, own: str) -> tuple[str, ...]:
    """The community's form that asks for more cards, as an address."""
    form = first(root, "form[id^=MoreContentForm]")
    action = "" if form is None else form.get("action") or ""
    if form is None or not is_of(action, *_SITES):
        return ()
    named = [(one.get("name") or "", one.get("value") or "") for one in all_of(form, "input")]
    query = {name: value[:500] for name, value in named if name}
    cursor = query.get("userreviewscursor", "")
    if cursor in ("", "*") or cursor == query_of(own).get("userreviewscursor"):
        return ()
    return (f"{action}?{urlencode(query)}",)


def _answers(page: Page, problems: list[str]) -> list[dict[str, Any]]:
    """The answer, or those that a file holds: by the numbers of their apps, or as its lines.

    Some collectors keep the reviews by their numbers, or as a bare list.
    """
    value = answer_of(page, problems)
    if isinstance(value, list):
        rows = [row for row in dicts_at(value) if "recommendationid" in row]
        listed = [one for one in dicts_at(value) if _is_answer(one)]
        return [{"reviews": rows}] if rows else [_with_list(one) for one in listed]
    if not isinstance(value, dict):
        return []
    if _is_answer(value):
        return [_with_list(value)]
    return [
        _with_list(one)
        for one in value.values()
        if isinstance(one, dict) and "query_summary" in one
    ]


def _is_answer(value: dict[str, Any]) -> bool:
    return bool(value.keys() & {"success", "query_summary", "reviews"})


def _with_list(answer: dict[str, Any]) -> dict[str, Any]:
    """Reviews that are kept by their numbers as the list that Steam gave."""
    kept = answer.get("reviews")
    return {**answer, "reviews": list(kept.values())} if isinstance(kept, dict) else answer


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
    steam_id = one_line(str(_of_author(row, "steamid") or ""))[:30]
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
        name=short(str(_of_author(row, "personaname") or "")),
        profile_url=f"{PEOPLE}/{steam_id}" if steam_id.isdigit() else None,
        reviews_count=count(_of_author(row, "num_reviews")),
    )


def _of_author(row: dict[str, Any], name: str) -> str | int | float | None:
    """What is told of the author; tables that were made of the answers have it beside the rest."""
    found = (at(row, "author", name), row.get(f"author.{name}"), row.get(f"author_{name}"))
    told = (one for one in found if not isinstance(one, bool))
    return next((one for one in told if isinstance(one, str | int | float)), None)


def _replies(row: dict[str, Any], page: Page) -> tuple[Reply, ...]:
    text = clean(without_markup(text_at(row, "developer_response")[: 2 * LONG_LIMIT]))[:LONG_LIMIT]
    if not text:
        return ()
    moment = time_at(row, page.fetched_at, "timestamp_dev_responded")
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _hours(row: dict[str, Any], *names: str) -> str:
    """Time played as the store shows it; Steam counts minutes."""
    minutes = next((one for name in names if (one := count(_of_author(row, name)))), None)
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
