"""How far a pass has come down a listing: where it may stop, and what its silence proves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from pipeline.records import AwareTime, Review

EXACT = frozenset({"second", "minute"})
"""Precisions whose moments can be compared with each other."""


class Course(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State after some pages; kept with each page, so that a resumed pass knows it too."""

    is_newest_first: bool = True
    """Whether every dated review so far stood below a younger or equally old one."""
    newest: AwareTime | None = None
    """Time of the first review that has one."""
    oldest: AwareTime | None = None
    """Time of the last review; None before the first, and where there are no dates."""
    is_exact: bool = True
    """Whether every time so far was known to the minute."""
    known_run: int = 0
    """Known, unchanged reviews at the end of what was read, without another between them."""

    @property
    def falls(self) -> bool:
        """Whether the whole listing so far shows that it is newest first."""
        spans = self.newest is not None and self.oldest is not None and self.newest > self.oldest
        return self.is_newest_first and spans

    def after(self, reviews: Sequence[Review], unchanged: Sequence[bool]) -> Course:
        """The state after one more page; `unchanged` says which reviews the store has."""
        if not reviews:
            return self
        times = [review.published_at for review in reviews]
        dated = [time for time in times if time is not None]
        falls = len(dated) == len(times) and all(one >= two for one, two in pairwise(dated))
        follows = self.oldest is None or not dated or self.oldest >= dated[0]
        trailing = next(
            (place for place, is_known in enumerate(reversed(unchanged)) if not is_known),
            len(unchanged),
        )
        return replace(
            self,
            is_newest_first=self.is_newest_first and falls and follows,
            newest=self.newest or (dated[0] if dated else None),
            oldest=min(dated) if dated else self.oldest,
            is_exact=self.is_exact and all(r.published_precision in EXACT for r in reviews),
            known_run=trailing if trailing < len(unchanged) else self.known_run + trailing,
        )


def newest_first(reviews: Sequence[Review]) -> bool:
    """Whether the page is ordered by falling date, so that older pages hold nothing new."""
    times = [review.published_at for review in reviews if review.published_at is not None]
    falling = all(one >= two for one, two in pairwise(times))
    return len(times) == len(reviews) and falling and (len(times) == 1 or times[0] > times[-1])
