"""What people's handling of an alert means for a notice about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from consumers.notifying.configured import SEVERITY_RANK
from pipeline.mongo import Document
from pipeline.records import Alert


@dataclass(frozen=True)
class Ruling:
    """Whether a notice may go out."""

    action: Literal["send", "postpone", "withhold", "supersede"]
    reason: str = ""
    until: datetime | None = None
    """When to look again, for `postpone`."""


def rule_on(alert: Alert, document: Document, now: datetime) -> Ruling:
    """Decide from the alert's current document.

    What a person closed is not spoken of again; a newer state makes an unsent older one
    pointless; a snooze holds notices back until it ends; an acknowledged alert speaks again
    only when it got more severe or ended.
    """
    if document.get("resolved_by") and alert.state != "resolved":
        return Ruling("withhold", f"resolved by {document['resolved_by']}")
    current = document.get("sequence", alert.sequence)
    if current > alert.sequence:
        return Ruling("supersede", f"state {current} is newer")
    snoozed_until = document.get("snoozed_until")
    if snoozed_until is not None and snoozed_until > now:
        return Ruling("postpone", f"snoozed by {document.get('snoozed_by', '?')}", snoozed_until)
    if document.get("acknowledged_by") and alert.state == "updated":
        then = document.get("acknowledged_severity", alert.severity)
        if SEVERITY_RANK[alert.severity] <= SEVERITY_RANK[then]:
            return Ruling("withhold", f"acknowledged by {document['acknowledged_by']}")
    return Ruling("send")
