"""Pages that stand in the way of the wanted one: a captcha is a failed crawl, not "0 reviews"."""

from __future__ import annotations

import re

from crawlers.page import Page
from crawlers.parsed import BlockedReason

_BY_STATUS: dict[int, BlockedReason] = {
    401: "login", 403: "forbidden", 404: "not_found", 410: "not_found", 429: "rate_limited",
    451: "forbidden", 503: "rate_limited",
}  # fmt: skip
_SIGNS: tuple[tuple[BlockedReason, re.Pattern[str]], ...] = (
    ("captcha", re.compile(
        r"<title[^>]*>\s*(?:robot check|attention required|just a moment|are you a (?:human|robot)|"
        r"access denied|ddos-guard|captcha|antibot|проверка браузера|вы не робот|доступ ограничен|"
        r"подтвердите, что (?:вы|запросы)|ой!|oops!)|g-recaptcha|hcaptcha\.com/1|cf-challenge|"
        r"challenge-platform|smartcaptcha|px-captcha|showcaptcha|checkcaptcha|validatecaptcha|"
        r"enter the characters you see below|сервис антибот", re.I)),
    ("consent", re.compile(
        r"consent\.(?:google|youtube|yahoo)\.com|"
        r"<title[^>]*>\s*(?:before you continue|прежде чем)", re.I)),
    ("login", re.compile(
        r"<title[^>]*>\s*(?:log ?in|sign ?in|вход|войти|авторизация)\b", re.I)),
)  # fmt: skip
SMALL_PAGE_CHARACTERS = 60_000
"""A form with a captcha on a whole page of content is no wall; walls are small pages."""


def blocked_reason(page: Page) -> BlockedReason | None:
    """Why this is not the page that was asked for; None when it may be."""
    if page.status in _BY_STATUS:
        return _BY_STATUS[page.status]
    if len(page.text) > SMALL_PAGE_CHARACTERS:
        return None
    return next((reason for reason, sign in _SIGNS if sign.search(page.text)), None)
