"""What a signal is: a pure reading of one review and its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from consumers.authenticity.context import Context
from consumers.authenticity.subject import Subject

Group = Literal["text", "author", "burst", "network", "provenance"]
GROUPS: tuple[Group, ...] = ("text", "author", "burst", "network", "provenance")


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What a signal saw, before it is weighed."""

    value: float
    """In the signal's own unit; the weights table bins it."""
    reason_ru: str
    """One sentence with the numbers, for a person."""
    reason_en: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Numbers and ids that the sentence does not hold; JSON values."""


class Signal(Protocol):
    """One kind of evidence for or against a review's being genuine.

    `read` does no I/O, keeps nothing, and returns None where the review or its surroundings
    lack what it needs: what is missing adds nothing.
    """

    @property
    def name(self) -> str:
        """Name in the weights table; also the name of its module."""

    @property
    def group(self) -> Group:
        """Group whose sum is clipped together, since its signals are not independent."""

    def read(self, subject: Subject, context: Context) -> Observation | None:
        """The observation, or None when there is nothing to go by."""
