"""How a crawl can end, and how a page that is no page of the source is recognised."""

from __future__ import annotations

import re
from enum import StrEnum

from crawlers.page import Page


class Outcome(StrEnum):
    """Final word on a crawl; written into its report."""

    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED_AT_KNOWN = "stopped_at_known"
    CAPPED = "capped"
    EMPTY_PAGE = "empty_page"
    REPEATED_PAGE = "repeated_page"
    BLOCKED = "blocked"
    ROBOTS_REFUSED = "robots_refused"
    ADDRESS_REFUSED = "address_refused"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def is_failure(self) -> bool:
        """Whether a person should look: the source was not read as far as it goes."""
        return self not in _SUCCESSES


_SUCCESSES = frozenset({Outcome.COMPLETE, Outcome.STOPPED_AT_KNOWN, Outcome.CAPPED})

REMEDIES: dict[Outcome, str] = {
    Outcome.CAPPED: "the source shows no more, or the page limit was reached (--max-pages)",
    Outcome.EMPTY_PAGE: "check the address in a browser; the source may have changed its pages, "
    "try `otzvuk extract` on a saved page",
    Outcome.REPEATED_PAGE: "the source's paging broke; what was read before is kept",
    Outcome.BLOCKED: "wait some hours, raise crawl.delay_seconds, or use the source's official API",
    Outcome.ROBOTS_REFUSED: "ask the site's owner, or import an export of your own data",
    Outcome.ADDRESS_REFUSED: "give a public http(s) address",
    Outcome.HTTP_ERROR: "check the address in a browser",
    Outcome.UNREACHABLE: "check the name and the network, then try again",
    Outcome.TIMEOUT: "try again later, or raise crawl.timeout_seconds or crawl.max_seconds",
    Outcome.TOO_LARGE: "raise crawl.max_response_megabytes if the page is really that big",
    Outcome.INTERRUPTED: "start it again: it goes on where it stopped",
    Outcome.FAILED: "see the reason; start it again: it goes on where it stopped",
}

SCANNED_CHARACTERS = 60_000
"""Block pages are small, and what marks them stands early."""

_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("captcha", re.compile(
        r"<title[^>]*>\s*(robot check|are you a robot|attention required|just a moment|"
        r"access denied|ddos-guard|captcha|проверка браузера|вы не робот|ой!|"
        r"подтвердите, что (вы|запросы)|доступ ограничен|antibot)"
        r"|smartcaptcha|/showcaptcha|cf-challenge|challenge-platform|px-captcha|"
        r"id=[\"']captcha|/errors/validatecaptcha|enter the characters you see below|"
        r"сервис антибот|checkcaptcha", re.I)),
    ("consent", re.compile(
        r"consent\.(google|youtube|yahoo)\.|<title[^>]*>\s*(before you continue|прежде чем)|"
        r"action=[\"'][^\"']*/consent", re.I)),
    ("login", re.compile(
        r"<title[^>]*>\s*(log ?in|sign ?in|войти|вход|авторизация)\b", re.I)),
)  # fmt: skip


def blocked_by(page: Page, *, has_reviews: bool) -> str | None:
    """What stands in the way instead of the source's page; None when nothing does.

    Pages with reviews are never called blocked: a review may speak of captchas, and a page may
    carry a login form in its corner.
    """
    if page.status in (401, 403, 429, 503) and not has_reviews:
        return f"{_mark(page) or 'refusal'} (HTTP {page.status})"
    if has_reviews or page.looks_like_json:
        return None
    return _mark(page)


def _mark(page: Page) -> str | None:
    text = page.text[:SCANNED_CHARACTERS]
    return next((name for name, pattern in _MARKS if pattern.search(text)), None)
