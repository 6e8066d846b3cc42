"""How long to wait before the next attempt: exponential, capped, with full jitter."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Delays of one series of attempts.

    Full jitter (a uniform share of the exponential ceiling, but at least half the initial
    delay) keeps many workers from knocking at the same moment; see Brooker, "Exponential
    Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    initial_seconds: float
    max_seconds: float
    attempts: int = 0
    random: random.Random = field(default_factory=random.Random)

    def next_delay(self) -> float:
        """Seconds to wait now; grows with every call."""
        ceiling = min(self.max_seconds, self.initial_seconds * 2.0 ** min(self.attempts, 30))
        self.attempts += 1
        floor = min(ceiling, self.initial_seconds / 2)
        return floor + self.random.random() * (ceiling - floor)
