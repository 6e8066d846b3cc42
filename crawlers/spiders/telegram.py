"""Posts of public Telegram channels from their web preview; chats that the client has saved."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlencode

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import all_of, attribute, line
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import classes, parse_html
from crawlers.parsing.ratings import count
from crawlers.parsing.telegram_export import is_export, read_json, read_page
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
_MESSAGES = ".tgme_widget_message[data-post], .tgme_widget_message[data-post-id]"
_KNOWN = ".tgme_channel_info, .tgme_post_discussion"
_TEXT = ".tgme_widget_message_text"
_POLL = ".tgme_widget_message_poll_question"
_ANSWERED = frozenset(("tgme_widget_message_reply", "tgme_widget_message_reply_template"))
_MEDIA = (
    ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_player, "
    ".tgme_widget_message_document_wrap, .tgme_widget_message_voice_player, "
    ".tgme_widget_message_roundvideo_player"
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
        """By the classes of the preview, wherever the page was saved; by the client's own names."""
        if is_export(page):
            return 0.95
        if page.looks_like_json:
            return 0.0
        return 0.95 if _SIGN.search(page.text[:200_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every post of the page, and the page before it."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            try:
                read_json(page.json, page, harvest)
            except UnreadableJson as error:
                harvest.problems.append(f"answer cannot be read: {error}")
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            (read_page if is_export(page) else _read_preview)(root, page, harvest)
        return harvest.parsed(page, self)


def _read_preview(root: etree._Element, page: Page, harvest: Harvest) -> None:
    messages = all_of(root, _MESSAGES)
    harvest.is_known = bool(messages) or bool(all_of(root, _KNOWN))
    for number, message in enumerate(messages, start=1):
        _take(message, f"post {number}", page, harvest)
    if messages:
        harvest.claimed = count(line(root, ".tgme_post_discussion_header .js-header"))
        harvest.links.extend(_earlier(root, page))


def _take(message: etree._Element, where: str, page: Page, harvest: Harvest) -> None:
    if "service_message" in classes(message):
        harvest.skipped["service message"] += 1
        return
    channel, number, comment = _place(message)
    bodies = _own(message, _TEXT) or _own(message, _POLL)
    replied = _POST.search(attribute(message, ".tgme_widget_message_reply", "href"))
    stamps = [one.get("datetime") or "" for one in all_of(message, "time[datetime]")]
    post = f"{channel}/{number}" if channel else None
    own = f"{post}?comment={comment}" if comment else post
    answered = f"{replied.group(1)}/{replied.group(2)}" if replied else None
    draft = Draft(
        where=where,
        native_id=own,
        author=_author(message, channel),
        text=element_text(bodies[0]) if bodies else "",
        url=f"{ROOT}/{own}" if own else "",
        published=parse_date(stamps[-1] if stamps else "", page.fetched_at),
        media_count=len(all_of(message, _MEDIA)),
        is_mention=True,
        thread_id=post,
        parent_id=answered or (post if comment else None),
        extra=_extra(message),
    )
    if draft.is_empty:
        harvest.skipped["post without words"] += 1
    else:
        harvest.drafts.append(draft)


def _place(message: etree._Element) -> tuple[str, str, str]:
    """Channel and post; of a comment below a post, which its link alone tells, the comment too."""
    post = _POST.fullmatch(one_line(message.get("data-post") or ""))
    if post is not None:
        return post[1], post[2], ""
    link = attribute(message, "a.tgme_widget_message_date", "href")
    place, comment = _POST.search(path_of(link)), query_of(link).get("comment", "")
    return (place[1], place[2], comment) if place and comment.isdecimal() else ("", "", "")


def _own(message: etree._Element, selector: str) -> list[etree._Element]:
    """Parts of a message without those of the one that it answers, which is shown above it."""
    return [
        one
        for one in all_of(message, selector)
        if not any(_ANSWERED & set(classes(outer)) for outer in one.iterancestors())
    ]


def _author(message: etree._Element, channel: str) -> Author:
    """The channel; in a group, and of a comment, a member."""
    name = line(message, ".tgme_widget_message_owner_name")[:300]
    if name:
        profile = f"{ROOT}/{channel}" if channel else None
        return Author(id=channel or None, name=name, profile_url=profile)
    members = _own(message, ".tgme_widget_message_author_name")
    member = one_line(element_text(members[0]))[:300] if members else ""
    links = [attribute(one, "a[href]", "href") or one.get("href") or "" for one in members]
    found = _CHANNEL.search(path_of(links[0])) if links and is_of(links[0], *SITES) else None
    person = found[1] if found else "" if member else channel
    return Author(
        id=person or None,
        name=member or None,
        profile_url=f"{ROOT}/{person}" if person else None,
    )


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
