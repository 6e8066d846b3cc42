"""What any sentiment model is to the rest: texts in, opinions out, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.records import (
    AspectOpinion,
    Complaint,
    Probabilities,
    Review,
    SentimentLabel,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewText:
    """The words of one review, the star not among them; equal ones get equal opinions."""

    text: str = ""
    title: str = ""
    pros: str = ""
    """What the author liked, where the source asks for it separately."""
    cons: str = ""
    """What the author disliked, where the source asks for it separately."""
    language_hint: str | None = None
    """ISO 639 code that the source gave; decides only where the text is too short to tell."""

    @classmethod
    def of(cls, review: Review) -> ReviewText:
        """The words of `review`."""
        return cls(
            text=review.text,
            title=review.title,
            pros=review.pros,
            cons=review.cons,
            language_hint=review.language,
        )

    @property
    def is_empty(self) -> bool:
        """True when there is nothing but white space."""
        return not any(part.strip() for part in (self.text, self.title, self.pros, self.cons))


@dataclass(frozen=True, kw_only=True, slots=True)
class TextOpinion:
    """What the words alone say."""

    probabilities: Probabilities
    """Calibrated; they sum to one."""
    expected_star: float
    """Mean star, 1…5, that such words come with."""
    language: str | None
    """ISO 639 code; None where the text has no letters."""
    mixed: float | None = None
    """Probability that it praises and blames at once; None where the model cannot tell."""
    junk: float | None = None
    """Probability that it is no opinion at all; None where the model cannot tell."""
    aspects: tuple[AspectOpinion, ...] = ()
    """What it judges, surest first."""
    constructiveness: float | None = None
    """How far a complaint can be acted on; None where the model cannot tell."""
    complaint: Complaint | None = None
    """The parts behind `constructiveness`."""
    unmeasured: tuple[str, ...] = ()
    """Answers that were never measured in this language."""
    unknown_pieces: float | None = None
    """Share of the text that the vocabulary cannot spell; None where nobody counts."""
    read_by: str | None = None
    """Revision of the tier that read it, where the model is made of several."""

    @property
    def label(self) -> SentimentLabel:
        """The most probable label."""
        return most_probable(self.probabilities)


class SentimentModel(Protocol):
    """A model behind the sentiment stage; the contract suite says what it must hold to."""

    @property
    def revision(self) -> str:
        """`name@digest` of everything that decides its answers."""

    def predict(self, texts: Sequence[ReviewText]) -> Sequence[TextOpinion]:
        """One opinion a text, in order; the same for a text alone and in any batch."""


def most_probable(probabilities: Probabilities) -> SentimentLabel:
    """The label with the highest probability; a tie goes to neutral, then to negative."""
    ranked: list[tuple[float, SentimentLabel]] = [
        (probabilities.neutral, "neutral"),
        (probabilities.negative, "negative"),
        (probabilities.positive, "positive"),
    ]
    return max(ranked, key=lambda pair: pair[0])[1]
