"""Signal 3: an author who repeats the own text."""

from __future__ import annotations

import numpy as np

from consumers.authenticity.context import MIN_NEAR, Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.sketch import jaccard
from consumers.authenticity.subject import Subject
from consumers.authenticity.wording import decimal_comma


class SelfCopy:
    """Highest Jaccard similarity to the author's own last 20 texts, 0…1."""

    name = "self_copy"
    group: Group = "author"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        own = [(past.review_id, past.sketch) for past in context.history if past.sketch is not None]
        if subject.length < MIN_NEAR or not own:
            return None
        similarity = jaccard(subject.sketch, np.stack([sketch for _, sketch in own]))
        nearest = int(similarity.argmax())
        value = float(similarity[nearest])
        return Observation(
            value=value,
            reason_ru=f"Сходство с другими отзывами автора до {decimal_comma(value, 2)} "
            f"(сравнено: {len(own)})",
            reason_en=f"Similarity to the author's other reviews up to {value:.2f} "
            f"(compared: {len(own)})",
            evidence={"review": own[nearest][0]},
        )
