"""How a pass that ran out of pages ended, and which stored reviews it shows to be gone."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from crawlers.gone import Coverage, Places, missing
from crawlers.health import History, has_dropped
from crawlers.outcomes import Outcome

End = tuple[Outcome, str]
"""An outcome and its reason."""


class Passed(Struct, frozen=True, kw_only=True):
    """What a pass has read."""

    seen: int
    """Distinct reviews."""
    passed_over: int
    """Items that the source counts but that are no reviews, such as system posts."""
    claimed: int | None
    """How many the source says there are; None when it does not say."""
    cap: int | None
    """Reviews that the source shows at most; None without one."""
    has_stopped_at_known: bool
    """Whether older pages were left out, since all on them is in the store."""

    @property
    def is_all_that_is_claimed(self) -> bool:
        """Whether the source itself says that there is no more."""
        return self.claimed is not None and self.seen + self.passed_over >= self.claimed


def verdict(passed: Passed, history: History) -> End:
    """The outcome of a pass without a failed page. Less than what the source claims is a cap only
    where earlier passes got no further, too."""
    seen, claimed, cap = passed.seen, passed.claimed, passed.cap
    if seen == 0 and not passed.passed_over and claimed != 0:
        return Outcome.EMPTY_PAGE, "no review was found"
    if passed.has_stopped_at_known:
        return Outcome.STOPPED_AT_KNOWN, "from there on all reviews are in the store"
    if has_dropped(history, seen, claimed):
        reason = f"{seen} reviews where the last full pass found {history.full_seen}"
        return Outcome.YIELD_DROP, reason
    if claimed is not None and not passed.is_all_that_is_claimed:
        return Outcome.CAPPED, f"{seen} of {claimed} claimed reviews could be read"
    if cap is not None and seen >= cap:
        return Outcome.CAPPED, f"the source shows {cap} reviews at most"
    return Outcome.COMPLETE, ""


def departed(
    end: End, passed: Passed, covered: Coverage, places: Places, seen_ids: Collection[str]
) -> tuple[End, tuple[str, ...]]:
    """The end of the pass, and the ids of what is gone.

    So much missing at once that it must be the pass is a failure of its own, unless the source
    itself claims no more. Raises StoreUnavailable.
    """
    found = missing(places(covered.newer_than), seen_ids, covered)
    if found.is_suspicious and not passed.is_all_that_is_claimed:
        doubt = f"{len(found.ids)} stored reviews were not seen again: too many at once"
        return (Outcome.YIELD_DROP, doubt), ()
    return end, found.ids
