"""Signal 4: a star far from what the entity usually gets."""

from __future__ import annotations

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from consumers.authenticity.wording import decimal_comma

PRIOR_MEAN = 3.9
"""Mean star over the rated training sets, towards which a small sample is drawn."""
PRIOR_WEIGHT = 7.0
"""Reviews that the prior mean is worth, as in the reputation rating."""
MIN_RATED = 5
"""Rated reviews of the entity below which there is no "usual"."""


class RatingDeviation:
    """|star − shrunk mean of the entity without this review| / 4, 0…1."""

    name = "rating_deviation"
    group: Group = "burst"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        star, entity = subject.review.rating, context.entity
        if star is None or entity.rated < MIN_RATED:
            return None
        mean = (PRIOR_WEIGHT * PRIOR_MEAN + entity.rating_sum) / (PRIOR_WEIGHT + entity.rated)
        return Observation(
            value=abs(star - mean) / 4,
            reason_ru=f"Оценка {star:g} при обычной {decimal_comma(mean)} (оценок: {entity.rated})",
            reason_en=f"Rated {star:g} where {mean:.1f} is usual (ratings: {entity.rated})",
        )
