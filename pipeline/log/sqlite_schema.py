"""The tables of the embedded log, their version, and how a file becomes one."""

from __future__ import annotations

import sqlite3

from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, LogUnavailable
from pipeline.log.sqlite_connection import LogConnection, translated_errors

APPLICATION_ID = 0x4F545A56
"""`OTZV`, in the file's header: tells our file from any other SQLite file."""
SCHEMA_VERSION = 1
_RETRY_SECONDS = 0.02

_TABLES = (
    """
    CREATE TABLE topics (
        topic_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        retention_seconds INTEGER NOT NULL
    )
    """,
    # Offsets of a partition have no gaps: beginning <= offset < next_offset. next_offset stays
    # when retention has emptied the partition, so that no offset is ever given twice.
    """
    CREATE TABLE partitions (
        partition_id INTEGER PRIMARY KEY,
        topic_id INTEGER NOT NULL REFERENCES topics,
        partition INTEGER NOT NULL,
        beginning INTEGER NOT NULL DEFAULT 0,
        next_offset INTEGER NOT NULL DEFAULT 0,
        last_written_at INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic_id, partition)
    )
    """,
    # position = partition_id << 40 | offset: the table itself is the only index to keep.
    # The large column comes last, so that a search by time need not read it.
    """
    CREATE TABLE messages (
        position INTEGER PRIMARY KEY,
        written_at INTEGER NOT NULL,
        key BLOB,
        headers BLOB,
        value BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE groups (
        group_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        generation INTEGER NOT NULL DEFAULT 0
    )
    """,
    # AUTOINCREMENT: the id of a dead member must never name a new one.
    """
    CREATE TABLE members (
        member_id INTEGER PRIMARY KEY AUTOINCREMENT,
        group_id INTEGER NOT NULL REFERENCES groups,
        heartbeat_at INTEGER NOT NULL,
        session_timeout INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE subscriptions (
        member_id INTEGER NOT NULL REFERENCES members ON DELETE CASCADE,
        topic_id INTEGER NOT NULL REFERENCES topics,
        PRIMARY KEY (member_id, topic_id)
    ) WITHOUT ROWID
    """,
    # owner may commit while its epoch is the row's; target gets the partition once owner lets go.
    """
    CREATE TABLE group_partitions (
        group_id INTEGER NOT NULL REFERENCES groups,
        partition_id INTEGER NOT NULL REFERENCES partitions,
        committed INTEGER,
        owner INTEGER REFERENCES members ON DELETE SET NULL,
        target INTEGER REFERENCES members ON DELETE SET NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (group_id, partition_id)
    ) WITHOUT ROWID
    """,
)


def prepare(connection: LogConnection, busy_timeout_seconds: float, clock: Clock) -> None:
    """Make the file a log of this version, whoever else does the same at the same time.

    Raises ConfigurationError when it is of a newer version or another program's file.
    """
    _refuse_foreign(connection)
    _enable_wal(connection, busy_timeout_seconds, clock)
    with connection.writing():
        if _pragma(connection, "user_version") == 0:
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _refuse_foreign(connection: LogConnection) -> None:
    with connection.reading():
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application = _pragma(connection, "application_id")
        version = _pragma(connection, "user_version")
    if tables and application != APPLICATION_ID:
        raise ConfigurationError(
            f"log {connection.path}: is another program's SQLite file: choose another path"
        )
    if version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"log {connection.path}: has schema version {version}, this program knows "
            f"{SCHEMA_VERSION}: install the newer otzvuk that wrote it, or choose another path"
        )


def _enable_wal(connection: LogConnection, busy_timeout_seconds: float, clock: Clock) -> None:
    """The switch to WAL does not wait for locks by itself, so two processes that open a new
    file at once would otherwise fail."""
    deadline = clock.monotonic() + busy_timeout_seconds
    while True:
        try:
            with translated_errors(connection.path):
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            break
        except LogUnavailable:
            if clock.monotonic() >= deadline:
                raise
            clock.sleep(_RETRY_SECONDS)
    if mode != "wal":
        raise ConfigurationError(
            f"log {connection.path}: its file system cannot share memory between processes "
            f"(journal mode {mode}): choose a path on a local disk"
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
