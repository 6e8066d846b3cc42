"""Signal 2: a text much like one that somebody else wrote."""

from __future__ import annotations

from consumers.authenticity.context import MIN_NEAR, Context, Copy
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from consumers.authenticity.wording import decimal_comma

ONE_ANONYMOUS_AT_MOST = 0.5
"""Value of a single similar text about the same entity where the authors cannot be told apart:
customers often post one complaint twice. Two such texts count in full."""
SHORT = 100
SHORT_DISCOUNT = 0.15
"""Taken off below 100 characters, where strangers' texts resemble each other more often."""


class NearDuplicate:
    """Highest Jaccard similarity of 5-character shingles to another author's text, 0…1,
    less for short texts and for what may be an anonymous repost."""

    name = "near_duplicate"
    group: Group = "network"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        if subject.length < MIN_NEAR:
            return None
        alike = [copy for copy in context.copies if _is_others(copy, subject)]
        if not alike:
            return Observation(
                value=0.0,
                reason_ru="Похожие тексты у других не встречались",
                reason_en="No similar text was seen from others",
            )
        nearest = max(alike, key=lambda copy: copy.jaccard)
        return Observation(
            value=_value(alike, subject),
            reason_ru=f"Текст похож на чужой отзыв (сходство "
            f"{decimal_comma(nearest.jaccard, 2)}), похожих всего: {len(alike)}",
            reason_en=f"The text resembles another review (similarity {nearest.jaccard:.2f}), "
            f"similar ones in all: {len(alike)}",
            evidence={"reviews": [copy.review_id for copy in alike[:5]]},
        )


def _value(alike: list[Copy], subject: Subject) -> float:
    highest = max(copy.jaccard for copy in alike)
    if subject.length < SHORT:
        highest -= SHORT_DISCOUNT
    known = any(
        copy.same_author is False or copy.entity_id != subject.review.entity_id for copy in alike
    )
    return highest if known or len(alike) > 1 else min(highest, ONE_ANONYMOUS_AT_MOST)


def _is_others(copy: Copy, subject: Subject) -> bool:
    """Leaves out the author's own texts, which are signal 3's, and what signal 1 counts."""
    if copy.same_author:
        return False
    counted = copy.same_author is False or copy.entity_id != subject.review.entity_id
    return not (copy.is_exact and counted)
