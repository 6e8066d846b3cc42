"""Connections to the embedded log: durability, waiting for locks, and translated errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ConfigurationError, LogUnavailable

_PRIMARY_CODE = 0xFF
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FORBIDDEN = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}

# In WAL mode a commit that returned survives the death of the process at either level. FULL
# also syncs the WAL at every commit, so that it survives a power cut: a crawler forgets a page
# once it is published, and nobody else could bring the lost reviews back. Batches share the
# price of one sync; benchmarks/log_throughput.py shows what is left.
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",
    # A larger WAL makes checkpoints rarer; the limit gives the space back after a burst.
    "PRAGMA wal_autocheckpoint = 4096",
    "PRAGMA journal_size_limit = 67108864",
)


class LogConnection(sqlite3.Connection):
    """A connection whose transactions are explicit and whose errors are ours."""

    path: Path

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent snapshot for all reads inside."""
        with translated_errors(self.path):
            self.execute("BEGIN")
            try:
                yield
            finally:
                self._end("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The write lock from the start, so that what was read inside is still true at the end."""
        with translated_errors(self.path):
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.execute("COMMIT")
            finally:
                self._end("ROLLBACK")

    def data_version(self) -> int:
        """Changes whenever another connection has committed; very cheap to ask."""
        with translated_errors(self.path):
            version: int = self.execute("PRAGMA data_version").fetchone()[0]
            return version

    def _end(self, statement: str) -> None:
        # SQLite has already rolled back by itself after a full disk or an I/O error.
        if self.in_transaction:
            self.execute(statement)


def connect(path: Path, busy_timeout_seconds: float) -> LogConnection:
    """Open the file; callers may hand the connection to another thread, but not share it."""
    with translated_errors(path):
        connection = sqlite3.connect(
            path,
            timeout=busy_timeout_seconds,
            isolation_level=None,
            check_same_thread=False,
            factory=LogConnection,
        )
        connection.path = path
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Locks, full disks and I/O errors become LogUnavailable; what a person must repair becomes
    ConfigurationError; anything else is a bug and passes."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY_CODE
        if code in _LOCKED:
            raise LogUnavailable(f"log {path}: locked by another process: {error}") from error
        if code == sqlite3.SQLITE_FULL:
            raise LogUnavailable(f"log {path}: the disk is full: free some space") from error
        if code == sqlite3.SQLITE_IOERR:
            raise LogUnavailable(f"log {path}: the disk fails: {error}") from error
        if code in _DAMAGED:
            raise ConfigurationError(
                f"log {path}: is damaged or no SQLite file ({error}): stop all workers, then "
                f"rescue it with `sqlite3 {path} .recover | sqlite3 new.db`, restore a copy, "
                "or move it away to begin an empty log"
            ) from error
        if code in _FORBIDDEN:
            raise ConfigurationError(
                f"log {path}: cannot be opened for writing ({error}): check that the folder "
                "exists, and the owner and mode of the file, its -wal, its -shm and the folder"
            ) from error
        raise
