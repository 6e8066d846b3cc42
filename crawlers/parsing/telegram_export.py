"""Chats that Telegram's desktop client saves, as JSON or as pages, to drafts of mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import classes
from crawlers.parsing.ratings import count
from crawlers.parsing.text import clean, element_text, one_line
from pipeline.records import Author

MOST_REACTIONS = 30
_CHATS = r"(?:public|private)_(?:channel|supergroup|group)|(?:personal|bot)_chat|saved_messages"
_KIND = re.compile(rf'"type"\s*:\s*"(?:{_CHATS})"')
_MESSAGES = re.compile(r'"date_unixtime"\s*:|"from_id"\s*:\s*"(?:user|channel|chat)?\d|"messages"')
_PAGE = re.compile(r'class="message default clearfix|class="pull_right date details"')
_PRIVATE = ("personal_chat", "bot_chat", "saved_messages")
_NO_PICTURES = ("sticker", "animation")
_NUMBER = re.compile(r"message(\d{1,12})$")


def is_export(page: Page) -> bool:
    """Whether the client wrote it."""
    head = page.text[:200_000]
    if page.looks_like_json:
        return _KIND.search(head) is not None and _MESSAGES.search(head) is not None
    return _PAGE.search(head) is not None


def read_json(answer: Any, page: Page, harvest: Harvest) -> None:
    """One chat, or the groups and channels of an account; whose letters these are, nobody asks."""
    if isinstance(at(answer, "messages"), list):
        _read_chat(answer, page, harvest)
        return
    for place in ("chats", "left_chats"):
        harvest.is_known = harvest.is_known or isinstance(at(answer, place, "list"), list)
        for chat in dicts_at(answer, place, "list"):
            if text_at(chat, "type") in _PRIVATE:
                harvest.skipped["private chat"] += 1
            else:
                _read_chat(chat, page, harvest)


def _read_chat(chat: dict[str, Any], page: Page, harvest: Harvest) -> None:
    harvest.is_known = True
    place, name = text_at(chat, "id")[:40], short(text_at(chat, "name"), 300)
    threads: dict[str, str] = {}
    for message in dicts_at(chat, "messages"):
        number = text_at(message, "id")[:20]
        if text_at(message, "type") == "service":
            harvest.skipped["service message"] += 1
            continue
        above = text_at(message, "reply_to_message_id")[:20]
        threads[number] = threads.get(above, above) or number
        draft = _draft(message, place, threads[number], page)
        draft.extra = {"chat": name, **draft.extra} if name else draft.extra
        _keep(draft, harvest)


def _draft(message: dict[str, Any], place: str, thread: str, page: Page) -> Draft:
    number, above = text_at(message, "id")[:20], text_at(message, "reply_to_message_id")[:20]
    words = _words(at(message, "text")) or _words(at(message, "text_entities"))
    stamps = ("date_unixtime", "date"), ("edited_unixtime", "edited")
    sent, edited = (next((one for key in keys if (one := text_at(message, key))), "")
                    for keys in stamps)  # fmt: skip
    return Draft(
        where=f"message {number or '?'}",
        native_id=f"{place}/{number}" if place and number else None,
        author=Author(
            id=short(text_at(message, "from_id"), 100),
            name=short(text_at(message, "from"), 300),
        ),
        text=clean(words or text_at(message, "poll", "question")),
        published=parse_date(sent, page.fetched_at),
        edited_at=parse_date(edited, page.fetched_at).value,
        media_count=_media(message),
        is_mention=True,
        thread_id=f"{place}/{thread}" if thread else None,
        parent_id=f"{place}/{above}" if above else None,
        extra=_extra(message),
    )


def _words(text: Any) -> str:
    """A text is one string, or pieces of which the formatted ones are objects."""
    if isinstance(text, str):
        return text
    pieces = text if isinstance(text, list) else []
    return "".join(one if isinstance(one, str) else text_at(one, "text") for one in pieces)


def _media(message: dict[str, Any]) -> int:
    is_file = bool(text_at(message, "file")) and text_at(message, "media_type") not in _NO_PICTURES
    return int(bool(text_at(message, "photo")) or is_file)


def _extra(message: dict[str, Any]) -> dict[str, Any]:
    reactions = {
        short(text_at(one, "emoji"), 20) or "other": count(at(one, "count")) or 0
        for one in dicts_at(message, "reactions")[:MOST_REACTIONS]
    }
    forwarded = short(text_at(message, "forwarded_from"), 300)
    found = {"reactions": reactions, "forwarded_from": forwarded}
    return {name: value for name, value in found.items() if value}


def read_page(root: etree._Element, page: Page, harvest: Harvest) -> None:
    """A page of the export; who writes several messages in a row is named above the first."""
    harvest.is_known = True
    chat = line(root, ".page_header .text")[:300]
    name = ""
    for message in all_of(root, ".message"):
        if "service" in classes(message):
            harvest.skipped["service message"] += 1
            continue
        name = next(_own(message, ".from_name"), "") or name
        _keep(_shown(message, chat, name, page), harvest)


def _own(message: etree._Element, selector: str) -> Iterator[str]:
    """Texts of a message without those of the one that it forwards."""
    for one in all_of(message, selector):
        around = (names for outer in one.iterancestors() for names in classes(outer))
        if "forwarded" not in around:
            yield element_text(one)


def _shown(message: etree._Element, chat: str, name: str, page: Page) -> Draft:
    number = _number(message.get("id") or "")
    above = _number(attribute(message, ".reply_to a[href]", "href"))
    forwarded = first(message, ".forwarded.body")
    words = next(_own(message, ".text"), "") or line(message, ".media_poll .question")
    whose = "" if forwarded is None else line(forwarded, ".from_name")
    if not words and forwarded is not None:
        words = element_text(one) if (one := first(forwarded, ".text")) is not None else ""
    extra = {"chat": chat, "forwarded_from": whose}
    return Draft(
        where=f"message {number or '?'}",
        native_id=f"{chat}/{number}" if chat and number else None,
        author=Author(name=short(name, 300)),
        text=words,
        published=_published(attribute(message, ".date[title]", "title"), page),
        media_count=len(
            all_of(message, ".photo_wrap, .video_file_wrap, .media_photo, .media_video")
        ),
        is_mention=True,
        thread_id=f"{chat}/{above or number}" if chat and number else None,
        parent_id=f"{chat}/{above}" if chat and above else None,
        extra={key: value for key, value in extra.items() if value},
    )


def _published(shown: str, page: Page) -> ParsedDate:
    """As in "19.01.2024 06:52:31 UTC+03:00"."""
    return parse_date(one_line(shown).replace("UTC", ""), page.fetched_at)


def _number(written: str) -> str:
    found = _NUMBER.search(written[:200])
    return found.group(1) if found else ""


def _keep(draft: Draft, harvest: Harvest) -> None:
    if draft.is_empty:
        harvest.skipped["post without words"] += 1
    else:
        harvest.drafts.append(draft)
