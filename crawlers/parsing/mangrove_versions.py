"""Entries of Mangrove that belong together: a review, its edits, its withdrawal, its votes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec

from crawlers.parsing.json_search import objects_where
from crawlers.parsing.json_values import dicts_at, flag_at, text_at

MARESI = "urn:maresi:"
"""Before the signature of a review that another entry is about."""
MAX_EDITS = 100
"""Edits of edits that are followed."""
_ACTIONS = {"delete": "a withdrawal", "report_abuse": "a report of abuse"}


@dataclass(frozen=True, kw_only=True)
class Version:
    """An entry with what it means for the reader."""

    row: dict[str, Any]
    """The entry as it was last edited."""
    first: dict[str, Any]
    """The entry that was edited, or the same: its subject is the place."""
    no_opinion: str = ""
    """Why it is nobody's opinion of a place; empty when it is one."""

    @property
    def signature(self) -> str:
        """Of the review as it was first written, which keeps its id through edits."""
        before = _target(self.first) if _action(self.first) == "edit" else ""
        return before or text_at(self.first, "signature")


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """Entries of a list, the one that came alone, or those of a file that somebody keeps."""
    rows = dicts_at(answer, "reviews") or list(objects_where(answer, _is_entry))
    return [_with_payload(row) for row in rows]


def versions_of(rows: list[dict[str, Any]]) -> list[Version]:
    """Every entry in its order; what was edited or withdrawn in the same list says so.

    An edit names the review it replaces: `urn:maresi:` and its signature.
    """
    by_signature = {text_at(row, "signature"): row for row in rows}
    deleted = {_target(row) for row in rows if _action(row) == "delete"} - {""}
    edited = {_target(row) for row in rows if _action(row) == "edit"} - {""}
    found: list[Version] = []
    for row in rows:
        signature = text_at(row, "signature")
        first = _first_version(row, by_signature)
        reason = _no_opinion(row)
        if signature in edited:
            reason = "an earlier version"
        elif {signature, text_at(first, "signature")} & deleted:
            reason = "withdrawn"
        found.append(Version(row=row, first=first, no_opinion=reason))
    return found


def _is_entry(entry: dict[str, Any]) -> bool:
    return "payload" in entry or ("jwt" in entry and "signature" in entry) or _is_payload(entry)


def _is_payload(entry: dict[str, Any]) -> bool:
    """Whether an object is what people sign, before they did."""
    return {"sub", "iat"} <= entry.keys() and not entry.keys().isdisjoint(("rating", "opinion"))


def _with_payload(row: dict[str, Any]) -> dict[str, Any]:
    """The entry with its payload, which its token repeats."""
    if isinstance(row.get("payload"), dict):
        return row
    if _is_payload(row):
        return {"payload": row}
    head, payload = (_part(row, place) for place in (0, 1))
    if not isinstance(payload, dict):
        return row
    kid = text_at(row, "kid") or text_at(head, "kid")
    return row | {"payload": payload, "kid": kid}


def _part(row: dict[str, Any], place: int) -> Any:
    parts = text_at(row, "jwt")[:100_000].split(".")
    part = parts[place] if len(parts) == 3 else ""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return None


def _first_version(row: dict[str, Any], by_signature: dict[str, dict[str, Any]]) -> dict[str, Any]:
    for _ in range(MAX_EDITS):
        before = by_signature.get(_target(row)) if _action(row) == "edit" else None
        if before is None or before is row:
            return row
        row = before
    return row


def _action(row: dict[str, Any]) -> str:
    return text_at(row, "payload", "action")


def _target(row: dict[str, Any]) -> str:
    subject = text_at(row, "payload", "sub")
    return subject.removeprefix(MARESI) if subject.startswith(MARESI) else ""


def _no_opinion(row: dict[str, Any]) -> str:
    """Why an entry is nobody's opinion of a place; empty when it is one."""
    if flag_at(row, "payload", "metadata", "is_generated"):
        return "written by a machine"
    if _target(row) and not _action(row) and not text_at(row, "payload", "opinion").strip():
        return "a vote on another review"
    return _ACTIONS.get(_action(row), "")
