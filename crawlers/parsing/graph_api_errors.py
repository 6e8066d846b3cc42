"""Refusals of the Graph API: which of them mean that the crawl failed, and how."""

from __future__ import annotations

from typing import Any

from crawlers.parsed import BlockedReason
from crawlers.parsing.draft import short
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.ratings import count

_BY_CODE: dict[int, BlockedReason] = {
    1: "rate_limited", 2: "rate_limited", 4: "rate_limited", 17: "rate_limited",
    32: "rate_limited", 102: "login", 110: "not_found", 190: "login", 341: "rate_limited",
    368: "rate_limited", 463: "login", 467: "login", 613: "rate_limited", 803: "not_found",
}  # fmt: skip
"""Codes of the interface's documentation; 1 and 2 are outages that pass. All others (3, 10,
200–299: permissions; 12: a call that is gone; 100: a wrong one) are for the owner of the key."""
_LIMITS_OF_USE = range(80_000, 80_015)
"""Limits of one business use case each: pages, Instagram, …"""
_NO_OBJECT = "33"
"""Subcode of 100: there is no such object, or none that the key may see."""


def refusal(answer: Any) -> tuple[BlockedReason | None, str]:
    """Obstacle and words of an error answer; None and nothing where it is none."""
    error = at(answer, "error")
    if not isinstance(error, dict):
        return _of_site(answer)
    said = short(text_at(error, "message"), 300) or "an error without words"
    return _reason(error), f"{said} (code {text_at(error, 'code')[:20]})"


def _of_site(answer: Any) -> tuple[BlockedReason | None, str]:
    """Instagram's own programs are refused with a status and a word, not with a code."""
    said = text_at(answer, "message")
    if text_at(answer, "status") != "fail" or not said:
        return None, ""
    low = said[:500].casefold()
    is_limit = "wait" in low or "feedback_required" in low or "rate" in low
    is_login = at(answer, "require_login") is True or "login" in low or "checkpoint" in low
    is_missing = "not found" in low or "unavailable" in low
    reason: BlockedReason = "not_found" if is_missing else "forbidden"
    reason = "rate_limited" if is_limit else "login" if is_login else reason
    return reason, short(said, limit=300) or ""


def _reason(error: dict[str, Any]) -> BlockedReason:
    code = count(at(error, "code")) or 0
    if at(error, "is_transient") is True or code in _LIMITS_OF_USE:
        return "rate_limited"
    if code == 100 and text_at(error, "error_subcode") == _NO_OBJECT:
        return "not_found"
    return _BY_CODE.get(code, "forbidden")
