"""What `otzvuk doctor` looks at: each check says what it found and, if ill, the remedy."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from consumers.notifying.configured import build_channels
from consumers.sentiment.models import configured_model
from consumers.sentiment.understanding import Understander
from crawlers.entities import load_entities
from otzvuk.application import Application
from otzvuk.letters import Selection, count_letters
from otzvuk.stages import STAGES
from pipeline.errors import OtzvukError
from pipeline.mongo import INDEXES, translated_errors
from pipeline.settings import redact
from pipeline.topics import TOPICS

Health = Literal["ok", "warning", "ill"]
LOW_DISK_BYTES = 1_000_000_000
SLOW_STORE_MS = 100.0


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    check: str
    health: Health
    found: str
    remedy: str = ""


def check_up(app: Application) -> list[Finding]:
    """All findings; a check that cannot run is itself an ill finding."""
    checks: Sequence[tuple[str, Callable[[Application], Finding]]] = (
        ("configuration", _configuration),
        ("data directory", _data_directory),
        ("disk", _disk),
        ("event log", _log),
        ("store", _store),
        ("indexes", _indexes),
        ("sentiment model", _model),
        ("watched entities", _entities),
        ("channels", _channels),
        ("workers", _workers),
        ("dead letters", _dead_letters),
    )
    return [_guarded(name, check, app) for name, check in checks]


def _guarded(name: str, check: Callable[[Application], Finding], app: Application) -> Finding:
    try:
        return check(app)
    except OtzvukError as error:
        return Finding(name, "ill", str(error), "see the message")
    except OSError as error:
        return Finding(name, "ill", str(error), "check the path and its permissions")


def _configuration(app: Application) -> Finding:
    settings = app.settings
    places = (
        f"log {redact(settings.log_url)}",
        f"store {redact(settings.store)}",
        f"data in {Path(settings.data_dir).resolve()}",
    )
    return Finding("configuration", "ok", ", ".join(places))


def _data_directory(app: Application) -> Finding:
    path = Path(app.settings.data_dir)
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK | os.X_OK):
        return Finding(
            "data directory", "ill", f"{path} cannot be written",
            f"chown it to {os.getuid()} or set data_dir elsewhere",
        )  # fmt: skip
    if path.stat().st_mode & 0o002:
        return Finding(
            "data directory", "warning", f"{path} can be written by everybody",
            f"chmod o-w {path}: it holds personal data",
        )  # fmt: skip
    return Finding("data directory", "ok", f"{path} can be written")


def _disk(app: Application) -> Finding:
    free = shutil.disk_usage(app.settings.data_dir).free
    found = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        return Finding("disk", "warning", found, "free some space: log and store both grow")
    return Finding("disk", "ok", found)


def _log(app: Application) -> Finding:
    with app.log() as log:
        held = sum(topic.messages for topic in log.describe())
    return Finding("event log", "ok", f"{len(TOPICS)} topics, {held:,} messages")


def _store(app: Application) -> Finding:
    with app.store() as store, translated_errors():
        started = time.perf_counter()
        store.command("ping")
        milliseconds = 1_000 * (time.perf_counter() - started)
        reviews = store["reviews"].estimated_document_count()
    found = f"answers in {milliseconds:.1f} ms, {reviews:,} reviews"
    if milliseconds > SLOW_STORE_MS:
        return Finding("store", "warning", found, "the network or the server is slow")
    return Finding("store", "ok", found)


def _indexes(app: Application) -> Finding:
    with app.store() as store, translated_errors():
        missing = [
            f"{index.collection}.{index.name}"
            for index in INDEXES
            if index.name not in store[index.collection].index_information()
        ]
    if missing:
        return Finding("indexes", "ill", f"missing: {', '.join(missing)}", "otzvuk store init")
    return Finding("indexes", "ok", f"all {len(INDEXES)} present")


def _model(app: Application) -> Finding:
    models = app.settings.models
    understander = Understander(configured_model(models.sentiment, labels=models.labels))
    return Finding("sentiment model", "ok", understander.revision)


def _entities(app: Application) -> Finding:
    path = Path(app.settings.entities)
    if not path.exists():
        return Finding(
            "watched entities", "warning", f"{path} does not exist",
            "copy deploy/entities.example.yaml and name what you watch",
        )  # fmt: skip
    entities = load_entities(path)
    return Finding("watched entities", "ok", f"{len(entities)} in {path}")


def _channels(app: Application) -> Finding:
    channels = build_channels(app.settings)
    if not channels:
        return Finding(
            "channels", "warning", "none: alerts are stored, but nobody is told",
            "add a channel under `channels`, then `otzvuk notify test NAME`",
        )  # fmt: skip
    return Finding("channels", "ok", ", ".join(channels))


def _workers(app: Application) -> Finding:
    with app.log() as log:
        idle = [name for name in STAGES if log.members(name) == 0]
    if idle:
        return Finding(
            "workers", "warning", f"nobody runs {', '.join(idle)}",
            "otzvuk up (or otzvuk stage NAME)",
        )  # fmt: skip
    return Finding("workers", "ok", "every stage is served")


def _dead_letters(app: Application) -> Finding:
    with app.store() as store:
        pending = count_letters(store, Selection())
    if pending:
        return Finding(
            "dead letters", "warning", f"{pending} wait for a person", "otzvuk dead-letters list"
        )
    return Finding("dead letters", "ok", "none wait")
