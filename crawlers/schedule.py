"""The state of every listing that is read: when next, by whom, and how the last passes ended.

One document a listing (entity, source, address) in the collection `crawl_schedule`; every change
of who works on it is one atomic update, so that any number of schedulers and workers agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import msgspec

from crawlers.fullness import is_full_due, next_visit, partly_read_since
from crawlers.health import History
from crawlers.history import freshness_of
from crawlers.intervals import after_failure, after_success, jittered, policy_of
from crawlers.listing import Listing, listing_of
from crawlers.outcomes import Outcome
from pipeline.identity import digest
from pipeline.mongo import Document, Store, UpdateOne, translated_errors
from pipeline.records import CrawlJob, CrawlReport
from pipeline.settings import CrawlSettings

QUEUED_LEASE = timedelta(hours=6)
"""A job that no worker took by then is lost, and given out again."""
WORK_LEASE = timedelta(minutes=15)
"""A worker that is silent for so long is lost, and its job given out again."""
MOST_ATTEMPTS = 3
"""A job whose workers die so often is not given to another."""
LISTINGS_AT_ONCE = 500


class Take(Enum):
    """What a worker is to do with a job that the log gave it."""

    WORK = auto()
    SKIP = auto()
    """It was done, or given out anew since."""
    GIVE_UP = auto()
    """It killed too many workers."""


class Schedule:
    """All listings; every method may raise StoreUnavailable."""

    def __init__(self, store: Store, crawl: CrawlSettings) -> None:
        self._store = store
        self._documents = store["crawl_schedule"]
        self._policy = policy_of(crawl)
        self._max_pages = crawl.max_pages
        self._full_every = timedelta(days=crawl.full_every_days)

    def sync(self, watched: Iterable[Listing], now: datetime) -> None:
        """Begin with what is newly watched; leave what is not any more."""
        wanted = {listing.key: listing for listing in watched}
        with translated_errors():
            known = {
                document["_id"]: document
                for document in self._documents.find({}, {"is_watched": 1})
            }
            updates = [
                UpdateOne({"_id": key}, {"$set": {"is_watched": False}})
                for key, document in known.items()
                if document.get("is_watched") and key not in wanted
            ]
            updates += [
                _begun(listing, now)
                for key, listing in wanted.items()
                if not known.get(key, {}).get("is_watched")
            ]
            if updates:
                self._documents.bulk_write(updates, ordered=False)

    def due(self, now: datetime, busy: Collection[str] = ()) -> list[Document]:
        """Listings to be read now, longest due first, those in work or on busy sites left out."""
        wanted: Document = {"is_watched": True, "due_at": {"$lte": now}}
        if busy:
            wanted["site"] = {"$nin": sorted(busy)}
        with translated_errors():
            found = list(self._documents.find(wanted).sort("due_at", 1).limit(LISTINGS_AT_ONCE))
        return [document for document in found if not _in_work(document, now)]

    def busy_sites(self, now: datetime) -> set[str]:
        """Sites that a job is out for: a second one would only wait for the first."""
        with translated_errors():
            found = self._documents.find({"lease_until": {"$gt": now}}, {"site": 1, "job_id": 1})
            return {document["site"] for document in found if document.get("job_id")}

    def paused_sites(self, now: datetime) -> set[str]:
        """Sites that shut us out a short while ago."""
        with translated_errors():
            found = self._store["crawl_budget"].find({"paused_until": {"$gt": now}}, {"_id": 1})
            return {document["_id"] for document in found}

    def job_for(self, document: Document, now: datetime) -> CrawlJob:
        """The next job of a listing: a full pass when one is due."""
        return CrawlJob(
            job_id=digest(document["_id"], now.isoformat(), document.get("visits", 0)),
            entity_id=document["entity_id"],
            source=document["source"],
            url=document["url"],
            is_full=is_full_due(document, now, self._full_every),
            due_at=document["due_at"],
        )

    def claim(self, document: Document, job: CrawlJob, now: datetime) -> bool:
        """Whether this scheduler is the one that gives the job out."""
        as_read = {"_id": document["_id"], "job_id": document.get("job_id")}
        given = {
            "job_id": job.job_id, "is_full": job.is_full, "lease_until": now + QUEUED_LEASE,
            "given_at": now, "attempts": 0, "taken_at": None,
        }  # fmt: skip
        with translated_errors():
            return self._documents.update_one(as_read, {"$set": given}).matched_count == 1

    def unclaim(self, job: CrawlJob) -> None:
        """The job could not be published: it is due as before."""
        self._update(job, {"$set": {"job_id": None}})

    def take(self, job: CrawlJob, now: datetime) -> Take:
        """What a worker is to do with the job."""
        mine = {"_id": listing_of(job).key, "job_id": job.job_id}
        taken = {
            "$set": {"taken_at": now, "lease_until": now + WORK_LEASE},
            "$inc": {"attempts": 1},
        }
        with translated_errors():
            found = self._documents.find_one_and_update(mine, taken, return_document=True)
            if found is not None:
                return Take.GIVE_UP if found["attempts"] > MOST_ATTEMPTS else Take.WORK
            known = self._documents.find_one({"_id": mine["_id"]}, {"_id": 1})
        return Take.SKIP if known is not None else Take.WORK

    def keep(self, job: CrawlJob, now: datetime) -> None:
        """The worker is alive and at it."""
        self._update(job, {"$set": {"lease_until": now + WORK_LEASE}})

    def release(self, job: CrawlJob, now: datetime) -> None:
        """The worker was asked to stop: the job, still on the log, is another's."""
        self._update(
            job, {"$set": {"lease_until": now + QUEUED_LEASE, "taken_at": None},
                  "$inc": {"attempts": -1}},
        )  # fmt: skip

    def postpone(self, job: CrawlJob, now: datetime) -> None:
        """Somebody reads the listing by hand: it is looked at again a little later."""
        later = now + self._policy.after_failure
        self._update(job, {"$set": {"job_id": None, "due_at": later}})

    def give_up(self, job: CrawlJob, reason: str, now: datetime) -> None:
        """The job was dead-lettered; the listing is tried again much later."""
        changes = self._failed(self._found(job), Outcome.FAILED, now)
        last = {"outcome": str(Outcome.FAILED), "reason": reason, "at": now}
        self._update(job, {"$set": {**changes, "last": last, "job_id": None}})

    def unread_since(self, job: CrawlJob) -> datetime | None:
        """When the last pass began that published reviews above unread ones; None when there are
        none."""
        since: datetime | None = self._found(job).get("partly_read_since")
        return since

    def begins(self, job: CrawlJob, now: datetime) -> None:
        """A fresh pass is about to publish: until one ends well, reviews below may be unread."""
        listing = listing_of(job)
        begun = {**msgspec.to_builtins(listing), "site": listing.site, "partly_read_since": now}
        with translated_errors():
            self._documents.update_one(
                {"_id": listing.key},
                {"$set": begun, "$setOnInsert": {"is_watched": False, "visits": 0, "due_at": now}},
                upsert=True,
            )

    def finished(self, job: CrawlJob, report: CrawlReport, now: datetime) -> None:
        """Note how a pass ended, scheduled or by hand, and when the next one is due."""
        outcome = Outcome(report.outcome)
        if outcome is Outcome.INTERRUPTED:
            return
        listing = listing_of(job)
        known = self._found(job)
        changes: Document = {
            **msgspec.to_builtins(listing),
            "site": listing.site,
            "visits": known.get("visits", 0) + 1,
            "last": _summary(report, now),
        }
        if outcome.is_failure:
            changes |= self._failed(known, outcome, now)
            changes["partly_read_since"] = partly_read_since(known, report, now)
            if outcome is Outcome.LAYOUT_CHANGE and report.seen:
                # A page that lost no core field was published: the loss is told, then learned.
                changes["history"] = msgspec.to_builtins(_learned(known, report))
        else:
            changes |= self._succeeded(known, job, report, now)
        if known.get("job_id") in (None, job.job_id):
            changes["job_id"] = None
        with translated_errors():
            self._documents.update_one(
                {"_id": listing.key},
                {"$set": changes, "$setOnInsert": {"is_watched": False}},
                upsert=True,
            )

    def forget_layout(self, job: CrawlJob) -> None:
        """A person looked: the source gives less now, and that is no fault."""
        with translated_errors():
            self._documents.update_one({"_id": listing_of(job).key}, {"$unset": {"history": ""}})

    def history(self, job: CrawlJob) -> History:
        """What earlier passes over the job's listing found."""
        return msgspec.convert(self._found(job).get("history", {}), History)

    def all(self) -> list[Document]:
        """Every listing, for people and for metrics."""
        with translated_errors():
            return list(self._documents.find({}).sort("_id", 1))

    def _succeeded(
        self, known: Document, job: CrawlJob, report: CrawlReport, now: datetime
    ) -> Document:
        source = report.read_as or job.source
        expected = freshness_of(self._store, job.entity_id, source, now)
        interval = after_success(self._policy, expected.reviews_per_day if expected else None)
        history = _learned(known, report)
        # A pass by hand may have been told to read few pages only.
        is_scheduled = known.get("job_id") == job.job_id
        is_complete = Outcome(report.outcome) is Outcome.COMPLETE
        is_whole = is_complete or (job.is_full and is_scheduled)
        if is_whole:
            history = msgspec.structs.replace(
                history, full_seen=report.seen, full_claimed=report.claimed_total
            )
        last_full: datetime | None = now if is_whole else known.get("last_full_at")
        wait = jittered(interval, listing_of(job).key, known.get("visits", 0))
        return {
            "failures": 0,
            "partly_read_since": None if is_scheduled else self._left_unread(known, report),
            "read_as": source,
            "history": msgspec.to_builtins(history),
            "interval_seconds": interval.total_seconds(),
            "due_at": next_visit(now, wait, last_full or now, self._full_every),
            "last_success_at": now,
            "last_full_at": last_full,
            "freshness": msgspec.to_builtins(expected) if expected else None,
            "is_stale": expected is not None and expected.is_stale,
        }

    def _left_unread(self, known: Document, report: CrawlReport) -> datetime | None:
        """Since when a pass by hand leaves reviews unread: one that was told to read few pages
        does. A scheduled one reads as far as any."""
        is_cut = Outcome(report.outcome) is Outcome.CAPPED and report.pages >= self._max_pages
        since: datetime | None = known.get("partly_read_since") if is_cut else None
        return since

    def _failed(self, known: Document, outcome: Outcome, now: datetime) -> Document:
        failures = known.get("failures", 0) + 1
        wait = after_failure(self._policy, outcome, failures)
        key, visit = known.get("_id", ""), known.get("visits", 0)
        return {"failures": failures, "due_at": now + jittered(wait, key, visit)}

    def _found(self, job: CrawlJob) -> Document:
        with translated_errors():
            return self._documents.find_one({"_id": listing_of(job).key}) or {}

    def _update(self, job: CrawlJob, change: Mapping[str, Any]) -> None:
        """Change the listing while the job is the one that is out for it."""
        with translated_errors():
            self._documents.update_one({"_id": listing_of(job).key, "job_id": job.job_id}, change)


def _begun(listing: Listing, now: datetime) -> UpdateOne:
    return UpdateOne(
        {"_id": listing.key},
        {
            "$set": {"is_watched": True, "due_at": now},
            "$setOnInsert": {**msgspec.to_builtins(listing), "site": listing.site, "visits": 0},
        },
        upsert=True,
    )


def _learned(known: Document, report: CrawlReport) -> History:
    earlier = msgspec.convert(known.get("history", {}), History)
    return earlier.after(report.filled, report.seen, is_api=report.is_api)


def _in_work(document: Document, now: datetime) -> bool:
    return bool(document.get("job_id")) and document["lease_until"] > now


def _summary(report: CrawlReport, now: datetime) -> Document:
    return {
        "outcome": report.outcome, "reason": report.reason, "at": now, "pages": report.pages,
        "seen": report.seen, "claimed_total": report.claimed_total, "new": report.new,
        "changed": report.changed, "gone": report.gone, "is_full": report.is_full,
        "crawl_id": report.crawl_id,
    }  # fmt: skip
