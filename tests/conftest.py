"""Fixtures that all tests share: a real store server, and a clean database on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.clock import SystemClock
from pipeline.embedded import EmbeddedStore
from pipeline.mongo import Store, connect, create_indexes
from tests.kafka_fixture import kafka_bootstrap, kafka_broker, kafka_jars

__all__ = ["kafka_bootstrap", "kafka_broker", "kafka_jars"]


@pytest.fixture(scope="session")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real embedded server for the whole run."""
    directory: Path = tmp_path_factory.mktemp("store")
    embedded = EmbeddedStore(directory, SystemClock())
    embedded.start()
    yield embedded.uri
    embedded.stop()


@pytest.fixture
def store(store_uri: str) -> Iterator[Store]:
    """An empty database with all indexes, dropped afterwards."""
    database = connect(store_uri, f"test-{uuid.uuid4().hex}")
    create_indexes(database)
    yield database
    database.client.drop_database(database.name)
    database.client.close()
