"""Which of a page's reviews are the entity's: mentions of other things and what is another's are
not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crawlers.known import Owners
from pipeline.errors import StoreUnavailable
from pipeline.records import Review


def everything(_review: Review) -> bool:
    """A filter that keeps all."""
    return True


@dataclass
class Selection:
    """What a crawl keeps, and what it saw besides."""

    is_about: Callable[[Review], bool]
    """Whether a mention speaks of the entity; it is not asked about reviews."""
    owners: Owners | None
    """Whose the reviews are that the store has for other entities; None when it cannot be asked."""
    skip: Callable[..., None]
    """Told how many were left out, and why."""
    others: set[str] = field(default_factory=set)
    """Ids of those that were seen but not kept."""

    def of(self, reviews: Sequence[Review]) -> tuple[list[Review], int]:
        """Those of a page that are kept, and how many were left out for the first time."""
        about = [one for one in reviews if not one.is_mention or self.is_about(one)]
        owned = self._owned([one.review_id for one in about])
        kept = [one for one in about if one.review_id not in owned]
        others = {one.review_id for one in reviews} - {one.review_id for one in kept}
        fresh = len(others - self.others)
        self.others |= others
        self.skip(fresh)
        return kept, fresh

    def _owned(self, review_ids: Sequence[str]) -> Mapping[str, str]:
        """Whose they are already: a review does not change hands because another entity's crawl
        came by."""
        if self.owners is None:
            return {}
        try:
            found = self.owners(review_ids)
        except StoreUnavailable as error:
            self.owners = None
            self.skip(0, f"what is another entity's could not be asked: {error}")
            return {}
        for entity_id in sorted(set(found.values())):
            self.skip(
                0,
                f"some are stored for {entity_id} and stay there: a review belongs to one entity; "
                "watch an address for one only",
            )
        return found
