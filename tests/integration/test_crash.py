"""Stages, store and broker are killed at random moments; nothing is lost and nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crash_proof import ordeal
from tests.kafka_fixture import KafkaBroker

KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_of_stages_and_the_embedded_store_lose_nothing(tmp_path: Path) -> None:
    outcome = ordeal(tmp_path, kills=KILLS, seed=20260501)
    assert outcome.is_clean, outcome


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(900)
def test_kills_of_stages_and_the_broker_lose_nothing(
    tmp_path: Path, kafka_broker: KafkaBroker
) -> None:
    outcome = ordeal(tmp_path, kills=KILLS, seed=20260502, broker=kafka_broker)
    assert outcome.is_clean, outcome
