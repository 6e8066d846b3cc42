"""Chats as Telegram's desktop client saves them, constructed in their shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from crawlers.parsed import ParsedPage
from crawlers.recognition import recognised
from crawlers.spiders.telegram import TELEGRAM
from tests.crawlers.pages import page

GROUP: dict[str, Any] = {
    "name": "Лунный чай, чат", "type": "public_supergroup", "id": 77,
    "messages": [
        {"id": 1, "type": "service", "date": "2026-03-01T10:00:00", "action": "pin_message",
         "text": ""},
        {"id": 2, "type": "message", "date": "2026-03-01T13:05:00",
         "date_unixtime": "1772359500", "edited": "2026-03-01T13:09:00",
         "edited_unixtime": "1772359740", "from": "Анна", "from_id": "user5",
         "text": ["Чай ", {"type": "bold", "text": "горчит"}, ", вернула"],
         "reactions": [{"type": "emoji", "count": 3, "emoji": "👍"}]},
        {"id": 3, "type": "message", "date": "2026-03-01T13:20:00", "from": None,
         "from_id": "user6", "reply_to_message_id": 2, "photo": "photos/1.jpg", "text": "Мой тоже"},
        {"id": 4, "type": "message", "date": "2026-03-01T13:21:00", "from": "Борис",
         "from_id": "user7", "media_type": "sticker", "file": "s.webp", "text": ""},
    ],
}  # fmt: skip
PAGE = """<html><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">Чат</div></div></div>
<div class="message service" id="message-1"><div class="body details">1 марта</div></div>
<div class="message default clearfix" id="message10"><div class="body">
 <div class="pull_right date details" title="01.03.2026 13:05:00 UTC+03:00">13:05</div>
 <div class="from_name">Анна</div><div class="text">Горчит<br>сильно</div></div></div>
<div class="message default clearfix joined" id="message11"><div class="body">
 <div class="pull_right date details" title="01.03.2026 13:06:00 UTC+03:00">13:06</div>
 <div class="reply_to details">In reply to <a href="#go_to_message10">this message</a></div>
 <div class="text">И дорого</div></div></div>
<div class="message default clearfix" id="message12"><div class="body">
 <div class="pull_right date details" title="01.03.2026 13:07:00 UTC+03:00">13:07</div>
 <div class="from_name">Борис</div><div class="forwarded body"><div class="from_name">Вера</div>
 <div class="text">У меня хороший</div></div></div></div>
</div></body></html>"""


def parsed(answer: object) -> ParsedPage:
    return TELEGRAM.parse(page(json.dumps(answer)))


def test_a_saved_group_is_recognised_and_read() -> None:
    found = parsed(GROUP)
    first, second = found.reviews
    assert recognised(page(json.dumps(GROUP))) is TELEGRAM
    assert (first.review_id, first.text) == ("telegram:77/2", "Чай горчит, вернула")
    assert (first.author.name, first.author.id) == ("Анна", "user5")
    assert first.published_at == datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
    assert first.edited_at == datetime(2026, 3, 1, 10, 9, tzinfo=UTC)
    assert first.extra == {"chat": "Лунный чай, чат", "reactions": {"👍": 3}}
    assert (second.author.name, second.thread_id, second.parent_id) == (None, "77/2", "77/2")
    assert second.media_count == 1
    assert found.skipped == {"service message": 1, "post without words": 1}


def test_of_a_whole_account_groups_alone_are_read() -> None:
    letters = {**GROUP, "type": "personal_chat", "id": 5}
    found = parsed({"chats": {"list": [letters, GROUP]}, "left_chats": {"list": []}})
    assert [one.review_id for one in found.reviews] == ["telegram:77/2", "telegram:77/3"]
    assert found.skipped["private chat"] == 1


def test_saved_pages_name_an_author_once_for_several_messages() -> None:
    found = TELEGRAM.parse(page(PAGE))
    assert recognised(page(PAGE)) is TELEGRAM
    assert [(one.author.name, one.text) for one in found.reviews] == [
        ("Анна", "Горчит\nсильно"), ("Анна", "И дорого"), ("Борис", "У меня хороший"),
    ]  # fmt: skip
    first, second, third = found.reviews
    assert first.published_at == datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
    assert second.parent_id == "Чат/10"
    assert third.extra == {"chat": "Чат", "forwarded_from": "Вера"}


def test_json_of_something_else_is_no_chat() -> None:
    assert "no answer" in parsed({"messages": 3}).problems[0]
