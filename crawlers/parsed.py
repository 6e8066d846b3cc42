"""What a parser found on one page: reviews, where to go on, and everything that went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.records import Review

BlockedReason = Literal["captcha", "login", "consent", "rate_limited", "not_found", "forbidden"]
MAX_PROBLEMS = 200
"""A page with more problems than this has one cause; the rest is counted, not listed."""


@dataclass(frozen=True, kw_only=True)
class ParsedPage:
    """The outcome of `Source.parse`; parsing never raises for what a page contains."""

    reviews: tuple[Review, ...] = ()
    """Reviews in page order, each id once."""
    excerpts: tuple[Review, ...] = ()
    """Beginnings of reviews whose own pages are among `next_urls`: for those who do not follow."""
    next_urls: tuple[str, ...] = ()
    """Absolute URLs where more of the same may stand, in the order to visit them."""
    claimed_total: int | None = None
    """How many reviews the source says there are; None when it does not say."""
    problems: tuple[str, ...] = ()
    """What was lost, cut or doubtful; each says what and where. Harmless to the rest."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Items that are no reviews, by reason ("system post": 3): absent on purpose, not lost."""
    wait_seconds: float = 0.0
    """How long the answer asks to wait before the next request; 0 when it does not."""
    blocked: BlockedReason | None = None
    """Why the page is none of the source's (captcha, login, …): the crawl failed, which is not
    the same as "0 reviews"."""


def bounded(problems: tuple[str, ...]) -> tuple[str, ...]:
    """Distinct problems, at most MAX_PROBLEMS, the last one telling how many more there were."""
    distinct = tuple(dict.fromkeys(problem[:500] for problem in problems))
    if len(distinct) <= MAX_PROBLEMS:
        return distinct
    more = len(distinct) - MAX_PROBLEMS + 1
    return (*distinct[: MAX_PROBLEMS - 1], f"… and {more} more problems of this page")
