"""What the parts of one answer gave, and the parsed page that it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawlers.page import Page
from crawlers.parsed import BlockedReason, ParsedPage, bounded
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.draft import Draft, address, build
from crawlers.source import Source
from pipeline.records import Review


@dataclass
class Harvest:
    """Filled while a page is read."""

    drafts: list[Draft] = field(default_factory=list)
    excerpts: list[Draft] = field(default_factory=list)
    """Of reviews whose own pages are among the links."""
    links: list[str] = field(default_factory=list)
    claimed: int | None = None
    blocked: BlockedReason | None = None
    is_known: bool = False
    """Whether the answer had any shape that the source gives: then it may be empty."""
    wait_seconds: float = 0.0
    """What the answer asks to wait before the next request."""
    problems: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, page: Page) -> Harvest:
        """An empty one, which knows already when the page was cut."""
        return cls(problems=["page is longer than the limit, its end is lost"] * page.is_cut)

    def parsed(self, page: Page, source: Source) -> ParsedPage:
        """Records of all drafts, each id once; an answer of unknown shape says so."""
        reviews = self._built(self.drafts, page, source)
        shown = [draft for draft in self.excerpts if not draft.is_empty]
        for draft in shown:
            draft.extra["excerpt"] = True
        excerpts = self._built(shown, page, source)
        is_known = self.is_known or bool(reviews)
        blocked = self.blocked or (None if is_known else blocked_reason(page))
        if not is_known and not blocked:
            self.problems.append(f"this is no answer with reviews that {source.name} knows")
        return ParsedPage(
            reviews=tuple(reviews.values()),
            excerpts=tuple(one for one in excerpts.values() if one.review_id not in reviews),
            next_urls=tuple(dict.fromkeys(link for link in self.links if address(link))),
            claimed_total=self.claimed,
            problems=bounded(tuple(self.problems)),
            skipped=dict(self.skipped),
            wait_seconds=self.wait_seconds,
            blocked=blocked,
        )

    def _built(self, drafts: Iterable[Draft], page: Page, source: Source) -> dict[str, Review]:
        """Id → record, in page order."""
        reviews: dict[str, Review] = {}
        for draft in drafts:
            if draft.is_empty:
                self.problems.append(f"{draft.where}: dropped, neither words nor stars")
            elif review := build(draft, page, source.name, source.kind, self.problems):
                reviews.setdefault(review.review_id, review)
        return reviews
