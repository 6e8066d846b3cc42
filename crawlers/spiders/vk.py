"""Posts and comments of VK walls and discussions, from the interface of VK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.ratings import count
from crawlers.parsing.text import clean, one_line
from crawlers.parsing.vk_answers import lists_of
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind, Votes

API = "https://api.vk.com/method"
VERSION = "5.199"
PAGE_ITEMS = 100
SITES = ("vk.com", "vk.ru")

_WALL = re.compile(r"wall(-?\d{1,15})_(\d{1,15})")
_TOPIC = re.compile(r"topic-(\d{1,15})_(\d{1,15})")
_OWNER = re.compile(r"/(?:(?P<group>club|public|event)|id)(?P<number>\d{1,15})/?$")
_NAME = re.compile(r"/([A-Za-z][\w.]{2,60})/?$")
_FROM = re.compile(r'"(?:from_id|uid)"\s*:\s*-?\d')
_ITEM = re.compile(r'"(?:parents_stack|post_source|reposts|owner_id)"\s*:\s*[-\d\[{]')
_MENTION = re.compile(r"\[(?:id|club|public)\d+\|([^\]]{1,300})\]")
_ERRORS: Mapping[str, BlockedReason] = {
    "5": "login", "6": "rate_limited", "7": "forbidden", "9": "rate_limited", "14": "captcha",
    "15": "forbidden", "17": "login", "18": "not_found", "27": "forbidden", "28": "forbidden",
    "29": "rate_limited", "30": "forbidden", "100": "not_found", "113": "not_found",
    "203": "forbidden", "212": "forbidden",
}  # fmt: skip
"""Codes of the interface's documentation."""
_MEDIA = frozenset(("photo", "video", "doc", "audio", "graffiti"))


class Vk:
    """Mentions; whose words they are stands in lists of profiles and groups beside them."""

    name: Literal["vk"] = "vk"
    kind: SourceKind = "social"
    access = Access(
        needs="a service token of a VK application",
        paging="count and offset, newest first",
        key="OTZVUK_KEY_VK",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "text", "date", "votes", "media", "thread",
             "claimed_total")
        ),
        terms_url="https://dev.vk.com/ru/rules",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Comments of a post or a discussion, or the posts of a wall."""
        if is_of(url, "api.vk.com"):
            return (_without_token(url),)
        if not is_of(url, *SITES):
            raise UsageError(f"{url!r} is not of VK: expected vk.com/wall-1_2, vk.com/club1 …")
        if post := _WALL.search(url):
            return (_comments(post.group(1), post.group(2), 0),)
        if topic := _TOPIC.search(url):
            group, number = topic.groups()
            return (_address("board.getComments", group_id=group, topic_id=number, sort="desc"),)
        if owner := _OWNER.search(path_of(url)):
            sign = "-" if owner["group"] else ""
            return (_address("wall.get", owner_id=sign + owner["number"]),)
        if name := _NAME.search(path_of(url)):
            return (_address("wall.get", domain=name.group(1)),)
        raise UsageError(f"{url!r} names no wall, post or discussion of VK")

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the token in a header."""
        is_api = address.startswith(f"{API}/")
        secret = (("Authorization", f"Bearer {key}"),) if key and is_api else ()
        return PageRequest(url=address, headers=secret)

    def recognises(self, page: Page) -> float:
        """By the host, or by names that only VK gives to its fields."""
        if is_of(page.url, "api.vk.com"):
            return 0.95
        head = page.text[:50_000] if page.looks_like_json else ""
        if '"response"' in head and _FROM.search(head):
            return 0.9
        return 0.85 if _FROM.search(head) and _ITEM.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every post or comment, the comments below it, and the rest of the list."""
        harvest = Harvest.of(page)
        try:
            answer = page.json if page.looks_like_json else None
        except UnreadableJson as error:
            answer = None
            harvest.problems.append(f"answer cannot be read: {error}")
        _refuse(answer, harvest)
        lists = lists_of(answer)
        harvest.is_known = bool(lists)
        for one in lists:
            _read(one, page, harvest)
        if len(lists) > 1:
            harvest.claimed = None
        return harvest.parsed(page, self)


def _read(part: dict[str, Any], page: Page, harvest: Harvest) -> None:
    names = _names(part)
    items = dicts_at(part, "items")
    for number, item in enumerate(items, start=1):
        _take(item, f"item {number}", names, page, harvest)
    totals = (count(at(part, name)) for name in ("current_level_count", "count"))
    harvest.claimed = next((total for total in totals if total), None)
    if len(items) >= PAGE_ITEMS:
        harvest.links.append(_following(page.url, len(items)))


def _refuse(answer: Any, harvest: Harvest) -> None:
    error = at(answer, "error")
    if error is None:
        return
    code = text_at(error, "error_code")
    harvest.blocked = _ERRORS.get(code, "forbidden")
    harvest.problems.append(f"VK refuses: {code} {text_at(error, 'error_msg')[:200]}")


def _names(response: Any) -> dict[str, tuple[str, str]]:
    """Author's number → shown name and profile; groups have negative numbers."""
    found = {}
    for person in dicts_at(response, "profiles"):
        number = text_at(person, "id")
        name = f"{text_at(person, 'first_name')} {text_at(person, 'last_name')}"
        found[number] = (one_line(name)[:300], f"https://vk.com/id{number}")
    for group in dicts_at(response, "groups"):
        number = text_at(group, "id")
        found[f"-{number}"] = (
            one_line(text_at(group, "name"))[:300],
            f"https://vk.com/club{number}",
        )
    return found


def _take(
    item: dict[str, Any],
    where: str,
    names: Mapping[str, tuple[str, str]],
    page: Page,
    harvest: Harvest,
) -> None:
    if at(item, "deleted") is True:
        harvest.skipped["deleted"] += 1
    elif at(item, "marked_as_ads") == 1:
        harvest.skipped["advertisement"] += 1
    else:
        draft = _draft(item, where, names, page)
        if draft.is_empty:
            harvest.skipped["post without words"] += 1
        else:
            harvest.drafts.append(draft)
    below = dicts_at(item, "thread", "items")
    for number, reply in enumerate(below, start=1):
        _take({**reply, "thread": None}, f"{where} reply {number}", names, page, harvest)
    owner, post = text_at(item, "owner_id"), text_at(item, "post_id")
    hidden = (count(at(item, "thread", "count")) or 0) > len(below)
    if hidden and owner and post:
        harvest.links.append(_comments(owner, post, 0, text_at(item, "id")))
    is_post = "comments" in item and not post
    if is_post and owner and (count(at(item, "comments", "count")) or 0) > 0:
        harvest.links.append(_comments(owner, text_at(item, "id"), 0))


def _draft(
    item: dict[str, Any], where: str, names: Mapping[str, tuple[str, str]], page: Page
) -> Draft:
    query = query_of(page.url)
    native = text_at(item, "id")
    owner = (
        text_at(item, "owner_id") or query.get("owner_id", "") or f"-{query.get('group_id', '')}"
    )
    post = text_at(item, "post_id") or query.get("post_id", "") or query.get("topic_id", "")
    stack = at(item, "parents_stack")
    parent = text_at(stack, -1) or text_at(item, "reply_to_comment")
    thread = f"{owner}_{post or native}"
    return Draft(
        where=where,
        native_id=f"{thread}_{native}"[:100] if native else None,
        author=_author(text_at(item, "from_id"), names),
        text=clean(_MENTION.sub(r"\1", text_at(item, "text"))),
        url=_topic_url(query, native) or _url(owner, post, native),
        published=parse_date(at(item, "date"), page.fetched_at),
        votes=_votes(item),
        media_count=sum(text_at(one, "type") in _MEDIA for one in dicts_at(item, "attachments")),
        is_mention=True,
        thread_id=thread if native else None,
        parent_id=parent or (post if post else None) or None,
    )


def _author(number: str, names: Mapping[str, tuple[str, str]]) -> Author:
    if not number or number == "0":
        return Author()
    usual = f"https://vk.com/{'club' if number.startswith('-') else 'id'}{number.lstrip('-')}"
    name, profile = names.get(number, ("", usual))
    return Author(id=number[:20], name=name or None, profile_url=profile[:200])


def _votes(item: dict[str, Any]) -> Votes | None:
    likes = count(at(item, "likes", "count"))
    return None if likes is None else Votes(helpful=likes)


def _topic_url(query: Mapping[str, str], native: str) -> str:
    group, topic = query.get("group_id", ""), query.get("topic_id", "")
    is_known = group.isdecimal() and topic.isdecimal() and native.isdecimal()
    return f"https://vk.com/topic-{group}_{topic}?post={native}" if is_known else ""


def _url(owner: str, post: str, native: str) -> str:
    if not re.fullmatch(r"-?\d+", owner):
        return ""
    return (
        f"https://vk.com/wall{owner}_{post}?reply={native}"
        if post
        else f"https://vk.com/wall{owner}_{native}"
    )


def _comments(owner: str, post: str, offset: int, below: str = "") -> str:
    more = {"comment_id": below} if below else {}
    return _address(
        "wall.getComments", owner_id=owner, post_id=post, sort="desc", need_likes="1",
        thread_items_count="10", **more, **({"offset": str(offset)} if offset else {}),
    )  # fmt: skip


def _address(method: str, **parameters: str) -> str:
    query = {**parameters, "extended": "1", "count": str(PAGE_ITEMS), "v": VERSION}
    return f"{API}/{method}?{urlencode(query)}"


def _without_token(url: str) -> str:
    query = query_of(url)
    query.pop("access_token", None)
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def _following(url: str, items: int) -> str:
    """The list behind the items read; nothing where a saved answer's address is unknown."""
    if not url.startswith(f"{API}/"):
        return ""
    query = query_of(url)
    query["offset"] = str((count(query.get("offset")) or 0) + items)
    return f"{url.partition('?')[0]}?{urlencode(query)}"


VK = Vk()
