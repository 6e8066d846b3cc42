"""Posts of public Telegram channels, from their web preview."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import classes, parse_html
from crawlers.parsing.text import element_text, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind

ROOT = "https://t.me"
SITES = ("t.me", "telegram.me", "telegram.dog")

_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z]\w{3,31})(?:/(\d{1,12}))?/?$")
_SIGN = re.compile(r"tgme_widget_message|tgme_channel_info")
_POST = re.compile(r"([\w]{1,64})/(\d{1,12})")
_SHORT_NUMBER = re.compile(r"([\d.,]{1,12})\s?([KМM]?)", re.IGNORECASE)
_TIMES = {"": 1, "K": 1_000, "M": 1_000_000, "М": 1_000_000}
_TEXT = ".tgme_widget_message_text"
_MEDIA = (
    ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_player, "
    ".tgme_widget_message_document_wrap, .tgme_widget_message_voice_player"
)
MOST_REACTIONS = 30


class Telegram(PlainRequests):
    """Mentions by the channel; comments below them are not part of the preview."""

    name: Literal["telegram"] = "telegram"
    kind: SourceKind = "social"
    access = Access(
        paging="the link to earlier posts (before=), twenty a page, the newest page first",
        gives=frozenset(("id", "author", "author_profile", "text", "date", "media", "thread")),
        terms_url="https://telegram.org/tos",
        evidence="excerpt",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The preview of the channel, newest posts; of a post, the page around it."""
        found = _CHANNEL.search(path_of(url)) if is_of(url, *SITES) else None
        if found is None or found.group(1) in ("joinchat", "addstickers", "share", "proxy"):
            raise UsageError(f"{url!r} names no public channel: expected t.me/channel")
        if before := query_of(url).get("before"):
            return (f"{ROOT}/s/{found.group(1)}?{urlencode({'before': before[:20]})}",)
        around = f"/{found.group(2)}" if found.group(2) else ""
        return (f"{ROOT}/s/{found.group(1)}{around}",)

    def recognises(self, page: Page) -> float:
        """By the classes of the preview, wherever the page was saved."""
        if page.looks_like_json:
            return 0.0
        return 0.95 if _SIGN.search(page.text[:200_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every post of the page, and the page before it."""
        harvest = Harvest.of(page)
        root = parse_html(page.text, harvest.problems)
        if root is None:
            return harvest.parsed(page, self)
        messages = all_of(root, ".tgme_widget_message[data-post]")
        harvest.is_known = bool(messages) or bool(all_of(root, ".tgme_channel_info"))
        for number, message in enumerate(messages, start=1):
            _take(message, f"post {number}", page, harvest)
        if messages:
            harvest.links.extend(_earlier(root, page))
        return harvest.parsed(page, self)


def _take(message: etree._Element, where: str, page: Page, harvest: Harvest) -> None:
    if "service_message" in classes(message):
        harvest.skipped["service message"] += 1
        return
    post = _POST.fullmatch(one_line(message.get("data-post") or ""))
    channel, number = post.groups() if post else ("", "")
    body = first(message, _TEXT)  # an album's text stands in another of the same class
    replied = _POST.search(attribute(message, ".tgme_widget_message_reply", "href"))
    stamps = [one.get("datetime") or "" for one in all_of(message, "time[datetime]")]
    draft = Draft(
        where=where,
        native_id=f"{channel}/{number}" if post else None,
        author=Author(
            id=channel or None,
            name=line(message, ".tgme_widget_message_owner_name")[:300] or None,
            profile_url=f"{ROOT}/{channel}" if channel else None,
        ),
        text="" if body is None else element_text(body),
        url=f"{ROOT}/{channel}/{number}" if post else "",
        published=parse_date(stamps[-1] if stamps else "", page.fetched_at),
        media_count=len(all_of(message, _MEDIA)),
        is_mention=True,
        thread_id=f"{channel}/{number}" if post else None,
        parent_id=f"{replied.group(1)}/{replied.group(2)}" if replied else None,
        extra=_extra(message),
    )
    if draft.is_empty:
        harvest.skipped["post without words"] += 1
    else:
        harvest.drafts.append(draft)


def _extra(message: etree._Element) -> dict[str, object]:
    """Views and reactions; a reaction is no vote, since nobody asked whether the post helped."""
    found: dict[str, object] = {}
    views = _number(line(message, ".tgme_widget_message_views"))
    if views is not None:
        found["views"] = views
    reactions: dict[str, int] = {}
    for reaction in all_of(message, ".tgme_reaction")[:MOST_REACTIONS]:
        sign = line(reaction, ".emoji")[:20] or "other"
        shown = one_line(element_text(reaction)).removeprefix(sign)
        reactions[sign] = reactions.get(sign, 0) + (_number(shown) or 0)
    if reactions:
        found["reactions"] = reactions
    if forwarded := line(message, ".tgme_widget_message_forwarded_from_name")[:300]:
        found["forwarded_from"] = forwarded
    return found


def _number(shown: str) -> int | None:
    """`3.12K` is 3120; None for what is no number."""
    match = _SHORT_NUMBER.fullmatch(shown.strip())
    if match is None:
        return None
    try:
        return round(float(match.group(1).replace(",", ".")) * _TIMES[match.group(2).upper()])
    except ValueError:
        return None


def _earlier(root: etree._Element, page: Page) -> list[str]:
    """The page before this one, by the button or by the head of the page."""
    before = attribute(root, "a.js-messages_more[data-before]", "data-before")
    if not before:
        before = query_of(attribute(root, "link[rel=prev]", "href")).get("before", "")
    shown = attribute(root, "link[rel=canonical]", "href") or page.url
    channel = _CHANNEL.search(path_of(f"{ROOT}{shown}" if shown.startswith("/") else shown))
    if not before.isdigit() or channel is None:
        return []
    return [f"{ROOT}/s/{channel.group(1)}?before={before[:20]}"]


TELEGRAM = Telegram()
