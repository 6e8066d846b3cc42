"""What every long-running process of ours has: signals that drain, health, housekeeping."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from otzvuk.application import Application
from otzvuk.housekeeping import Housekeeping, usual_chores
from otzvuk.workers import Workers
from pipeline.errors import OtzvukError, StoreBroken
from pipeline.health import Check, HealthServer
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store, translated_errors


@dataclass(frozen=True)
class Running:
    """A process at work."""

    log: EventLog
    store: Store
    workers: Workers
    port: int
    """Where /metrics listens."""


@contextmanager
def running(app: Application, names: Iterable[str]) -> Iterator[Running]:
    """Run the named stages with health and housekeeping until the block ends.

    SIGTERM and Ctrl-C set `workers.stop`; the block should end then. Raises what a stage
    failed with.
    """
    with (
        app.log() as log,
        app.store(on_broken=_drain_and_end) as store,
        Workers(names, app, log, store) as workers,
    ):
        health = HealthServer(
            app.settings.http.host,
            app.settings.http.port,
            live={"stages": lambda: _dead_stages(workers)},
            ready={"stages": lambda: _dead_stages(workers), **readiness(log, store)},
        )
        housekeeping = Housekeeping(usual_chores(log, store, app.clock), app.clock)
        try:
            with signals_to(workers.stop.set):
                yield Running(log, store, workers, health.port)
        finally:
            workers.stop.set()
            housekeeping.close()
            health.close()


def _drain_and_end(_error: StoreBroken) -> None:
    """The store is lost for good: end as if somebody had asked; leaving it says why."""
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def signals_to(stop: Callable[[], None]) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into a request to drain; a second Ctrl-C interrupts at once."""

    def ask(number: int, _frame: FrameType | None) -> None:
        stop()
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def readiness(log: EventLog, store: Store) -> dict[str, Check]:
    """Whether log and store answer now."""
    return {"log": lambda: _failing(log.describe), "store": lambda: _failing(_ping(store))}


def _ping(store: Store) -> Callable[[], object]:
    def ping() -> object:
        with translated_errors():
            return store.command("ping")

    return ping


def _failing(look: Callable[[], object]) -> str | None:
    try:
        look()
    except OtzvukError as error:
        return str(error)
    return None


def _dead_stages(workers: Workers) -> str | None:
    dead = [name for name, alive in workers.alive().items() if not alive]
    return f"ended: {', '.join(dead)}: {workers.failure}" if dead else None
