"""What a channel is: it sends one notice, or says whether trying again makes sense."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from pipeline.errors import RemoteUnavailable
from pipeline.records import Alert


class Notice(Struct, frozen=True, kw_only=True):
    """One message to one channel about one state of one alert."""

    key: str
    """`fingerprint#sequence#channel`: equal for every attempt, so that a receiver can tell a
    repeat from news."""
    title: str
    body: str
    """Plain text in the configured language."""
    alert: Alert
    is_repeat: bool = False
    """True when an earlier attempt was cut off and may have arrived."""


class SendingFailed(RemoteUnavailable):
    """A passing failure: the same notice may succeed later."""

    def __init__(self, reason: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds
        """What the receiver asked for, if it did."""


class SendingRefused(Exception):
    """A permanent failure: the receiver will never take this notice as it is configured."""


class Channel(Protocol):
    """One configured place where people read alerts."""

    def send(self, notice: Notice) -> None:
        """Return when the receiver has taken it.

        Raises SendingFailed for a passing failure, SendingRefused for a permanent one.
        """
