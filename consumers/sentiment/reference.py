"""What a model said of texts like those it learnt from: later readings are compared with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct, field

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
APART = 2.0
"""Stars between what the words suggest and what the author gave, from which on both disagree."""


class Reference(Struct, frozen=True, kw_only=True):
    """Measured when the model was made, and kept with it."""

    size: Annotated[int, Meta(ge=0)] = 0
    """Texts that were read; 0 where nothing was measured."""
    labels: dict[str, Share] = field(default_factory=dict)
    languages: dict[str, Share] = field(default_factory=dict)
    """The commonest."""
    mean_confidence: Share | None = None
    """Mean probability of the label."""
    disagreement: Share | None = None
    """Share of the texts with a star that it contradicts, as `contradicts` says."""
    unknown_pieces: Share | None = None
    """Mean share of a text that the vocabulary cannot spell."""

    def measures(self) -> Iterator[tuple[str, str, float]]:
        """(measure, name within it, value) of all that was measured."""
        yield from (("label", name, share) for name, share in self.labels.items())
        yield from (("language", name, share) for name, share in self.languages.items())
        single = {
            "confidence": self.mean_confidence,
            "disagreement": self.disagreement,
            "unknown_pieces": self.unknown_pieces,
        }
        yield from ((name, "", value) for name, value in single.items() if value is not None)


def contradicts(expected_star: float, star: float) -> bool:
    """Whether the words and the author's star say different things."""
    return abs(expected_star - star) >= APART
