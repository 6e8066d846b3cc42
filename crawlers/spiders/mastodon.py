"""Posts of Mastodon and its kin, from the interface that every instance has."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlsplit

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.draft import short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.mastodon_addresses import (
    TOPIC,
    following,
    interface_addresses,
    is_list,
    is_search,
    posts_of_account,
    sent,
    thread_of,
)
from crawlers.parsing.mastodon_kin import (
    as_statuses,
    boosts_alone,
    is_of_kin,
    statuses_on,
)
from crawlers.parsing.mastodon_posts import (
    Threads,
    draft_of,
    headline,
    is_closed,
    post_in,
    posts_of,
)
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_SIGNS = (
    ('"in_reply_to_id"', '"reblogs_count"'), ('"ancestors"', '"descendants"'),
    ('"accounts"', '"statuses"', '"hashtags"'), ('"acct"', '"statuses_count"'),
)  # fmt: skip
"""Names that stand together in no other interface."""
_ERRORS: tuple[tuple[str, BlockedReason], ...] = (
    ("not found", "not_found"), ("access token", "login"), ("authenticated", "login"),
    ("log in", "login"), ("login", "login"), ("too many", "rate_limited"),
    ("throttled", "rate_limited"), ("temporar", "rate_limited"), ("not allowed", "forbidden"),
    ("forbidden", "forbidden"), ("scopes", "forbidden"), ("blocked", "forbidden"),
)  # fmt: skip
_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?")


class Mastodon:
    """Tags, accounts with the replies to them, threads, and the search for members."""

    name: Literal["mastodon"] = "mastodon"
    kind: SourceKind = "social"
    access = Access(
        needs="nothing; host:token, as mastodon.example:abc, for searches and closed instances",
        paging="max_id= with the last post, forty a page, newest first; offset= in a search",
        key="OTZVUK_KEY_MASTODON",
        gives=frozenset(
            ("id", "author", "author_profile", "title", "text", "date", "edited", "votes", "media",
             "language", "thread")
        ),
        terms_url="https://mastodon.social/terms-of-service",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Posts of a tag, of an account, of a thread or of a search, of any instance."""
        found = interface_addresses(url)
        if not found:
            raise UsageError(
                f"{url!r} names no tag, account or post of an instance: expected "
                "https://mastodon.example/tags/name, …/@name or …/search?q=words"
            )
        return found

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET; the token goes to the instance that gave it, and to no other."""
        host, _, token = (key or "").strip().rpartition(":")
        parts = urlsplit(address)
        is_own = bool(_HOST.fullmatch(host)) and parts.netloc.casefold() == host.casefold()
        secret = (("Authorization", f"Bearer {token}"),)
        if not is_own or not token or parts.scheme != "https":
            return PageRequest(url=sent(address))
        return PageRequest(url=sent(address), headers=secret)

    def recognises(self, page: Page) -> float:
        """By names of the interface, whatever the instance; by the address of an empty list."""
        if not page.looks_like_json or is_of_kin(page):
            return 0.9 if is_of_kin(page) else 0.0
        head = page.text[:50_000]
        if any(all(sign in head for sign in signs) for signs in _SIGNS):
            return 0.95
        return 0.9 if is_list(page.url) and len(head.strip()) == len("[]") else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every open post with words; for an account, where its posts are."""
        harvest = Harvest.of(page)
        answer = answer_of(page, harvest.problems)
        if boosts := boosts_alone(answer):
            harvest.is_known = True
            harvest.skipped["boost without its post"] += boosts
        items = posts_of(as_statuses(answer, page.host))
        items = _drawn(page, harvest) if items is None else items
        if items is not None:
            _read(items, page, harvest)
        elif isinstance(at(answer, "acct"), str) and text_at(answer, "id"):
            harvest.is_known = True
            if page.host:
                harvest.links.append(posts_of_account(page.url, text_at(answer, "id")[:100]))
        elif people := [one for one in dicts_at(answer) if "acct" in one]:
            harvest.is_known = True
            harvest.skipped["account"] += len(people)
        else:
            _refuse(answer, harvest)
        for name in ("accounts", "hashtags"):
            if beside := len(dicts_at(answer, name)):
                harvest.skipped[name.removesuffix("s")] += beside
        return harvest.parsed(page, self)


def _drawn(page: Page, harvest: Harvest) -> list[Any] | None:
    """Posts that a saved page shows; None for what shows none."""
    if page.looks_like_json or not is_of_kin(page):
        return None
    root = parse_html(page.text, harvest.problems)
    return None if root is None else statuses_on(root, page) or None


def _read(items: list[Any], page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    posts = [post_in(item) for item in items]
    topic = query_of(page.url).get(TOPIC, "")
    threads = Threads.of((post for post in posts if post), topic)
    seen: set[str] = set()
    for number, post in enumerate(posts, start=1):
        where = f"post {number}"
        if post is None or not (text_at(post, "id") or text_at(post, "uri")):
            harvest.problems.append(f"{where}: dropped, it is no post with an id")
        elif text_at(post, "id") in seen:
            harvest.skipped["boost of a post that is there itself"] += 1
        elif is_closed(post):
            harvest.skipped["post that is not for everybody"] += 1
        else:
            seen.add(text_at(post, "id"))
            _take(post, where, threads, page, harvest)
    last = text_at(items[-1], "id") if items else ""
    harvest.links.insert(0, following(page.url, last, len(items)))
    if is_search(page.url) and not items and "offset=" not in page.url:
        harvest.problems.append("no post: without a key an instance finds accounts and tags alone")


def _take(post: dict[str, Any], where: str, threads: Threads, page: Page, harvest: Harvest) -> None:
    draft = draft_of(post, where, threads, page, harvest.problems)
    if draft.is_empty:
        harvest.skipped["post without words"] += 1
    else:
        harvest.drafts.append(draft)
    is_answered = (count(at(post, "replies_count")) or 0) > 0
    if is_answered if draft.parent_id is None else not is_list(page.url):
        harvest.links.append(thread_of(page.url, text_at(post, "id"), headline(post)))


def _refuse(answer: Any, harvest: Harvest) -> None:
    said = text_at(answer, "error") or text_at(answer, "errors")
    if said:
        low = said[:500].casefold()
        harvest.blocked = next((why for sign, why in _ERRORS if sign in low), "forbidden")
        harvest.problems.append(f"the instance refuses: {short(said, 200)}")


MASTODON = Mastodon()
