"""Posts and comments of Reddit: threads, newest of a subreddit, searches, links to a site."""

from __future__ import annotations

import re
from typing import Literal

from crawlers.credentials import TokenGrant
from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.reddit_links import API, PUBLIC, sent, starts
from crawlers.parsing.reddit_pages import answer_on, is_drawn
from crawlers.parsing.reddit_reader import Reader
from crawlers.parsing.reddit_refusals import refusal
from crawlers.parsing.reddit_things import Answer
from crawlers.source import Access, PageRequest
from pipeline.records import SourceKind

_SIGNS = re.compile(
    r'"kind"\s*:\s*"(?:Listing|t1|t3|more)"|"subreddit_id"\s*:\s*"t5_|"link_id"\s*:\s*"t3_'
    r'|"parsedId"\s*:\s*"'
)


class Reddit:
    """Mentions; a stub stands for comments that an answer leaves out."""

    name: Literal["reddit"] = "reddit"
    kind: SourceKind = "forum"
    access = Access(
        needs="id:secret of a Reddit application (or an access token); without one the public "
        ".json answers, which Reddit refuses to most who are not logged in",
        paging="after, a hundred posts at a time, newest first; hidden comments by their ids",
        cap=1_000,
        key="OTZVUK_KEY_REDDIT",
        token=TokenGrant(
            url="https://www.reddit.com/api/v1/access_token", grant="client_credentials",
            in_header=True,
        ),
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "title", "text", "date", "edited",
             "votes", "media", "thread", "claimed_total")
        ),
        terms_url="https://redditinc.com/policies/data-api-terms",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The public answers."""
        return starts(url, PUBLIC)

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same lists from the interface that wants a token."""
        return starts(url, API)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET, with the token where it belongs."""
        is_api = address.startswith(f"{API}/")
        secret = (("Authorization", f"bearer {key}"),) if key and is_api else ()
        return PageRequest(url=sent(address), headers=secret)

    def recognises(self, page: Page) -> float:
        """By the host, or by how Reddit names its things."""
        if not page.looks_like_json:
            return 0.95 if is_drawn(page) else 0.0
        if is_of(page.url, "reddit.com"):
            return 0.95
        return 0.9 if _SIGNS.search(page.text[:50_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every post and comment of the answer, and where the rest of them is."""
        harvest = Harvest.of(page)
        value = answer_of(page, harvest.problems)
        is_shown = not page.looks_like_json and is_drawn(page)
        harvest.blocked, said = (None, "") if is_shown else refusal(value, page)
        if said:
            harvest.problems.append(said)
        answer = answer_on(page, harvest.problems) if is_shown else Answer.of(value)
        harvest.is_known = answer.is_known
        if answer.others:
            harvest.skipped["neither post nor comment"] += answer.others
        Reader(answer, page, harvest).read()
        return harvest.parsed(page, self)


REDDIT = Reddit()
