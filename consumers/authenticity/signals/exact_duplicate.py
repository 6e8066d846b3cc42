"""Signal 1: the same text under another name, or about another entity."""

from __future__ import annotations

from consumers.authenticity.context import MIN_EXACT, Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject


class ExactDuplicate:
    """Length in characters of a text that was seen elsewhere; 0 when it was not.

    The longer the text, the less it repeats by itself. One person who posts the same words
    about the same entity on two sites is not counted.
    """

    name = "exact_duplicate"
    group: Group = "network"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        if subject.length < MIN_EXACT:
            return None
        entity = subject.review.entity_id
        found = [
            copy.review_id
            for copy in context.copies
            if copy.is_exact and (copy.same_author is False or copy.entity_id != entity)
        ]
        if not found:
            return Observation(
                value=0.0,
                reason_ru="Такой же текст у других не встречался",
                reason_en="The same text was not seen from others",
            )
        return Observation(
            value=float(subject.length),
            reason_ru=f"Тот же текст ({subject.length} зн.) уже встречался у другого автора "
            f"или о другой компании, раз: {len(found)}",
            reason_en=f"The same text ({subject.length} characters) was already seen from "
            f"another author or about another company, times: {len(found)}",
            evidence={"reviews": found[:5]},
        )
