"""What a rule found on one day, with every number needed to check it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pipeline.records import Severity

GateName = Literal[
    "no_history", "covered_days", "below_threshold", "same_share", "few_ratings", "small_drop",
    "mostly_negative", "backfill", "cooldown", "source_unhealthy",
]  # fmt: skip


SOFT_GATES: frozenset[GateName] = frozenset({"same_share", "mostly_negative", "small_drop"})
"""They keep an episode from opening, but do not end one: a wave does not stop being one
because praise came with it on the next day."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A reason not to alarm."""

    name: GateName
    reason: str
    """In English, with the numbers."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The verdict of one rule about one entity on one day."""

    rule: str
    entity_id: str
    today: date
    window_days: int = 1
    """Length of the most surprising window, ending today."""
    observed: float = 0.0
    expected: float = 0.0
    surprise: float = 0.0
    threshold: float = 0.0
    kind: str = ""
    """What sort of trouble, in the rule's own words."""
    severity: Severity = "warning"
    gates: tuple[Gate, ...] = ()
    """Empty when it alarms."""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def alarms(self) -> bool:
        """Whether nothing holds it back."""
        return not self.gates

    @property
    def sustains(self) -> bool:
        """Whether an open episode stays open."""
        return all(gate.name in SOFT_GATES for gate in self.gates)

    @property
    def window_start(self) -> date:
        """First day of the window."""
        return date.fromordinal(self.today.toordinal() - self.window_days + 1)
