"""A clock whose look may kill: a worker looks at it between all that it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline.clock import FixedClock


class WorkerKilled(BaseException):
    """As if the process had got SIGKILL."""


@dataclass(frozen=True)
class MortalClock:
    """Shows another clock's time, to whom it lets live."""

    clock: FixedClock
    kill: Callable[[], None]

    def now(self) -> datetime:
        self.kill()
        return self.clock.now()

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
