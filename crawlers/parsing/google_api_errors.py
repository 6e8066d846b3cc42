"""Refusals of Google's interfaces: which of them mean that the crawl failed, and how."""

from __future__ import annotations

from typing import Any

from crawlers.parsed import BlockedReason
from crawlers.parsing.draft import short
from crawlers.parsing.json_values import at, text_at

_BY_STATUS: dict[str, BlockedReason] = {
    "UNAUTHENTICATED": "login", "PERMISSION_DENIED": "forbidden", "REQUEST_DENIED": "forbidden",
    "RESOURCE_EXHAUSTED": "rate_limited", "OVER_QUERY_LIMIT": "rate_limited",
    "OVER_DAILY_LIMIT": "rate_limited", "UNAVAILABLE": "rate_limited",
    "UNKNOWN_ERROR": "rate_limited", "INTERNAL": "rate_limited", "NOT_FOUND": "not_found",
    "ZERO_RESULTS": "not_found",
}  # fmt: skip
"""Names of google.rpc.Code, and the older interface's own words."""
_BY_CODE: dict[str, BlockedReason] = {
    "401": "login", "403": "forbidden", "404": "not_found", "429": "rate_limited",
    "500": "rate_limited", "503": "rate_limited",
}  # fmt: skip


def refusal(answer: Any) -> tuple[BlockedReason | None, str]:
    """Obstacle and words of an error answer; None and nothing where it is none.

    An invalid key comes as INVALID_ARGUMENT with the reason API_KEY_INVALID.
    """
    status = text_at(answer, "error", "status") or text_at(answer, "status")
    message = short(
        text_at(answer, "error", "message") or text_at(answer, "error_message"), limit=200
    )
    if at(answer, "error") is None and status in ("", "OK"):
        return None, ""
    if "API key not valid" in (message or ""):
        return "forbidden", message or ""
    reason = _BY_STATUS.get(status) or _BY_CODE.get(text_at(answer, "error", "code"))
    return reason, f"{status[:40]} {message or ''}".strip() or "an error without words"
