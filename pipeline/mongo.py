"""The store's one door to pymongo: connection, collections, indexes, translated errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bson.errors
import pymongo.errors
from pymongo import ASCENDING, DESCENDING, DeleteOne, InsertOne, MongoClient, ReplaceOne, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from pipeline.errors import InvalidRecord, StoreUnavailable

__all__ = [
    "ASCENDING", "DESCENDING", "INDEXES", "Database", "DeleteOne", "Document", "Documents",
    "DuplicateKey", "Index", "InsertOne", "ReplaceOne", "Store", "UpdateOne", "connect",
    "create_indexes", "ping", "translated_errors",
]  # fmt: skip

Document = dict[str, Any]
Documents = Collection[Document]
Store = Database[Document]
DuplicateKey = pymongo.errors.DuplicateKeyError


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


INDEXES: tuple[Index, ...] = ()


def connect(uri: str, database: str, *, timeout_seconds: float = 10.0) -> Store:
    """Open the store: acknowledged, journaled writes; no driver-side write retries, since
    every write here is idempotent and the runner retries whole batches."""
    client: MongoClient[Document] = MongoClient(
        uri,
        appname="otzvuk",
        tz_aware=True,
        retryWrites=False,
        serverSelectionTimeoutMS=int(timeout_seconds * 1_000),
        connectTimeoutMS=int(timeout_seconds * 1_000),
        socketTimeoutMS=int(timeout_seconds * 6_000),
    )
    return client.get_database(database, write_concern=WriteConcern(w=1, j=True))


def ping(store: Store) -> bool:
    """Whether the server answers now."""
    try:
        store.client.admin.command("ping")
    except pymongo.errors.PyMongoError:
        return False
    return True


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
    a document that can never be stored into InvalidRecord."""
    try:
        yield
    except (pymongo.errors.DocumentTooLarge, bson.errors.InvalidDocument) as error:
        raise InvalidRecord(f"the store refuses the document: {error}") from error
    except (
        pymongo.errors.ConnectionFailure,
        pymongo.errors.ExecutionTimeout,
        pymongo.errors.CursorNotFound,
        pymongo.errors.WTimeoutError,
    ) as error:
        raise StoreUnavailable(f"the store does not answer: {error}") from error
