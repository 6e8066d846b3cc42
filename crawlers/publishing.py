"""Puts reviews on the log together with the report that counts them, so that the audit's left
side can never disagree with what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from msgspec import Struct, field
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from crawlers.health import filled_fields
from crawlers.outcomes import REMEDIES, Outcome
from pipeline.clock import Clock
from pipeline.codec import encode
from pipeline.errors import LogUnavailable, MessageTooLarge, StoreUnavailable
from pipeline.log.protocol import Producer
from pipeline.records import AwareTime, CrawlReport, Review

PORTION_REVIEWS = 500
"""Most reviews published at once: a portion is lost or kept as a whole."""
MAX_PROBLEMS = 20
"""A report names the first few problems and counts the rest."""
PUBLISH_ATTEMPTS = 6

Known = Callable[[Sequence[str]], Mapping[str, str]]
"""Review ids → content hash of those that the store has. May raise StoreUnavailable."""


class Run(Struct, frozen=True, kw_only=True):
    """Identity of one crawl or import."""

    crawl_id: str
    entity_id: str
    source: str
    url: str | None
    is_backfill: bool
    is_full: bool = False
    is_api: bool = False
    job_id: str | None = None
    started_at: AwareTime


class Tally(Struct, frozen=True, kw_only=True):
    """What became of some reviews."""

    fresh: tuple[str, ...] = ()
    """Ids seen for the first time in this run."""
    repeated: int = 0
    """Reviews whose id this run had already seen."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    known: tuple[bool, ...] = ()
    """For each fresh review, in its order on the page, whether the store had it unchanged."""
    filled: dict[str, int] = field(default_factory=dict)
    """Field → fresh reviews in which it is filled."""

    @property
    def is_all_known(self) -> bool:
        """Whether the store had every one of them, unchanged."""
        return self.unchanged > 0 and self.unchanged == len(self.fresh)


class Publisher:
    """Publishes the reviews of one run, portion by portion, and its final report.

    Not for threads. Every method that publishes raises LogUnavailable after the last attempt;
    what was published before stays counted.
    """

    def __init__(
        self, producer: Producer, run: Run, clock: Clock, known: Known | None = None
    ) -> None:
        self._producer = producer
        self._run = run
        self._clock = clock
        self._known = known
        self._seen_ids: set[str] = set()
        self._buffer: list[Review] = []
        self._totals: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._read_as: str | None = None
        self._sequence = 0
        self._problems: dict[str, None] = {}
        self._claimed_total: int | None = None
        self._retrying = Retrying(
            sleep=clock.sleep,
            wait=wait_exponential(multiplier=0.5, max=30),
            stop=stop_after_attempt(PUBLISH_ATTEMPTS),
            retry=retry_if_exception_type(LogUnavailable),
            reraise=True,
        )

    def resume(self, ids: Iterable[str], tally: Tally, claimed_total: int | None) -> None:
        """Take over a page that an interrupted run of the same crawl had published."""
        self._seen_ids.update(ids)
        self._totals["pages"] += 1
        self._claim(claimed_total)
        self._count(tally)

    def add(self, reviews: Iterable[Review]) -> Tally:
        """Queue what this run has not seen yet; full portions are published at once."""
        fresh: list[Review] = []
        repeated = 0
        for review in reviews:
            if review.review_id in self._seen_ids:
                repeated += 1
                continue
            self._seen_ids.add(review.review_id)
            fresh.append(review)
        tally = self._compared(fresh, repeated)
        self._count(tally)
        self._buffer.extend(fresh)
        while len(self._buffer) >= PORTION_REVIEWS:
            self._publish_portion()
        return tally

    def page_read(self, claimed_total: int | None, read_as: str | None = None) -> None:
        """Count a page and who read it; the largest claim of the source is kept."""
        self._totals["pages"] += 1
        self._read_as = read_as or self._read_as
        self._claim(claimed_total)

    def skip(self, count: int, *problems: str) -> None:
        """Count rows or blocks that are no review, with reasons for a person."""
        self._totals["skipped"] += count
        for problem in problems:
            if len(self._problems) < MAX_PROBLEMS:
                self._problems[problem[:1_000]] = None

    def flush(self) -> None:
        """Publish what is queued."""
        while self._buffer:
            self._publish_portion()

    def finish(self, outcome: Outcome, reason: str = "", gone: Sequence[str] = ()) -> CrawlReport:
        """Publish the rest, what is gone, and the final report."""
        self.flush()
        self._totals["gone"] = len(gone)
        for start in range(0, len(gone), PORTION_REVIEWS):
            some = tuple(gone[start : start + PORTION_REVIEWS])
            self._publish([], self._report({}, gone_ids=some))
        report = self.report(outcome, reason)
        self._publish([], report)
        return report

    def close(self) -> None:
        """Release the producer."""
        self._producer.close()

    def report(self, outcome: Outcome, reason: str = "") -> CrawlReport:
        """How the run stands, with a remedy when it ended badly; nothing is published."""
        remedy = REMEDIES.get(outcome, "")
        said = ": ".join(part for part in (reason, remedy) if part)
        return self._report({}, outcome=str(outcome), reason=said[:2_000], is_final=True)

    @property
    def seen_ids(self) -> Set[str]:
        """Ids of the distinct reviews read so far."""
        return self._seen_ids

    @property
    def filled(self) -> Mapping[str, int]:
        """Field → reviews so far in which it was filled."""
        return self._filled

    @property
    def seen(self) -> int:
        """Distinct reviews read so far."""
        return len(self._seen_ids)

    @property
    def claimed_total(self) -> int | None:
        """How many the source claims to have; None when it does not say."""
        return self._claimed_total

    def _compared(self, fresh: Sequence[Review], repeated: int) -> Tally:
        known = self._look_up([review.review_id for review in fresh])
        ids = tuple(review.review_id for review in fresh)
        filled = dict(filled_fields(fresh))
        if known is None:
            nothing = (False,) * len(fresh)
            return Tally(fresh=ids, repeated=repeated, known=nothing, filled=filled)
        new = sum(review.review_id not in known for review in fresh)
        unchanged = [known.get(review.review_id) == review.content_hash for review in fresh]
        return Tally(
            fresh=ids,
            repeated=repeated,
            new=new,
            changed=len(fresh) - new - sum(unchanged),
            unchanged=sum(unchanged),
            known=tuple(unchanged),
            filled=filled,
        )

    def _look_up(self, ids: Sequence[str]) -> Mapping[str, str] | None:
        if self._known is None or not ids:
            return None
        try:
            return self._known(ids)
        except StoreUnavailable as error:
            self._known = None
            self.skip(0, f"new and changed reviews were not told apart from here on: {error}")
            return None

    def _claim(self, total: int | None) -> None:
        if total is not None:
            self._claimed_total = max(total, self._claimed_total or 0)

    def _count(self, tally: Tally) -> None:
        self._totals["new"] += tally.new
        self._totals["changed"] += tally.changed
        self._totals["unchanged"] += tally.unchanged
        self._filled.update(tally.filled)

    def _publish_portion(self) -> None:
        self._publish_first(min(PORTION_REVIEWS, len(self._buffer)))

    def _publish_first(self, count: int) -> None:
        """So many of the queue; one that the log does not take is left out and reported."""
        portion = self._buffer[:count]
        try:
            self._publish(portion, self._report(counted(portion)))
        except MessageTooLarge as error:
            if count > 1:
                self._publish_first(count // 2)
                self._publish_first(count - count // 2)
                return
            self.skip(1, f"{portion[0].review_id}: left out, {error}")
        del self._buffer[:count]

    def _publish(self, reviews: Sequence[Review], report: CrawlReport) -> None:
        messages = [*map(encode, reviews), encode(report)]
        self._retrying(self._producer.publish, messages)
        self._sequence += 1

    def _report(
        self,
        published: dict[str, dict[str, int]],
        *,
        outcome: str = str(Outcome.RUNNING),
        reason: str = "",
        is_final: bool = False,
        gone_ids: tuple[str, ...] = (),
    ) -> CrawlReport:
        return CrawlReport(
            crawl_id=self._run.crawl_id,
            sequence=self._sequence,
            entity_id=self._run.entity_id,
            source=self._run.source,
            url=self._run.url,
            published=published,
            is_final=is_final,
            outcome=outcome,
            reason=reason,
            seen=self.seen,
            claimed_total=self._claimed_total,
            new=self._totals["new"],
            changed=self._totals["changed"],
            unchanged=self._totals["unchanged"],
            gone=self._totals["gone"],
            gone_ids=gone_ids,
            filled=dict(sorted(self._filled.items())),
            pages=self._totals["pages"],
            skipped=self._totals["skipped"],
            problems=tuple(self._problems),
            is_backfill=self._run.is_backfill,
            is_full=self._run.is_full,
            read_as=self._read_as,
            is_api=self._run.is_api,
            job_id=self._run.job_id,
            started_at=self._run.started_at,
            reported_at=self._clock.now(),
        )


def counted(reviews: Iterable[Review]) -> dict[str, dict[str, int]]:
    """Source → crawl day → how many: what the audit expects to find again."""
    counts: dict[str, dict[str, int]] = {}
    for (source, day), count in Counter((r.source, r.crawl_day) for r in reviews).items():
        counts.setdefault(source, {})[day] = count
    return counts
