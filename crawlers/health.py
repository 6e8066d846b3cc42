"""What a source used to give, compared with what it gives now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from crawlers.source import Field
from pipeline.records import Review

USUAL_SHARE = 0.9
"""A field filled in so many of its reviews belongs to the source's layout."""
LEAST_HISTORY = 20
LEAST_ON_PAGE = 5
"""Five empty in a row, each with a chance of one in ten: one in a hundred thousand."""
CORE: frozenset[Field] = frozenset({"author", "rating", "text", "date"})
"""Without these a review would replace its better version in the store."""
YIELD_SHARE = 0.5
LEAST_YIELD = 20
MOST_REMEMBERED = 2_000
"""Older reviews lose weight beyond so many, so that a layout that changed for good is learned."""


class History(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What earlier passes over one listing found; nothing for a listing that is new."""

    filled: dict[str, int] = field(default_factory=dict)
    """Field → reviews in which it was filled."""
    reviews: int = 0
    """Reviews that `filled` counts."""
    is_api: bool = False
    """Whether they came from the official API: pages fill other fields."""
    full_seen: int | None = None
    """Reviews of the last pass that read everything."""
    full_claimed: int | None = None
    """What the source claimed then."""

    def after(self, filled: Mapping[str, int], reviews: int, *, is_api: bool) -> History:
        """The history with one more pass, which begins anew when the manner of reading changed."""
        is_same = is_api == self.is_api
        kept = min(1.0, MOST_REMEMBERED / self.reviews) if is_same and self.reviews else 0.0
        before = {name: round(count * kept) for name, count in self.filled.items()}
        totals = {name: before.get(name, 0) + filled.get(name, 0) for name in {*before, *filled}}
        return History(
            filled={name: count for name, count in sorted(totals.items()) if count},
            reviews=round(self.reviews * kept) + reviews,
            is_api=is_api,
            full_seen=self.full_seen,
            full_claimed=self.full_claimed,
        )


def filled_fields(reviews: Iterable[Review]) -> Counter[str]:
    """Field → reviews in which it is filled."""
    counts: Counter[str] = Counter()
    for review in reviews:
        counts.update(name for name, is_filled in _filled(review).items() if is_filled)
    return counts


def emptied(history: History, reviews: Iterable[Review], *, is_api: bool) -> tuple[str, ...]:
    """Fields that used to be filled and are empty in every review of a page."""
    found = list(reviews)
    is_comparable = history.is_api == is_api and history.reviews >= LEAST_HISTORY
    if len(found) < LEAST_ON_PAGE or not is_comparable:
        return ()
    now = filled_fields(found)
    return tuple(
        name
        for name, count in sorted(history.filled.items())
        if count >= USUAL_SHARE * history.reviews and not now[name]
    )


def has_dropped(history: History, seen: int, claimed: int | None) -> bool:
    """Whether a pass that read everything found far less than the one before, although the
    source does not claim to have less."""
    before = history.full_seen
    if before is None or before < LEAST_YIELD or seen >= YIELD_SHARE * before:
        return False
    if claimed is None or history.full_claimed is None:
        return True
    return claimed >= YIELD_SHARE * history.full_claimed


def _filled(review: Review) -> dict[Field, bool]:
    return {
        "author": review.author.name is not None or review.author.id is not None,
        "author_profile": review.author.profile_url is not None,
        "author_role": review.author.role is not None,
        "author_company": review.author.company is not None,
        "rating": review.rating is not None,
        "title": bool(review.title),
        "text": bool(review.text or review.pros or review.cons),
        "pros": bool(review.pros),
        "cons": bool(review.cons),
        "date": review.published_at is not None,
        "edited": review.edited_at is not None,
        "verified": review.verified_purchase is not None,
        "usage_period": review.usage_period is not None,
        "recommends": review.recommends is not None,
        "votes": review.votes is not None,
        "reply": bool(review.replies),
        "media": review.media_count > 0,
        "product": review.product is not None,
        "thread": review.thread_id is not None,
    }
