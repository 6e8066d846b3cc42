"""Where a page of reviews ended, as an opaque word that stays valid while reviews arrive."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Self

import msgspec
from msgspec import Struct

from pipeline.errors import UsageError
from pipeline.records import AwareTime


class Cursor(Struct, frozen=True, order=True, array_like=True):
    """The last review that was shown; newest first, the next one is smaller."""

    event_at: AwareTime
    review_id: str

    def encoded(self) -> str:
        """The opaque word."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @classmethod
    def decoded(cls, word: str) -> Self:
        """Back again; raises UsageError for a word that is none of ours."""
        try:
            padded = word + "=" * (-len(word) % 4)
            return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=cls)
        except (binascii.Error, msgspec.DecodeError, ValueError) as error:
            raise UsageError(f"cursor {word!r} is damaged: copy it whole, or start anew") from error

    @property
    def day(self) -> str:
        """Event day of the last review."""
        return _day(self.event_at)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
