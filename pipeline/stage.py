"""What a stage is: a function from a batch of records to a batch of records, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipeline.errors import Rejected
from pipeline.log.protocol import Message
from pipeline.records import Record


@dataclass(frozen=True)
class Delivery:
    """A decoded record and the message that brought it."""

    record: Any
    """Of the input topic's record type."""
    message: Message


@dataclass(frozen=True)
class BatchResult:
    """What a stage made of a batch."""

    outputs: Sequence[Record] = ()
    """Records to publish, each on its own type's topic, atomically with the offsets."""
    rejected: Mapping[int, Rejected] = field(default_factory=dict)
    """Position in the batch → why it cannot be handled; it becomes a dead letter."""


class Stage(Protocol):
    """One step of the pipeline; the runner does everything else.

    Raising Retry makes the runner back off and call again with the same batch; raising
    Rejected makes it call again message by message, to find the ill one; anything else
    crashes the process without a commit. `handle` must therefore be idempotent.
    """

    @property
    def name(self) -> str:
        """Name on the command line, in metrics, and of the consumer group."""

    @property
    def topic(self) -> str:
        """Input topic."""

    def handle(self, batch: Sequence[Delivery]) -> BatchResult:
        """Handle 1…n deliveries, in order within each partition."""

    def tick(self, now: datetime) -> Sequence[Record]:
        """Called between batches, at least every few seconds: work that time alone brings."""

    def close(self) -> None:
        """Release what the stage holds."""
