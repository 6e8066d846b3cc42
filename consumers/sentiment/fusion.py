"""The final label: what the text says and the star the author gave, weighed against each other.

Both are experts about one hidden thing, what the author means, and their distributions are
multiplied (product of experts, Hinton 2002):

    P(label | text, star)  ∝  T(label) · S(label | star)

- T is the text's own distribution, drawn a little towards even, so that a text never speaks louder
  than 18 to 1: models misread irony, and a product must not be ruled by a false certainty.
- S is the plain meaning of the star (1–2 negative, 3 neutral, 4–5 positive) mixed with the mean
  verdict on held-out texts with that star, where the text is sure of itself (SURE_VERDICTS): how
  often authors write otherwise than they click. Half stars lie between their neighbours.

Hence a clear text decides about three stars, and casts doubt on the others without turning them.
Text alone: its distribution as it is. Star alone: S. Neither: neutral, all three alike. Where no
star was given, a recommendation counts as 4.5 stars and its refusal as 1.5.
The text's own verdict is kept apart in every case: their conflict is evidence of its own.
"""

from __future__ import annotations

from math import floor
from typing import Any

from consumers.sentiment.model import TextOpinion, most_probable
from pipeline.records import Probabilities, Review, Understanding

Triple = tuple[float, float, float]

SURE_VERDICTS: tuple[Triple, ...] = (
    (0.907, 0.041, 0.051),
    (0.802, 0.068, 0.130),
    (0.365, 0.135, 0.500),
    (0.069, 0.059, 0.872),
    (0.027, 0.029, 0.944),
)
"""Negative, neutral, positive for one to five stars, as `training/sentiment_fast.py` prints it."""
PLAIN_MEANING: tuple[Triple, ...] = (
    (1.0, 0.0, 0.0),
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.0, 0.0, 1.0),
)
PLAIN_SHARE = 0.6
"""Weight of the plain meaning in the mixture."""
TEXT_FLOOR = 0.05
"""Least that T gives any label."""
RECOMMENDED_STAR, REFUSED_STAR = 4.5, 1.5
EVEN: Triple = (1 / 3, 1 / 3, 1 / 3)


def understanding_of(review: Review, opinion: TextOpinion | None, revision: str) -> Understanding:
    """Text and star together; `opinion` is None where the review has no text."""
    star = star_of(review)
    final = probabilities_of(opinion.probabilities if opinion else None, star)
    return Understanding(
        label=most_probable(final),
        score=min(1.0, max(-1.0, final.positive - final.negative)),
        probabilities=final,
        text_label=opinion.label if opinion else None,
        text_probabilities=opinion.probabilities if opinion else None,
        expected_star=opinion.expected_star if opinion else None,
        language=opinion.language if opinion else None,
        model=revision,
        **_beyond_sentiment(opinion),
    )


def _beyond_sentiment(opinion: TextOpinion | None) -> dict[str, Any]:
    """What only the words can say; nothing where there are none."""
    if opinion is None:
        return {}
    return {
        "aspects": opinion.aspects,
        "constructiveness": opinion.constructiveness,
        "complaint": opinion.complaint,
        "mixed": opinion.mixed,
        "junk": opinion.junk,
        "unmeasured": opinion.unmeasured,
        "unknown_pieces": opinion.unknown_pieces,
        "read_by": opinion.read_by,
    }


def star_of(review: Review) -> float | None:
    """The star the author gave, or what a recommendation stands for; None without either."""
    if review.rating is not None:
        return review.rating
    if review.recommends is None:
        return None
    return RECOMMENDED_STAR if review.recommends else REFUSED_STAR


def probabilities_of(text: Probabilities | None, star: float | None) -> Probabilities:
    """The final distribution, by the rule above."""
    if star is None:
        return text or _normalised(EVEN)
    if text is None:
        return _normalised(star_evidence(star))
    negative, neutral, positive = star_evidence(star)
    return _normalised(
        (
            _tempered(text.negative) * negative,
            _tempered(text.neutral) * neutral,
            _tempered(text.positive) * positive,
        )
    )


def star_evidence(star: float) -> Triple:
    """S(label | star) for any star from 1 to 5."""
    lower = min(floor(star), 4)
    share = star - lower
    below, above = _whole_star(lower), _whole_star(lower + 1)
    negative, neutral, positive = (
        (1 - share) * first + share * second for first, second in zip(below, above, strict=True)
    )
    return negative, neutral, positive


def _whole_star(star: int) -> Triple:
    negative, neutral, positive = (
        PLAIN_SHARE * plain + (1 - PLAIN_SHARE) * mean
        for plain, mean in zip(PLAIN_MEANING[star - 1], SURE_VERDICTS[star - 1], strict=True)
    )
    return negative, neutral, positive


def _tempered(probability: float) -> float:
    return TEXT_FLOOR + (1 - 3 * TEXT_FLOOR) * probability


def _normalised(triple: Triple) -> Probabilities:
    total = sum(triple)
    negative, neutral, positive = (part / total for part in triple)
    return Probabilities(negative=negative, neutral=neutral, positive=positive)
