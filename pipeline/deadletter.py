"""What is kept of a refused message, and how many a stage may refuse before it stops."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from pipeline.errors import Rejected, TooManyDeadLetters
from pipeline.log.protocol import Message
from pipeline.log.sizes import headers_size
from pipeline.records import DeadLetter

REASON_CHARACTERS = 4_000
WHOLE_BYTES = 5_632 * 1024
"""A value so long fits into a letter, where it takes a third more."""
ENVELOPE_BYTES = 64 * 1024
"""The same of a key, and of all headers."""
CUT_BYTES = 64 * 1024
"""What is kept of a value that does not fit."""
MOST_HEADER = 1_000
"""… and of its key and each of our headers."""
OUR_HEADERS = "otzvuk-"


def dead_letter(
    stage: str, message: Message, error: Rejected, *, attempts: int, now: datetime
) -> DeadLetter:
    """The whole message with the reason; its id is the same however often it is refused."""
    fits = (
        len(message.value) <= WHOLE_BYTES
        and len(message.key or b"") <= ENVELOPE_BYTES
        and headers_size(message) <= ENVELOPE_BYTES
    )
    letter = _whole(stage, message, error, attempts=attempts, now=now)
    return letter if fits else cut_letter(letter)


def cut_letter(letter: DeadLetter) -> DeadLetter:
    """The beginning of a message that is too large to be kept whole, and what it was."""
    size = len(letter.value)
    where = f"{letter.topic}, partition {letter.partition}, offset {letter.offset}"
    return replace(
        letter,
        key=letter.key[:MOST_HEADER] if letter.key else letter.key,
        value=letter.value[:CUT_BYTES],
        headers={
            name: text
            for name, text in letter.headers.items()
            if name.startswith(OUR_HEADERS) and len(text) <= MOST_HEADER
        },
        cut_from=size,
        reason=f"{letter.reason} (only the first of its {size} bytes are kept here: {where})",
    )


def _whole(
    stage: str, message: Message, error: Rejected, *, attempts: int, now: datetime
) -> DeadLetter:
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
