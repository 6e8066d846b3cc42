"""Signal 10: more reviews in one day than a customer has occasions."""

from __future__ import annotations

from collections import Counter

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject


class Pace:
    """Most reviews of the author in one day up to this review's day, this one included."""

    name = "pace"
    group: Group = "author"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        if subject.author_key is None or subject.review.published_at is None:
            return None
        today = subject.review.event_day
        days = Counter(past.day for past in context.history if past.day <= today)
        if not days:
            return None
        days[today] += 1
        busiest, count = max(days.items(), key=lambda item: (item[1], item[0]))
        return Observation(
            value=float(count),
            reason_ru=f"Больше всего отзывов автора за день: {count} ({busiest})",
            reason_en=f"Most reviews of the author in one day: {count} ({busiest})",
        )
