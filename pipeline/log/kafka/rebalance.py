"""What a consumer must know of its group's rebalances beyond what kafka-python tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kafka import ConsumerRebalanceListener


class Losses(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes which partitions were taken away during a poll."""

    def __init__(self) -> None:
        self.partitions: set[Any] = set()

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Nothing to do: a new partition starts where its group committed."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """Handed over in a rebalance."""
        self.partitions.update(revoked)

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        """Lost with the membership."""
        self.partitions.update(lost)


class KeptJoin:
    """A join of the group that the next poll takes up, even if it is done by then."""

    is_done = False

    def __init__(self, task: Any) -> None:
        self.add_callback = task.add_callback
        self.add_errback = task.add_errback
