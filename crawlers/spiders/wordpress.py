"""Comments on posts of WordPress sites, from the interface that every such site has."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import BlockedReason, ParsedPage
from crawlers.parsing.address_parts import host_of, query_of
from crawlers.parsing.css import line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.forum_text import post_text
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.names import is_nobody
from crawlers.parsing.paging import canonical_url
from crawlers.parsing.ratings import count
from crawlers.parsing.text import one_line, plain_text
from crawlers.parsing.wordpress_comments import wordpress_comments
from crawlers.parsing.wordpress_links import (
    DEFAULT_COMMENTS,
    comments_of_page,
    comments_url,
    is_list,
    page_after,
)
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind

_SIGNS = ('"author_name"', '"date_gmt"', '"rendered"', '"post"')
_INTERFACE = re.compile(r"<link[^>]{0,200}https://api\.w\.org/", re.I)
_COMMENTS = re.compile(r"""\bid=["']?(?:li-|div-)?comment-\d""")
_ERRORS: tuple[tuple[str, BlockedReason], ...] = (
    ("rest_no_route", "not_found"), ("invalid_id", "not_found"), ("cannot", "forbidden"),
    ("forbidden", "forbidden"), ("disabled", "forbidden"), ("login", "login"),
    ("logged_in", "login"), ("authenticat", "login"), ("unauthorized", "login"),
    ("rate_limit", "rate_limited"), ("too_many", "rate_limited"),
)  # fmt: skip
_NO_OPINIONS = {"pingback": "pingback", "trackback": "trackback"}


class WordPress(PlainRequests):
    """A comment is a mention: people answer a post, and each other, without stars."""

    name: Literal["wordpress"] = "wordpress"
    kind: SourceKind = "blog"
    access = Access(
        needs="nothing, unless the site has closed its interface",
        paging="page= until a page is less than half full; a post's page names its interface",
        gives=frozenset(("id", "author", "author_profile", "text", "date", "media", "thread")),
        terms_url="https://wordpress.com/tos/",
        evidence="excerpt",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Comments of a site or of a numbered post; a post by its name is read first."""
        if address(url) is None:
            raise UsageError(
                f"{url!r} is no web address: give the site, or a post of it, with https://"
            )
        return (comments_url(url) or url,)

    def recognises(self, page: Page) -> float:
        """By the place of the interface or by its names; a page of the site when it shows
        comments, or when no one else knows better."""
        if page.looks_like_json:
            head = page.text[:50_000]
            if all(sign in head for sign in _SIGNS):
                return 0.9
            return 0.9 if is_list(page.url) else 0.0
        if not _INTERFACE.search(page.text[:100_000]):
            return 0.5 if _COMMENTS.search(page.text) and "wp-content" in page.text else 0.0
        return 0.5 if _COMMENTS.search(page.text) else 0.2

    def parse(self, page: Page) -> ParsedPage:
        """Every comment of the list; for a page of the site those that it shows, and where all of
        them are."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_answer(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            page = page if page.url else replace(page, url=canonical_url(root))
            _read_page(root, page, harvest)
        return harvest.parsed(page, self)


def _read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    comments = wordpress_comments(root, page, root.get("lang") or "", harvest.problems)
    harvest.drafts = [draft for draft in comments.drafts if draft.is_mention]
    harvest.skipped.update(comments.skipped)
    if rated := len(comments.drafts) - len(harvest.drafts):
        harvest.skipped["review of a product or a recipe (sources woocommerce, schemaorg)"] = rated
    harvest.is_known = bool(comments.drafts or comments.skipped)
    link = comments_of_page(root, page.url)
    post, topic = query_of(link).get("post", ""), short(line(root, "h1.entry-title"))
    for draft in harvest.drafts:
        draft.thread_id = post or draft.thread_id
        draft.extra = {"topic": topic} if topic else {}
    if link:
        harvest.is_known = True
        harvest.links.append(link)


def _read_answer(page: Page, harvest: Harvest) -> None:
    try:
        answer = page.json
    except UnreadableJson as error:
        harvest.problems.append(f"answer cannot be read: {error}")
        return
    rows = answer if isinstance(answer, list) else [answer] if at(answer, "content") else []
    for number, row in enumerate(rows, start=1):
        _read(row, number, page, harvest)
    harvest.is_known = answer == [] or bool(harvest.drafts or harvest.skipped)
    harvest.blocked = _refusal(answer)
    asked = count(query_of(page.url).get("per_page")) or DEFAULT_COMMENTS
    if harvest.is_known and is_list(page.url) and len(rows) * 2 >= asked:
        # comments on posts that are not open fall out of a page after it was counted
        harvest.links.append(page_after(page.url, (count(query_of(page.url).get("page")) or 1) + 1))


def _refusal(answer: Any) -> BlockedReason | None:
    """The end of a list may come as an error, which is none of the crawl."""
    code = text_at(answer, "code").casefold()
    return next((why for sign, why in _ERRORS if sign in code), None)


def _read(row: Any, number: int, page: Page, harvest: Harvest) -> None:
    comment, rendered = text_at(row, "id"), at(row, "content", "rendered")
    kind, status = text_at(row, "type"), text_at(row, "status")
    where = f"comment {comment[:30] or number}"
    if not comment or not isinstance(rendered, str):
        harvest.problems.append(f"{where}: dropped, it is no comment with an id")
    elif kind in _NO_OPINIONS:
        harvest.skipped[_NO_OPINIONS[kind]] += 1
    elif status not in ("", "approved"):
        harvest.skipped["comment that the site has not published"] += 1
    elif _is_the_sites(row):
        harvest.skipped["comment of the site's own account"] += 1
    elif (draft := _draft(row, where, rendered, page, harvest.problems)).is_empty:
        harvest.skipped["comment without words"] += 1
    else:
        harvest.drafts.append(draft)


def _is_the_sites(row: Any) -> bool:
    """A member whose home page is the site itself: WordPress gives that to its first account."""
    home = host_of(text_at(row, "author_url"))
    is_member = text_at(row, "author") not in ("", "0")
    return is_member and bool(home) and home == host_of(text_at(row, "link"))


def _draft(row: Any, where: str, rendered: str, page: Page, problems: list[str]) -> Draft:
    link = text_at(row, "link")
    stamp, local = text_at(row, "date_gmt"), text_at(row, "date")
    words = post_text(rendered, problems)
    parent, post = text_at(row, "parent"), text_at(row, "post")
    topic = one_line(plain_text(text_at(row, "_embedded", "up", 0, "title", "rendered")))
    return Draft(
        where=where,
        native_id=text_at(row, "id")[:100],
        scope=host_of(link) or page.host,
        author=_author(row),
        text=words.text,
        url=address(link) or page.url,
        published=parse_date(stamp or local, page.fetched_at),
        media_count=words.media,
        is_mention=True,
        thread_id=post if post not in ("", "0") else None,
        parent_id=parent if parent not in ("", "0") else None,
        extra={"topic": short(topic)} if topic else {},
    )


def _author(row: Any) -> Author:
    """A member of the site has a number; a guest is the name that was typed."""
    name = one_line(plain_text(text_at(row, "author_name")))
    member = text_at(row, "author")
    return Author(
        id=short(member) if member not in ("", "0") else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(text_at(row, "author_url")),
    )


WORDPRESS = WordPress()
