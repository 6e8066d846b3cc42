"""Signal 6: the star says one thing, the words another."""

from __future__ import annotations

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from consumers.authenticity.wording import decimal_comma


class StarTextConflict:
    """|P(positive) − P(negative) of the words − (star − 3) / 2| / 2, 0…1."""

    name = "star_text_conflict"
    group: Group = "text"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        star, words = subject.review.rating, subject.understanding.text_probabilities
        if star is None or words is None:
            return None
        tone = words.positive - words.negative
        value = min(1.0, abs(tone - (star - 3) / 2) / 2)
        return Observation(
            value=value,
            reason_ru=f"Оценка {star:g}, тон текста {decimal_comma(tone)} (от −1 до 1): "
            f"расхождение {decimal_comma(value, 2)}",
            reason_en=f"Rated {star:g}, tone of the text {tone:.1f} (−1 to 1): "
            f"conflict {value:.2f}",
        )
