"""What an interrupted crawl left behind, for the one that goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from crawlers.frontier import Frontier
from crawlers.journal import Visited
from crawlers.publishing import Publisher
from pipeline.identity import digest


class TakenUp(Struct, frozen=True, kw_only=True):
    """What the pages before the interruption say."""

    seam: str | None
    """The page to be read a second time; None when the last one held no reviews."""
    id_sets: frozenset[str]
    """Of the pages before the seam."""
    passed_over: int
    is_cut_short: bool
    """Whether one of them repeated others, so that its links were not followed."""


def take_up(visited: Sequence[Visited], frontier: Frontier, publisher: Publisher) -> TakenUp:
    """Rebuild the queue of an interrupted crawl, and count what it had published.

    Its last page is left in the queue: what was removed meanwhile from the pages before has moved
    others up onto it, which no later page would show, and whether more follows it says itself.
    """
    seam = visited[-1].url if visited[-1].review_ids else None
    for page in visited:
        frontier.visit(page.url, *page.next_urls)
        publisher.resume(page.review_ids, page.tally, page.claimed_total)
        if page.url != seam:
            frontier.add(page.next_urls)
            frontier.drop(page.url)
    before = [page for page in visited if page.url != seam]
    return TakenUp(
        seam=seam,
        id_sets=frozenset(id_set(page.review_ids) for page in before),
        passed_over=sum(page.passed_over for page in before),
        is_cut_short=any(page.leads_nowhere for page in before),
    )


def id_set(ids: Iterable[str]) -> str:
    """The same for pages that show the same reviews, in whatever order."""
    return digest(*sorted(ids))
