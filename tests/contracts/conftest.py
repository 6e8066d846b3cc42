"""Every implementation of the event log, each fresh and apart from all other tests."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from tests.contracts.log_bench import LogBench

EventLogFactory = Callable[[], EventLog]

SESSION_TIMEOUT_SECONDS = {"sqlite": 1.0, "kafka": 6.0}
"""Short, so that a dead member's partitions are soon taken; Kafka allows no less than 6 s."""


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def event_log_factory(request: pytest.FixtureRequest, tmp_path: Path) -> EventLogFactory:
    """Opens one and the same fresh log, as often as it is called."""
    name: str = request.param
    if name == "kafka":
        url = f"kafka://{request.getfixturevalue('kafka_bootstrap')}"
    else:
        url = f"sqlite:///{tmp_path / 'log.db'}"
    prefix = f"test-{uuid.uuid4().hex}."

    def factory() -> EventLog:
        return open_log(url, prefix=prefix, session_timeout_seconds=SESSION_TIMEOUT_SECONDS[name])

    return factory


@pytest.fixture
def bench(event_log_factory: EventLogFactory) -> Iterator[LogBench]:
    """The log under test, with its topics."""
    bench = LogBench(event_log_factory)
    yield bench
    bench.close()
