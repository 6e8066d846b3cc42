"""Signal 5: the lowest or the highest star."""

from __future__ import annotations

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject


class Extremity:
    """1 for one or five stars, 0 for anything between."""

    name = "extremity"
    group: Group = "burst"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        star = subject.review.rating
        if star is None:
            return None
        is_extreme = star in (1.0, 5.0)
        ru, en = ("крайняя", "an extreme") if is_extreme else ("не крайняя", "not an extreme")
        return Observation(
            value=float(is_extreme),
            reason_ru=f"Оценка {star:g} — {ru}",
            reason_en=f"A rating of {star:g} is {en} one",
        )
