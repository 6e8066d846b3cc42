"""A log in a scratch folder, a shelf of what was published, and a hostile site on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.topics import TOPICS
from tests.crawlers.site import Site

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    log = open_log(f"sqlite:///{tmp_path / 'log.db'}", prefix="", session_timeout_seconds=30.0)
    log.create_topics(TOPICS)
    yield log
    log.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running
