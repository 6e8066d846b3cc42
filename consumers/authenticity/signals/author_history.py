"""Signal 9: how long the author's record is."""

from __future__ import annotations

import math

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject


class AuthorHistory:
    """log1p of the author's reviews, this one included.

    A single review counts against an author only where the profile itself says so: an author
    whom we meet for the first time may have written hundreds that we never saw.
    """

    name = "author_history"
    group: Group = "author"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        claimed = subject.review.author.reviews_count
        day = subject.review.event_day
        seen = 1 + sum(past.day <= day for past in context.history)
        if claimed is None and seen == 1:
            return None
        count = max(claimed or 0, seen)
        source_ru, source_en = (
            ("по нашим данным", "that we saw")
            if claimed is None or claimed < seen
            else ("по профилю", "by the profile")
        )
        return Observation(
            value=math.log1p(count),
            reason_ru=f"Отзывов у автора {source_ru}: {count}",
            reason_en=f"Reviews of the author {source_en}: {count}",
        )
