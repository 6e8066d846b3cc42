"""Answers by which Reddit refuses: which of them mean that the crawl failed, and how."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page import Page
from crawlers.parsed import BlockedReason
from crawlers.parsing.address_parts import is_of, path_of
from crawlers.parsing.draft import short
from crawlers.parsing.json_values import at, text_at

_BY_CODE: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
    "500": "rate_limited", "502": "rate_limited", "503": "rate_limited", "504": "rate_limited",
}  # fmt: skip
_BY_NAME: dict[str, BlockedReason] = {
    "RATELIMIT": "rate_limited", "USER_REQUIRED": "login", "SUBREDDIT_NOEXIST": "not_found",
    "invalid_grant": "login", "invalid_token": "login", "unauthorized_client": "login",
}  # fmt: skip
_WALLS: tuple[tuple[BlockedReason, re.Pattern[str]], ...] = (
    ("rate_limited", re.compile(
        r"<title>\s*(?:too many requests|ow!|reddit broke|503)|our cdn was unable to reach", re.I)),
    ("forbidden", re.compile(
        r"whoa there, pardner|blocked by (?:network security|mistake)|<title>\s*blocked", re.I)),
)  # fmt: skip


def refusal(answer: Any, page: Page) -> tuple[BlockedReason | None, str]:
    """Obstacle and words of an answer that is none; None and nothing for any other."""
    if is_of(page.url, "reddit.com") and re.match(r"/(?:account/)?login\b", path_of(page.url)):
        return "login", "Reddit asks for a login"
    if isinstance(answer, dict):
        return _of_answer(answer)
    if answer is not None:
        return None, ""
    head = page.text[:20_000]
    wall = next((reason for reason, sign in _WALLS if sign.search(head)), None)
    return wall, "Reddit shows a wall in place of its answer" if wall else ""


def _of_answer(answer: dict[str, Any]) -> tuple[BlockedReason | None, str]:
    names = at(answer, "json", "errors")
    if isinstance(names, list) and names:
        name = text_at(names, 0, 0) or text_at(names, 0)
        said = short(text_at(names, 0, 1), limit=200) or ""
        return _BY_NAME.get(name, "forbidden"), f"Reddit refuses: {name[:60]} {said}".strip()
    code = text_at(answer, "error")
    if not code:
        return None, ""
    said = " ".join(text_at(answer, name)[:100] for name in ("message", "reason")).strip()
    reason = _BY_CODE.get(code) or _BY_NAME.get(code, "forbidden")
    return reason, f"Reddit refuses: {code[:60]} {said}".strip()
