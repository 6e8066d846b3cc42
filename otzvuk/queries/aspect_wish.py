"""An aspect that somebody asks for, as a word and as a condition on the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, get_args

from pipeline.errors import UsageError
from pipeline.mongo import Document
from pipeline.records import ASPECTS, SentimentLabel

POLARITIES: tuple[str, ...] = get_args(SentimentLabel)


@dataclass(frozen=True, kw_only=True)
class AspectWish:
    """Reviews that judge an aspect, one way or any way."""

    aspect: str
    polarities: tuple[str, ...] = POLARITIES

    @classmethod
    def parsed(cls, word: str) -> Self:
        """Of `delivery` or `delivery:negative`; raises UsageError that lists what there is."""
        aspect, colon, polarity = word.strip().lower().partition(":")
        if aspect not in ASPECTS:
            raise UsageError(f"no aspect {aspect!r}: there are {', '.join(ASPECTS)}")
        if not colon:
            return cls(aspect=aspect)
        if polarity not in POLARITIES:
            raise UsageError(
                f"no polarity {polarity!r} of {aspect}: one of {', '.join(POLARITIES)}"
            )
        return cls(aspect=aspect, polarities=(polarity,))

    def condition(self) -> Document:
        """On the facts, where an opinion is written `delivery:negative`."""
        return {"aspects": {"$in": [f"{self.aspect}:{one}" for one in self.polarities]}}
