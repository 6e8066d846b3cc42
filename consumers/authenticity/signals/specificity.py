"""Signal 19: the details that only somebody who was there would think of."""

from __future__ import annotations

import re

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import MAX_CHARACTERS, Subject
from consumers.authenticity.wording import decimal_comma

MIN_WORDS = 3
BORROWED_FROM = 0.6
"""Similarity to another's text from which the details are taken for borrowed."""
SMOOTHING_WORDS = 20
"""Added to the length, so that one number in a short text is not taken for density."""
PHOTO_WORTH = 2
MAX_PHOTOS = 3
NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
MONTHS = re.compile(
    r"\b(?:январ|феврал|март[аеу]?\b|апрел|ма[йея]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|january|february|april|june|july|august|september|october|november|december)"
)
"""Read on the normalised words."""
NAMES = re.compile(r"(?<=[\w,;»)] )[«\"(]?[A-ZА-ЯЁ][\w-]{2,}")
"""Capitalised inside a sentence. After English "I" and the like too: a name all the same."""


class Specificity:
    """Numbers, months, names and photos per 100 words (20 words added to the length).

    Silent about a text that resembles somebody else's: its details are borrowed.
    """

    name = "specificity"
    group: Group = "text"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        words = subject.words.count(" ") + 1
        if not subject.words or words < MIN_WORDS or _is_borrowed(context):
            return None
        text = subject.review.full_text[:MAX_CHARACTERS]
        numbers, months = len(NUMBERS.findall(text)), len(MONTHS.findall(subject.words))
        names, photos = len(NAMES.findall(text)), min(MAX_PHOTOS, subject.review.media_count)
        details = numbers + months + names + PHOTO_WORTH * photos
        value = 100 * details / (words + SMOOTHING_WORDS)
        return Observation(
            value=value,
            reason_ru=f"Конкретика: чисел {numbers}, месяцев {months}, имён и названий {names}, "
            f"фото {photos} на {words} сл. ({decimal_comma(value)} на 100)",
            reason_en=f"Specifics: numbers {numbers}, months {months}, names {names}, "
            f"photos {photos} in {words} words ({value:.1f} per 100)",
        )


def _is_borrowed(context: Context) -> bool:
    return any(
        copy.jaccard >= BORROWED_FROM and copy.same_author is not True for copy in context.copies
    )
