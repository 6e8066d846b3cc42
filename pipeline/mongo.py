"""The store's one door to pymongo: connection, collections, indexes, translated errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bson.errors
import pymongo.errors
from pymongo import ASCENDING, DESCENDING, DeleteOne, InsertOne, MongoClient, ReplaceOne, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from pipeline.errors import ConfigurationError, InvalidRecord, StoreConflict, StoreUnavailable

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "IDS_AT_ONCE",
    "INDEXES",
    "Database",
    "DeleteOne",
    "Document",
    "Documents",
    "DuplicateKey",
    "Index",
    "InsertOne",
    "ReplaceOne",
    "Store",
    "UpdateOne",
    "connect",
    "create_indexes",
    "find_by_ids",
    "ping",
    "translated_errors",
]  # fmt: skip

Document = dict[str, Any]
Documents = Collection[Document]
Store = Database[Document]
DuplicateKey = pymongo.errors.DuplicateKeyError

DUPLICATE_KEY = 11_000
IDS_AT_ONCE = 64
ILL_DOCUMENT_CODES = frozenset({2, 9, 14, 52, 57, 10_334, 17_280})
"""Server codes that blame the document: bad value, failed to parse, type mismatch, `$` or `.`
where they may not stand, too large, key too long."""

NESTED_TOO_DEEP = 15
"""Refuses the whole write, not one document of it."""
REFUSED_LOGIN_CODES = frozenset({13, 18})
"""Server codes: not authorised, authentication failed."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """One declared index; text and hashed ones are left out on purpose (not every server
    that speaks the protocol has them)."""

    collection: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    expire_after_seconds: int | None = None

    @property
    def name(self) -> str:
        """Server-side name, from the keys."""
        return "_".join(f"{key}_{direction}" for key, direction in self.keys)


INDEXES: tuple[Index, ...] = (
    # Alert evidence, pages of one entity, newest first.
    Index(collection="reviews", keys=(("entity_id", 1), ("event_at", 1))),
    # Everything that counts or searches reads the small `facts` instead of the reviews: every
    # index costs a tenth of a millisecond a review on the embedded server.
    Index(collection="facts", keys=(("entity_id", 1), ("event_day", 1))),
    Index(collection="revisions", keys=(("review_id", 1),)),
    Index(collection="day_buckets", keys=(("entity_id", 1), ("day", 1))),
    # The last episode of an entity, and those that last.
    Index(collection="alerts", keys=(("entity_id", 1), ("active_until", 1))),
    Index(collection="alerts", keys=(("active_until", 1),)),
    Index(collection="dead_letters", keys=(("status", 1), ("failed_at", 1))),
    # What is due in the outbox (asked for every second), what was sent about one alert, and
    # the day on which a notice is forgotten.
    Index(collection="notifications", keys=(("status", 1), ("due_at", 1))),
    Index(collection="notifications", keys=(("fingerprint", 1),)),
    Index(collection="notifications", keys=(("expire_at", 1),), expire_after_seconds=0),
    # The last portion of an entity's last crawl; what the audit's metric adds up.
    Index(collection="crawl_reports", keys=(("entity_id", 1), ("reported_at", 1))),
    Index(collection="crawl_reports", keys=(("reported_at", 1),)),
    # What is due to be crawled, asked for every few seconds.
    Index(collection="crawl_schedule", keys=(("is_watched", 1), ("due_at", 1))),
    # Whether an entity's sources can be believed, asked for by every alerting batch.
    Index(collection="crawl_schedule", keys=(("entity_id", 1),)),
    # Authors not seen for two years, and sketches of texts after half a year, are forgotten.
    Index(collection="authors", keys=(("updated_at", 1),), expire_after_seconds=730 * 86_400),
    Index(collection="auth_shingles", keys=(("written_at", 1),), expire_after_seconds=180 * 86_400),
    # What a model said of a text, for as long as the same text is likely to come again.
    Index(collection="opinions", keys=(("read_at", 1),), expire_after_seconds=90 * 86_400),
)


def connect(uri: str, database: str, *, timeout_seconds: float = 10.0) -> Store:
    """Open the store: acknowledged, journaled writes; no driver-side write retries, since
    every write here is idempotent and the runner retries whole batches. What the URI says
    about time limits wins.

    Raises ConfigurationError for a URI that is none.
    """
    limits: Document = {
        "serverSelectionTimeoutMS": int(timeout_seconds * 1_000),
        "connectTimeoutMS": int(timeout_seconds * 1_000),
        "socketTimeoutMS": int(timeout_seconds * 6_000),
    }
    limits = {name: limit for name, limit in limits.items() if name.lower() not in uri.lower()}
    try:
        client: MongoClient[Document] = MongoClient(
            uri, appname="otzvuk", tz_aware=True, retryWrites=False, **limits
        )
    except (pymongo.errors.ConfigurationError, ValueError):
        # Not chained: the driver's message quotes parts of the URI, a password among them.
        raise ConfigurationError(
            "store: is no address of a MongoDB: write mongodb://user:password@host:port/, "
            "with / : @ and % in the password percent-encoded"
        ) from None
    return client.get_database(database, write_concern=WriteConcern(w=1, j=True))


def ping(store: Store) -> bool:
    """Whether the server answers now."""
    try:
        store.client.admin.command("ping")
    except pymongo.errors.PyMongoError:
        return False
    return True


def find_by_ids(
    collection: Documents, ids: Iterable[str], projection: Mapping[str, Any] | None = None
) -> Iterator[Document]:
    """Documents by id, a few dozen at a time: the embedded server compares each document
    that it finds with the whole list, so that one long list costs its square."""
    wanted = list(ids)
    with translated_errors():
        for start in range(0, len(wanted), IDS_AT_ONCE):
            some = wanted[start : start + IDS_AT_ONCE]
            yield from collection.find({"_id": {"$in": some}}, projection)


def create_indexes(store: Store) -> list[str]:
    """Create every declared index that is missing; returns `collection.name` of all."""
    with translated_errors():
        for index in INDEXES:
            options: Document = {"name": index.name}
            if index.unique:
                options["unique"] = True
            if index.expire_after_seconds is not None:
                options["expireAfterSeconds"] = index.expire_after_seconds
            store[index.collection].create_index(list(index.keys), **options)
    return [f"{index.collection}.{index.name}" for index in INDEXES]


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn pymongo's errors into ours: connection and server trouble into StoreUnavailable,
    a document that can never be stored into InvalidRecord, a refused login into
    ConfigurationError."""
    try:
        yield
    except (
        pymongo.errors.DocumentTooLarge,
        bson.errors.InvalidDocument,
        OverflowError,  # an integer beyond 64 bits, anywhere in the document
    ) as error:
        raise InvalidRecord(f"the store refuses the document: {error}") from error
    except (
        pymongo.errors.ConnectionFailure,
        pymongo.errors.ExecutionTimeout,
        pymongo.errors.CursorNotFound,
        pymongo.errors.WTimeoutError,
    ) as error:
        raise StoreUnavailable(f"the store does not answer: {error}") from error
    except pymongo.errors.BulkWriteError as error:
        _raise_bulk_error(error)
        raise
    except pymongo.errors.OperationFailure as error:
        if error.code == NESTED_TOO_DEEP:
            raise InvalidRecord("the store refuses the document: nested too deep") from error
        if error.code in REFUSED_LOGIN_CODES:
            raise ConfigurationError(
                f"store: the server refuses the login (code {error.code}): correct user, "
                "password and authSource, or give the user readWrite on the database"
            ) from error
        raise


def _raise_bulk_error(error: pymongo.errors.BulkWriteError) -> None:
    details = error.details or {}
    failures = details.get("writeErrors", [])
    codes = {failure.get("code") for failure in failures}
    if codes & ILL_DOCUMENT_CODES:
        raise InvalidRecord(f"the store refuses a document: {failures[0]}"[:1_000]) from error
    if codes == {DUPLICATE_KEY}:
        raise StoreConflict(
            f"{len(failures)} documents were written by another worker meanwhile"
        ) from error
    if not codes and details.get("writeConcernErrors"):
        raise StoreUnavailable(f"the store could not make the write safe: {error}") from error
