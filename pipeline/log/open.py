"""Turns the configured URL into an event log."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.log.protocol import EventLog
from pipeline.log.sqlite import SqliteLog

SQLITE_SCHEME = "sqlite:///"


def open_log(url: str, *, prefix: str, session_timeout_seconds: float) -> EventLog:
    """The log at `sqlite:///relative/path`, `sqlite:////absolute/path`.

    Raises ConfigurationError for any other URL.
    """
    if url.startswith(SQLITE_SCHEME) and url != SQLITE_SCHEME:
        return SqliteLog(
            Path(url.removeprefix(SQLITE_SCHEME)),
            prefix=prefix,
            session_timeout_seconds=session_timeout_seconds,
        )
    raise ConfigurationError(f"log: {url!r} cannot be opened: use sqlite:///path")
