"""Signal 11: an author who only praises, or only scolds."""

from __future__ import annotations

import math
from collections import Counter

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from consumers.authenticity.wording import decimal_comma

MIN_RATED = 3
"""Rated reviews of the author below which a share means nothing."""
POSITIVE_FROM = 4.0


class OneSidedness:
    """|2·s − 1| for the shrunk share s of positive stars (Laplace), 0…1."""

    name = "one_sidedness"
    group: Group = "author"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        day = subject.review.event_day
        stars = [past.rating for past in context.history if past.day <= day]
        rated = [star for star in (*stars, subject.review.rating) if star is not None]
        if len(rated) < MIN_RATED:
            return None
        positive = sum(star >= POSITIVE_FROM for star in rated)
        share = (positive + 1) / (len(rated) + 2)
        bits = _entropy(rated)
        return Observation(
            value=abs(2 * share - 1),
            reason_ru=f"Положительных оценок у автора {positive} из {len(rated)}, "
            f"разнообразие {decimal_comma(bits)} бит",
            reason_en=f"Positive ratings of the author: {positive} of {len(rated)}, "
            f"entropy {bits:.1f} bits",
        )


def _entropy(stars: list[float]) -> float:
    """Shannon entropy of the author's stars, in bits."""
    counts = Counter(stars).values()
    total = len(stars)
    return sum(count / total * math.log2(total / count) for count in counts)
