"""What a simulation came to: the store against the sites, how late, and for how many requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.intervals import after_success, policy_of
from pipeline.settings import CrawlSettings
from tests.crawlers.simulated_sites import Listing, Post, text_of
from tests.crawlers.simulation import Pass, Simulation

SLACK = timedelta(hours=36)
"""A full pass may come so much later than it is due: a ban or two and an outage in its way."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The store against the sites, when both rest."""

    shown: int
    stored: int
    missing: tuple[str, ...]
    wrong_version: tuple[str, ...]
    wrongly_gone: tuple[str, ...]
    not_called_gone: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        faults = self.missing, self.wrong_version, self.wrongly_gone, self.not_called_gone
        return not any(faults)


def difference(simulation: Simulation) -> Difference:
    """Compare every review that a visitor can reach, and every stored one that is not there.

    Beyond a cap nothing can be known: what was removed below the last review that is shown need
    not be called gone.
    """
    now = simulation.clock.now()
    found = simulation.store["reviews"].find({}, {"review.text": 1, "gone": 1})
    stored = {one["_id"]: (one["review"]["text"], one["gone"]) for one in found}
    shown, missing, wrong, lost, kept = 0, [], [], [], []
    for listing in simulation.listings:
        visible = listing.shown(now)
        shown += len(visible)
        is_capped = len(visible) < len(listing.there(now))
        for post in visible:
            review_id = listing.review_id(post.number)
            if review_id not in stored:
                missing.append(review_id)
            elif stored[review_id][0] != text_of(post, now):
                wrong.append(review_id)
        for post in listing.posts.values():
            review_id = listing.review_id(post.number)
            is_gone = stored.get(review_id, ("", False))[1]
            if post.is_there(now):
                lost += [review_id] if is_gone else []
            elif review_id in stored and not is_gone:
                is_reachable = not is_capped or post.written_at > visible[-1].written_at
                kept += [review_id] if is_reachable else []
    return Difference(
        shown=shown,
        stored=len(stored),
        missing=tuple(missing),
        wrong_version=tuple(wrong),
        wrongly_gone=tuple(lost),
        not_called_gone=tuple(kept),
    )


@dataclass(frozen=True, kw_only=True)
class Delays:
    """From what happened on a site to the store's knowing of it."""

    hours: tuple[float, ...]
    late: tuple[str, ...]
    """Reviews of which it was not known in time although they could be reached all the while."""

    def quantile(self, share: float) -> float:
        """Hours within which so many were known."""
        ordered = sorted(self.hours)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def news(simulation: Simulation, begin: datetime) -> Delays:
    """Of reviews written since the beginning."""
    return _delays(
        simulation,
        [
            (listing, post, post.written_at, _first_seen(simulation, listing, post, 0))
            for listing, post in _posts(simulation)
            if post.written_at > begin
        ],
    )


def edits(simulation: Simulation) -> Delays:
    """Of edits that were not overtaken by a removal or by another edit."""
    return _delays(
        simulation,
        [
            (listing, post, moment, _first_seen(simulation, listing, post, number))
            for listing, post in _posts(simulation)
            for number, moment in enumerate(sorted(post.edited_at), start=1)
            if post.is_there(moment)
        ],
    )


def removals(simulation: Simulation) -> Delays:
    """Of stored reviews that were removed."""
    found = []
    for listing, post in _posts(simulation):
        review_id, removed_at = listing.review_id(post.number), post.removed_at
        stored_at = _first_seen(simulation, listing, post, 0)
        if removed_at is not None and stored_at is not None and stored_at <= removed_at:
            found.append((listing, post, removed_at, simulation.gone_at.get(review_id)))
    return _delays(simulation, found)


Happened = tuple[Listing, Post, datetime, datetime | None]
"""What happened to a review when, and when the store knew."""


def _delays(simulation: Simulation, happened: list[Happened]) -> Delays:
    cover = timedelta(days=simulation.crawl.full_every_days) + SLACK
    late = [
        listing.review_id(post.number)
        for listing, post, moment, known_at in happened
        if (known_at is None or known_at > moment + cover)
        and moment + cover <= simulation.clock.now()
        and _is_reachable(listing, post, moment, moment + cover)
    ]
    known = [(known_at - moment) / timedelta(hours=1)
             for _, _, moment, known_at in happened if known_at is not None]  # fmt: skip
    return Delays(hours=tuple(known), late=tuple(late))


def _is_reachable(listing: Listing, post: Post, moment: datetime, later: datetime) -> bool:
    """Whether a visitor could see it, or its absence, all the while."""
    shown = listing.shown(later)
    if post.removed_at is not None and post.removed_at <= moment:
        is_capped = len(shown) < len(listing.there(later))
        return not is_capped or post.written_at > shown[-1].written_at
    return post in shown


def _posts(simulation: Simulation) -> Iterator[tuple[Listing, Post]]:
    for listing in simulation.listings:
        for post in listing.posts.values():
            yield listing, post


def _first_seen(
    simulation: Simulation, listing: Listing, post: Post, least_edits: int
) -> datetime | None:
    review_id = listing.review_id(post.number)
    versions = range(least_edits, len(post.edited_at) + 1)
    found = [simulation.seen_at.get((review_id, version)) for version in versions]
    return min((moment for moment in found if moment is not None), default=None)


def least_for_the_same_passes(passes: list[Pass]) -> int:
    """Pages that a crawler asks for that makes exactly the passes that ended well.

    A full pass takes all pages; another one those down to the last new review, the first page at
    least; of a listing without dates or in another order all, since only a reader of the last
    page knows that nothing new stands there. Bans, crashes and overlaps take nothing.
    """
    return sum(
        one.listing.pages(one.at)
        if one.is_full or one.since is None or one.listing.manner.is_read_whole
        else one.listing.pages_with_new(one.since, one.at)
        for one in passes
    )


def least_for_the_duty(
    listings: list[Listing], begin: datetime, end: datetime, crawl: CrawlSettings
) -> int:
    """Pages that a crawler asks for that has the same duty, knows how often is really written on
    every listing, and needs no second try: a visit whenever one new review is expected, within the
    bounds of the settings, and everything again after the days that they say."""
    return sum(_for_one(listing, begin, end, crawl) for listing in listings)


def _for_one(listing: Listing, begin: datetime, end: datetime, crawl: CrawlSettings) -> int:
    wait = after_success(policy_of(crawl), listing.per_day)
    full_every = timedelta(days=crawl.full_every_days)
    now, last_full, pages = begin, begin, listing.pages(begin)
    while True:
        since, now = now, min(now + wait, last_full + full_every)
        if now > end:
            return pages
        if now == last_full + full_every or listing.manner.is_read_whole:
            pages += listing.pages(now)
        else:
            pages += listing.pages_with_new(since, now)
        if now == last_full + full_every:
            last_full = now


def least_if_told(passes: list[Pass]) -> int:
    """Pages that a crawler asks for that is told of every change by the sites themselves: at the
    same times, only those on which a review is new, edited or missing since the visit before."""
    return sum(
        one.listing.pages(one.at)
        if one.since is None
        else len(_changed_pages(one.listing, one.since, one.at))
        for one in passes
    )


def _changed_pages(listing: Listing, since: datetime, at: datetime) -> set[int]:
    shown, size = listing.shown(at), listing.manner.page_reviews
    changed = {
        place // size
        for place, post in enumerate(shown)
        if post.written_at > since or any(since < moment <= at for moment in post.edited_at)
    }
    for place, post in enumerate(listing.shown(since)):
        if post.removed_at is not None and since < post.removed_at <= at:
            changed.add(min(place, max(0, len(shown) - 1)) // size)
    return changed
