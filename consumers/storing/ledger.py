"""The audit's right side: how many messages of each source and crawl day were dealt with.

One document per partition, source and crawl day holds the counts and the last message
counted, so that both change in one write and a redelivered message is never counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from consumers.storing.decision import Decision
from consumers.storing.documents import store_time
from pipeline.errors import StoreConflict
from pipeline.mongo import (
    Document,
    InsertOne,
    ReplaceOne,
    Store,
    find_by_ids,
    translated_errors,
)
from pipeline.stage import Delivery

Account = tuple[int, str, str]
"""Partition, source, crawl day."""


@dataclass
class Entry:
    """What one account gains."""

    decided: list[tuple[Delivery, Decision]] = field(default_factory=list)

    def advance(self, account: Account, earlier: Document | None) -> Document | None:
        """The account's next document; None when every message was counted already."""
        fresh = [entry for entry in self.decided if not _is_counted(entry[0], earlier)]
        if not fresh:
            return None
        partition, source, crawl_day = account
        unchanged = sum(decision is Decision.UNCHANGED for _, decision in fresh)
        written_at = max(store_time(delivery.message.written_at) for delivery, _ in fresh)
        before = earlier or {"stored": 0, "unchanged": 0, "version": 0, "written_at": written_at}
        return {
            "_id": _account_id(account),
            "partition": partition,
            "source": source,
            "crawl_day": crawl_day,
            "stored": before["stored"] + len(fresh) - unchanged,
            "unchanged": before["unchanged"] + unchanged,
            "offset": fresh[-1][0].message.offset,
            "written_at": max(before["written_at"], written_at),
            "version": before["version"] + 1,
        }


def record(store: Store, decided: Iterable[tuple[Delivery, Decision]]) -> None:
    """Count each message once, whatever is delivered again.

    Raises StoreConflict when another worker counts the same partition.
    """
    entries: dict[Account, Entry] = defaultdict(Entry)
    for delivery, decision in decided:
        review = delivery.record.review
        account = (delivery.message.partition, review.source, review.crawl_day)
        entries[account].decided.append((delivery, decision))
    ids = [_account_id(account) for account in entries]
    stored = {document["_id"]: document for document in find_by_ids(store["ledger"], ids)}
    inserts: list[InsertOne[Document]] = []
    replaces: list[ReplaceOne[Document]] = []
    for account, entry in entries.items():
        earlier = stored.get(_account_id(account))
        document = entry.advance(account, earlier)
        if document is None:
            continue
        if earlier is None:
            inserts.append(InsertOne(document))
        else:
            as_read = {"_id": earlier["_id"], "version": earlier["version"]}
            replaces.append(ReplaceOne(as_read, document))
    if inserts or replaces:
        _write(store, inserts, replaces)


def _write(
    store: Store, inserts: list[InsertOne[Document]], replaces: list[ReplaceOne[Document]]
) -> None:
    with translated_errors():
        result = store["ledger"].bulk_write([*inserts, *replaces], ordered=False)
    if result.matched_count != len(replaces):
        raise StoreConflict("the ledger of this partition is kept by another worker too")


def _account_id(account: Account) -> str:
    return "|".join(map(str, account))


def _is_counted(delivery: Delivery, document: Document | None) -> bool:
    """By offset, unless the log was begun anew since: then it was written later."""
    return (
        document is not None
        and delivery.message.offset <= document["offset"]
        and store_time(delivery.message.written_at) <= document["written_at"]
    )


def count_by_day(store: Store) -> dict[tuple[str, str], Document]:
    """(source, crawl day) → `stored` and `unchanged`, over all partitions."""
    group: Document = {
        "_id": {"source": "$source", "day": "$crawl_day"},
        "stored": {"$sum": "$stored"},
        "unchanged": {"$sum": "$unchanged"},
    }
    with translated_errors():
        lines = list(store["ledger"].aggregate([{"$group": group}]))
    return {(line["_id"]["source"], line["_id"]["day"]): line for line in lines}
