"""Signal 14: written while the entity was still collecting its first reviews."""

from __future__ import annotations

from datetime import date

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject

WINDOW_DAYS = 180


class EarlyWindow:
    """1 − (day − the entity's first review) / 180 days, 0…1.

    Silent in a backfill, which usually runs from new to old: the first day is not known yet
    then, and every review would look early. Silent without the review's own date, too.
    """

    name = "early_window"
    group: Group = "burst"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        review, first = subject.review, context.entity.first_day
        if first is None or review.is_backfill or review.published_at is None:
            return None
        days = max(0, (date.fromisoformat(review.event_day) - first).days)
        return Observation(
            value=max(0.0, 1 - days / WINDOW_DAYS),
            reason_ru=f"Дней с первого известного отзыва: {days}",
            reason_en=f"Days since the first known review: {days}",
        )
