"""Stories and comments of Hacker News, from its search and from its official interface."""

from __future__ import annotations

import re
from typing import Any, Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of, is_of
from crawlers.parsing.draft import short
from crawlers.parsing.hackernews_addresses import (
    answer_addresses,
    discussions,
    following,
    interface_address,
    is_older_part,
)
from crawlers.parsing.hackernews_items import (
    Item,
    answers_of,
    draft_of,
    is_documentation,
    is_item,
    tree,
    why_not,
)
from crawlers.parsing.hackernews_pages import is_site_page, site_page
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

OFFICIAL = "hacker-news.firebaseio.com"
_HOSTS = ("hn.algolia.com", OFFICIAL)
_HIT = re.compile(r'"(?:comment_text|story_text|story_title|num_comments)"\s*:')
_TYPE = re.compile(r'"type"\s*:\s*"(?:story|comment|job|poll|pollopt)"')
_OWN = re.compile(r'"(?:by|created_at_i)"\s*:')


class HackerNews(PlainRequests):
    """Mentions: a search by date, a story with all below it, or one item after another."""

    name: Literal["hackernews"] = "hackernews"
    kind: SourceKind = "qa"
    access = Access(
        paging="page= for the newest thousand, then created_at_i<= for the older; kids one by one",
        gives=frozenset(
            ("id", "author", "author_profile", "title", "text", "date", "votes", "thread",
             "claimed_total")
        ),
        terms_url="https://www.ycombinator.com/legal/",
        evidence="documentation",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A search, a story or comment with its answers, one person's posts, links to a site."""
        found = interface_address(url)
        if not found:
            raise UsageError(
                f"{url!r} names nothing of Hacker News: expected hn.algolia.com/?q=words, "
                "news.ycombinator.com/item?id=8863 or news.ycombinator.com/from?site=shop.example"
            )
        return (found,)

    def recognises(self, page: Page) -> float:
        """By the interfaces' hosts, or by names that only their answers have."""
        if not page.looks_like_json:
            return 0.9 if is_site_page(page) else 0.6 if is_documentation(page) else 0.0
        if host_of(page.url) in _HOSTS:
            return 0.95
        head = page.text[:50_000]
        is_hit = '"objectID"' in head and _HIT.search(head) is not None
        return 0.9 if is_hit or (_TYPE.search(head) and _OWN.search(head)) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every story and comment with words, and where more of them are."""
        harvest = Harvest.of(page)
        if is_of(page.url, OFFICIAL) and page.text.strip() == "null":
            harvest.blocked = "not_found"
        answers = answers_of(page, harvest.problems)
        items = [item for answer in answers for item in _items(answer, page, harvest)]
        if not page.looks_like_json and is_site_page(page):
            items = _shown(page, harvest)
        for number, item in enumerate(items, start=1):
            _take(item, f"item {number}", page, harvest)
        if len(answers) > 1:
            harvest.claimed = None
        return harvest.parsed(page, self)


def _items(answer: Any, page: Page, harvest: Harvest) -> list[Item]:
    """The items of an answer; what it says of others goes into the harvest."""
    hits = at(answer, "hits")
    if isinstance(hits, list):
        harvest.is_known = True
        harvest.claimed = _claimed(answer, page)
        harvest.links.extend((following(page.url, answer), *discussions(page.url, answer)))
        ill = len(hits) - len(dicts_at(answer, "hits"))
        harvest.problems.extend([f"{ill} hits dropped, they are no objects"] * bool(ill))
        return [Item(hit) for hit in dicts_at(answer, "hits")]
    if isinstance(at(answer, "results"), list):
        return [one for part in dicts_at(answer, "results") for one in _items(part, page, harvest)]
    if isinstance(answer, list):
        return _listed(answer, page, harvest)
    if is_item(answer):
        harvest.is_known = True
        harvest.links.extend(answer_addresses(at(answer, "kids")))
        total = count(at(answer, "descendants"))
        harvest.claimed = total + 1 if total is not None and "kids" in answer else harvest.claimed
        return list(tree(answer))
    if host_of(page.url) == OFFICIAL and (at(answer, "items") or at(answer, "id")):
        # What changed last, or an account: numbers of items, and no item.
        harvest.is_known = True
        harvest.links.extend(answer_addresses(at(answer, "items") or at(answer, "submitted")))
    _refuse(answer, harvest)
    return []


def _listed(answer: list[Any], page: Page, harvest: Harvest) -> list[Item]:
    """Items in a row, as exports keep them; or the numbers of a list such as the newest stories."""
    rows = [row for row in answer if is_item(row)]
    numbers = answer_addresses(answer) if host_of(page.url) == OFFICIAL else []
    harvest.links.extend(numbers)
    harvest.is_known = harvest.is_known or bool(rows or numbers)
    return [item for row in rows for item in tree(row)]


def _shown(page: Page, harvest: Harvest) -> list[Item]:
    """The items of a page of the site itself."""
    root = parse_html(page.text, harvest.problems)
    if root is None:
        return []
    shown = site_page(root)
    harvest.is_known = True
    harvest.claimed = shown.claimed
    harvest.links.append(shown.next_url)
    return shown.items


def _claimed(answer: Any, page: Page) -> int | None:
    """Hits of the whole question, where they were counted and not guessed."""
    is_guessed = at(answer, "exhaustiveNbHits") is False or is_older_part(page.url)
    return None if is_guessed else count(at(answer, "nbHits"))


def _take(item: Item, where: str, page: Page, harvest: Harvest) -> None:
    if not item.native:
        harvest.problems.append(f"{where}: dropped, it has no number")
    elif reason := why_not(item):
        harvest.skipped[reason] += 1
    elif (draft := draft_of(item, where, page, harvest.problems)).is_empty:
        harvest.skipped["item without words"] += 1
    else:
        harvest.drafts.append(draft)


def _refuse(answer: Any, harvest: Harvest) -> None:
    """Refusals of the search: `{"status": 404, "error": "Not Found"}`, `{"message": …}`."""
    said = text_at(answer, "error") or text_at(answer, "message")
    status = text_at(answer, "status") or text_at(answer, "code")
    if not said:
        return
    is_limit = status == "429" or "rate" in said.casefold() or "blacklist" in said.casefold()
    is_missing = status == "404" or "not found" in said.casefold()
    harvest.blocked = "rate_limited" if is_limit else "not_found" if is_missing else "forbidden"
    harvest.problems.append(f"Hacker News refuses: {status[:10]} {short(said, 200)}")


HACKERNEWS = HackerNews()
