"""Signal 18: what the source itself vouches for."""

from __future__ import annotations

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from pipeline.records import LETTER, Review

WITHHELD, NAMED, PURCHASE, IDENTITY = -1.0, 1.0, 2.0, 3.0


class ProvenanceMark:
    """Strength of the source's mark: −1 withheld, 1 named company with role or scan,
    2 confirmed purchase, 3 confirmed identity. Evidence, not proof: hired reviewers really buy."""

    name = "provenance_mark"
    group: Group = "provenance"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        review = subject.review
        how = review.author.identified_by
        if how and how != LETTER:
            how = how[:60]
            return Observation(
                value=IDENTITY,
                reason_ru=f"Личность автора подтверждена площадкой ({how})",
                reason_en=f"The source confirmed the author's identity ({how})",
            )
        return _purchase(review)


def _purchase(review: Review) -> Observation | None:
    if review.verified_purchase:
        return Observation(
            value=PURCHASE,
            reason_ru="Площадка подтвердила покупку или визит",
            reason_en="The source confirmed the purchase or visit",
        )
    if review.author.company and review.author.role:
        return Observation(
            value=NAMED,
            reason_ru="Автор назвал компанию и должность",
            reason_en="The author named a company and a role",
        )
    if review.author.company and review.author.identified_by == LETTER:
        return Observation(
            value=NAMED,
            reason_ru="Письмо от названной компании, указан скан",
            reason_en="A letter of a named company, with its scan",
        )
    if review.verified_purchase is None:
        return None
    return Observation(
        value=WITHHELD,
        reason_ru="Площадка отмечает подтверждённые отзывы, у этого отметки нет",
        reason_en="The source marks confirmed reviews, this one has no mark",
    )
