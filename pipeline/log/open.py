"""Turns the configured URL into an event log."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.log.protocol import EventLog
from pipeline.log.sqlite import SqliteLog

SQLITE_SCHEME = "sqlite:///"
KAFKA_SCHEME = "kafka://"


def open_log(url: str, *, prefix: str, session_timeout_seconds: float) -> EventLog:
    """The log at `sqlite:///relative/path`, `sqlite:////absolute/path` or
    `kafka://host:port,host:port`.

    Raises ConfigurationError for any other URL.
    """
    if path := _rest(url, SQLITE_SCHEME):
        return SqliteLog(Path(path), prefix=prefix, session_timeout_seconds=session_timeout_seconds)
    if servers := _rest(url, KAFKA_SCHEME):
        # The client takes half a second to load, and most commands never need it.
        log: EventLog = import_module("pipeline.log.kafka").KafkaLog(
            servers.split(","), prefix=prefix, session_timeout_seconds=session_timeout_seconds
        )
        return log
    raise ConfigurationError(
        f"log: {url!r} cannot be opened: use sqlite:///path or kafka://host:port,host:port"
    )


def _rest(url: str, scheme: str) -> str:
    return url.removeprefix(scheme) if url.startswith(scheme) else ""
