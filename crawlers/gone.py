"""Which stored reviews are gone: only those whose place a pass covered without seeing them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from msgspec import Struct

from crawlers.course import EXACT, Course
from crawlers.outcomes import Outcome
from pipeline.records import AwareTime

SUSPICIOUS_SHARE = 0.5
SUSPICIOUS_COUNT = 10
"""Half of a listing does not vanish between two passes, unless its pages broke: so many missing
reviews that are also such a share of it are a doubt about the pass, not about the reviews."""


class Place(Struct, frozen=True, kw_only=True):
    """Where a stored review stood in its listing."""

    review_id: str
    event_at: AwareTime
    precision: str | None
    """Precision of the review's own date; None when it has none."""
    seen_at: AwareTime
    """When a crawl last brought it."""


class Coverage(Struct, frozen=True, kw_only=True):
    """The part of a listing that a pass has looked at from top to bottom."""

    started_at: AwareTime
    """What came after it, the pass may have missed."""
    newer_than: AwareTime | None = None
    """Only younger reviews were surely covered; None when all were."""
    by_day: bool = False
    """Whether times within a day say nothing about the order."""

    def holds(self, place: Place) -> bool:
        """Whether the pass would have seen the review, were it still there."""
        if place.seen_at >= self.started_at:
            return False
        if self.newer_than is None:
            return True
        if place.precision is None or place.precision == "relative":
            return False
        if self.by_day or place.precision not in EXACT:
            return place.event_at.date() > self.newer_than.date()
        return place.event_at > self.newer_than


Places = Callable[[datetime | None], Iterable[Place]]
"""Event time, exclusive → stored reviews of the listing that are not gone and younger."""


class Missing(Struct, frozen=True, kw_only=True):
    """What a pass did not see again."""

    ids: tuple[str, ...] = ()
    is_suspicious: bool = False
    """Whether it is so much that the pass is to be doubted."""


def coverage(outcome: Outcome, course: Course, started_at: datetime) -> Coverage | None:
    """What a pass that ended so has covered; None when nothing can be said.

    A complete pass covered all. One that stopped or was capped covered what is younger than the
    last review it saw, if the listing was newest first. A failed one covered nothing.
    """
    if outcome is Outcome.COMPLETE:
        return Coverage(started_at=started_at)
    if outcome not in (Outcome.CAPPED, Outcome.STOPPED_AT_KNOWN):
        return None
    if not course.is_newest_first or course.oldest is None:
        return None
    return Coverage(started_at=started_at, newer_than=course.oldest, by_day=not course.is_exact)


def missing(places: Iterable[Place], seen: Collection[str], covered: Coverage) -> Missing:
    """The stored reviews in the covered part that the pass did not see."""
    held = [place for place in places if covered.holds(place)]
    ids = tuple(place.review_id for place in held if place.review_id not in seen)
    is_much = len(ids) >= SUSPICIOUS_COUNT and len(ids) > SUSPICIOUS_SHARE * len(held)
    return Missing(ids=ids, is_suspicious=is_much)
