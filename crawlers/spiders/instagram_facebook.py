"""Comments on Instagram and Facebook and recommendations of pages, from the Graph API."""

from __future__ import annotations

import re
from typing import Any, Literal

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.graph_api_addresses import (
    ACCOUNT,
    TOPIC,
    base_of,
    comments_of,
    comments_of_media,
    is_graph,
    place_of,
    sent,
    starts,
    titled,
    without_secrets,
)
from crawlers.parsing.graph_api_drafts import draft_of
from crawlers.parsing.graph_api_errors import refusal
from crawlers.parsing.graph_api_kin import is_of_kin, rows_of, states_of
from crawlers.parsing.graph_api_objects import Around, Walk, headline, kind_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.ratings import count
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_STAMP = r'\s*:\s*"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000"'
_FACEBOOK = re.compile(rf'"created_time"{_STAMP}')
_SAID = re.compile(r'"(?:message|permalink_url|review_text|recommendation_type)"\s*:')
_INSTAGRAM = re.compile(rf'"timestamp"{_STAMP}')
_CAPTION = re.compile(r'"(?:text|caption|media_type)"\s*:')


class InstagramFacebook:
    """One interface and one kind of key for both networks, each account its own."""

    name: Literal["instagram_facebook"] = "instagram_facebook"
    kind: SourceKind = "social"
    access = Access(
        needs="an access token of the page or of the business account whose comments are read",
        paging="paging.next of every list; recommendations, posts and comments are lists apart",
        key="OTZVUK_KEY_INSTAGRAM_FACEBOOK",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "recommends", "text", "date", "votes",
             "reply", "media", "thread", "claimed_total")
        ),
        terms_url="https://developers.facebook.com/terms/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Recommendations and posts of a page, comments of a post, posts of an account."""
        found = starts(url)
        if not found:
            raise UsageError(
                f"{url!r} names no page, post or account that the interface knows: expected "
                "facebook.com/name, facebook.com/permalink.php?story_fbid=1&id=2, "
                "instagram.com/name (all its posts) or an address of graph.facebook.com"
            )
        return found

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the token in a header."""
        secret = (("Authorization", f"Bearer {key}"),) if key and is_graph(address) else ()
        return PageRequest(url=sent(address), headers=secret)

    def recognises(self, page: Page) -> float:
        """By the host, or by names and stamps as the interface writes them."""
        if not page.looks_like_json:
            return 0.85 if is_of_kin(page) else 0.0
        if is_graph(page.url):
            return 0.95
        head = page.text[:50_000]
        is_facebook = _FACEBOOK.search(head) and _SAID.search(head)
        is_instagram = _INSTAGRAM.search(head) and _CAPTION.search(head)
        is_error = '"fbtrace_id"' in head and '"error"' in head
        if is_facebook or is_instagram or is_error:
            return 0.9
        return 0.85 if is_of_kin(page) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Everything with words in the answer, and where its lists go on."""
        harvest = Harvest.of(page)
        answer = answer_of(page, harvest.problems)
        harvest.blocked, said = refusal(answer)
        if said:
            harvest.problems.append(f"the interface refuses: {said}")
        walk = Walk()
        found = _of_kin(answer, page, harvest) or walk.through(answer, _start(answer, page))
        for number, (row, around) in enumerate(found, start=1):
            _take(row, around, f"item {number}", page, harvest)
        if harvest.blocked:
            harvest.drafts.clear()
        harvest.is_known = harvest.is_known or walk.is_known
        totals = (("summary", "total_count"), ("comments", "summary", "total_count"))
        counts = (count(at(answer, *path)) for path in totals)
        harvest.claimed = next((one for one in counts if one is not None), None)
        harvest.problems.extend([f"{walk.ill} items dropped, they are no objects"] * bool(walk.ill))
        harvest.links[:0] = _following(walk.links, page)
        return harvest.parsed(page, self)


def _of_kin(answer: Any, page: Page, harvest: Harvest) -> list[tuple[dict[str, Any], Around]]:
    """What the networks give elsewhere than in the Graph API; nothing for an answer of that."""
    if is_graph(page.url) or not is_of_kin(page):
        return []
    states = answer if page.looks_like_json else states_of(page, harvest.problems)
    found = list(rows_of(states))
    harvest.is_known = bool(found)
    return found


def _start(answer: Any, page: Page) -> Around:
    """Which list of which object is read; the answer's own links tell it where nobody does."""
    following = text_at(answer, "paging", "next")
    known = (page.url, following, text_at(answer, "paging", "previous"))
    owner, list_name = next((found for url in known if (found := place_of(url))[0]), ("", ""))
    first, _, last = owner.rpartition("_")
    if not list_name and at(answer, "summary", "order") is not None:
        list_name = "comments"
    is_reply = list_name == "replies"
    return Around(
        list_name=list_name,
        owner=owner,
        thread="" if is_reply or not list_name else last or first,
        parent=owner if is_reply else "",
        topic=query_of(page.url).get(TOPIC, ""),
    )


def _take(row: dict[str, Any], around: Around, where: str, page: Page, harvest: Harvest) -> None:
    kind = kind_of(row, around)
    wanted, owner = query_of(page.url).get(ACCOUNT, ""), text_at(row, "username")
    if kind == "post" and wanted and owner and owner.casefold() != wanted.casefold():
        harvest.blocked = "forbidden"
        harvest.problems.append(f"the key belongs to {owner[:40]!r}, not to {wanted[:40]!r}")
        return
    if around.list_name == "messages" or text_at(row, "id").startswith(("m_", "m.", "mid.")):
        harvest.skipped["private message"] += 1
        return
    draft = draft_of(row, around, where, page)
    if draft.is_empty:
        harvest.skipped[f"{'recommendation' if kind == 'rating' else kind} without words"] += 1
    else:
        harvest.drafts.append(draft)
    if kind == "post" and "comments" not in row:
        harvest.links.extend(_unasked(row, page))


def _unasked(row: dict[str, Any], page: Page) -> list[str]:
    """Comments of a post that the address did not ask for together with it."""
    base, native = base_of(page.url), text_at(row, "id")[:100]
    if not base or not native.replace("_", "").isdecimal():
        return []
    if "comments_count" in row or "timestamp" in row:
        said = count(at(row, "comments_count"))
        topic = headline(row)
        return [comments_of_media(base, native, topic)] if said or said is None else []
    is_asked = "comments" in query_of(page.url).get("fields", "")
    return [] if is_asked else [comments_of(base, native, headline(row))]


def _following(links: list[tuple[str, str]], page: Page) -> list[str]:
    """The next parts of all lists, on the interface's own hosts alone, without its token."""
    wanted = query_of(page.url).get(ACCOUNT, "")
    kept = {ACCOUNT: wanted} if wanted else {}
    return [
        without_secrets(link, **kept, **titled(topic)) for link, topic in links if is_graph(link)
    ]


INSTAGRAM_FACEBOOK = InstagramFacebook()
