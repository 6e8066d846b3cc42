"""Waiting ends: when all is done, when a stage fails, and when whoever worked is gone."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from otzvuk.application import Application
from otzvuk.stages import STAGES
from otzvuk.waiting import lags, wait_until_drained
from pipeline.errors import ConfigurationError
from pipeline.mongo import Store
from pipeline.settings import ModelSettings, Settings, StageSettings
from tests.otzvuk.otzvuk_process import Otzvuk, rows

SESSION_SECONDS = 1.0


@pytest.fixture
def settings(tmp_path: Path, store_uri: str, store: Store) -> Settings:
    return Settings(
        data_dir=str(tmp_path),
        store=store_uri,
        store_database=store.name,
        stages=StageSettings(session_timeout_seconds=SESSION_SECONDS, poll_seconds=0.05),
    )


def published(settings: Settings) -> Otzvuk:
    """A few reviews wait in the log."""
    otzvuk = Otzvuk(
        Path(settings.data_dir),
        {"STORE": settings.store, "STORE_DATABASE": settings.store_database},
    )
    otzvuk.done("import", str(rows(otzvuk.data_dir / "a.jsonl", 5)), "--entity", "tea")
    return otzvuk


def test_a_stage_that_cannot_be_built_ends_the_wait(settings: Settings) -> None:
    broken = Settings(
        data_dir=settings.data_dir, store=settings.store, store_database=settings.store_database,
        models=ModelSettings(sentiment="nonsense"),
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match="nonsense"):
        wait_until_drained(Application(broken))


def test_a_stage_that_nobody_serves_any_more_is_taken_over(settings: Settings) -> None:
    published(settings)
    app = Application(settings)
    with app.log() as log:
        # Joined, but never polling again: its membership runs out like that of a killed process.
        with closing(log.consumer("sentiment", [STAGES["sentiment"].topic])) as silent:
            silent.poll(0.1, 1)
            waiting = threading.Thread(target=wait_until_drained, args=(app,))
            waiting.start()
            waiting.join(30)
            assert not waiting.is_alive()
        assert not any(lags(log).values())
