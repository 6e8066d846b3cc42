"""What is kept of a refused message, and how many a stage may refuse before it stops."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.errors import Rejected, TooManyDeadLetters
from pipeline.log.protocol import Message
from pipeline.records import DeadLetter

REASON_CHARACTERS = 4_000


def dead_letter(
    stage: str, message: Message, error: Rejected, *, attempts: int, now: datetime
) -> DeadLetter:
    """The whole message with the reason; its id is the same however often it is refused."""
    return DeadLetter(
        letter_id=f"{stage}:{message.topic}:{message.partition}:{message.offset}",
        stage=stage,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=message.headers,
        error=type(error).__name__,
        reason=str(error)[:REASON_CHARACTERS],
        attempts=attempts,
        failed_at=now,
    )


@dataclass(frozen=True, kw_only=True)
class DeadLetterPolicy:
    """How many refusals are an accident, and how many a flood."""

    limit: int
    """Most refusals within the window."""
    window_seconds: float


@dataclass
class DeadLetterGuard:
    """Counts one stage's refusals against its policy."""

    policy: DeadLetterPolicy
    _refused: deque[float] = field(default_factory=deque)

    def admit(self, stage: str, refused: int, latest_reason: str, *, now: float) -> None:
        """Take note of `refused` messages at monotonic second `now`.

        Raises TooManyDeadLetters before anything is committed, so that a flood is neither
        lost nor buried among the dead letters: a person looks, then restarts the stage.
        """
        horizon = now - self.policy.window_seconds
        while self._refused and self._refused[0] < horizon:
            self._refused.popleft()
        if len(self._refused) + refused > self.policy.limit:
            raise TooManyDeadLetters(
                f"stage {stage} would refuse {len(self._refused) + refused} messages within "
                f"{self.policy.window_seconds:.0f} s, the limit is {self.policy.limit}; nothing "
                f"of this batch was committed. Latest reason: {latest_reason}. Find the cause, "
                "then start the stage again (raise stages.dead_letter_limit if they are "
                "rightly refused)"
            )
        self._refused.extend([now] * refused)
