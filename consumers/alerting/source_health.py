"""Which sources cannot be believed now: an alarm that rests on them may be their failure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from consumers.alerting.evaluation import Gate
from consumers.alerting.note import ReviewNote
from pipeline.mongo import Document, Store, translated_errors

FAILURES = 2
"""A source that failed once may have been unlucky."""
DOUBTFUL = frozenset({"layout_change", "yield_drop"})
"""Outcomes after which even what was read is doubtful, at the first time."""
RESTS_SHARE = 0.5
"""An alarm rests on sources that more than half of its evidence is from."""

_FIELDS = {
    "entity_id": 1, "source": 1, "read_as": 1, "is_watched": 1, "is_stale": 1, "failures": 1,
    "last.outcome": 1,
}  # fmt: skip


def unhealthy_sources(store: Store, entity_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Entity → source → what is wrong with every watched listing that it is read from."""
    with translated_errors():
        found = list(
            store["crawl_schedule"].find({"entity_id": {"$in": list(entity_ids)}}, _FIELDS)
        )
    reasons: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for listing in found:
        if listing.get("is_watched"):
            source = listing.get("read_as") or listing["source"]
            reasons[listing["entity_id"], source].append(_reason(listing))
    unhealthy: dict[str, dict[str, str]] = {}
    for (entity_id, source), all_reasons in reasons.items():
        if all(all_reasons) and all_reasons[0] is not None:
            unhealthy.setdefault(entity_id, {})[source] = all_reasons[0]
    return unhealthy


def resting_on(reviews: Iterable[ReviewNote], unhealthy: Mapping[str, str]) -> Gate | None:
    """The gate that holds an alarm back when most of its evidence is from unhealthy sources."""
    counts = Counter(review.source for review in reviews)
    doubtful = sum(count for source, count in counts.items() if source in unhealthy)
    if not doubtful or doubtful <= RESTS_SHARE * counts.total():
        return None
    named = "; ".join(
        f"{source} {unhealthy[source]}" for source in sorted(counts) if source in unhealthy
    )
    return Gate(
        name="source_unhealthy",
        reason=f"{doubtful} of {counts.total()} reviews of the evidence rest on: {named}",
    )


def _reason(listing: Document) -> str | None:
    outcome = (listing.get("last") or {}).get("outcome", "")
    if listing.get("is_stale"):
        return "is stale: silent for longer than chance explains"
    if outcome in DOUBTFUL or listing.get("failures", 0) >= FAILURES:
        return f"fails: {outcome}, {listing.get('failures', 0)} times in a row"
    return None
