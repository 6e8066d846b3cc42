"""Stages and collectors as threads of one process, started and stopped together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from types import TracebackType

from otzvuk.application import Application
from otzvuk.collecting import COLLECTORS, Loop
from otzvuk.stages import build_runner
from pipeline.errors import Fatal
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.stream import StageRunner

logger = logging.getLogger(__name__)


class Workers:
    """Runs the named stages and collectors until stopped or until one of them fails."""

    def __init__(self, names: Iterable[str], app: Application, log: EventLog, store: Store) -> None:
        self.stop = threading.Event()
        """Set to ask all stages to finish their batch and end."""
        self._failure: BaseException | None = None
        self._drain_seconds = app.settings.stages.drain_seconds
        self._clock = app.clock
        self._threads = [
            threading.Thread(
                target=self._run,
                args=(_loop(name, app, log, store, self.stop).run,),
                name=f"stage-{name}",
                # A stage that does not drain in time must not keep the process alive.
                daemon=True,
            )
            for name in names
        ]

    @property
    def failure(self) -> BaseException | None:
        """What ended the stages, if not a request."""
        return self._failure

    def alive(self) -> dict[str, bool]:
        """Stage name → whether its thread runs."""
        return {thread.name.removeprefix("stage-"): thread.is_alive() for thread in self._threads}

    def raise_failure(self) -> None:
        """Raise what ended the stages, if anything did."""
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Workers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop.set()
        self._drain()
        if error is None:
            self.raise_failure()

    def _drain(self) -> None:
        """Wait for the batches in hand; what is not done by then stays uncommitted."""
        deadline = self._clock.monotonic() + self._drain_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))
        late = [name for name, is_alive in self.alive().items() if is_alive]
        if late and self._failure is None:
            self._failure = Fatal(
                f"{', '.join(late)} did not finish within {self._drain_seconds:.0f} s; the batch "
                "in hand stays uncommitted and is done again (stages.drain_seconds)"
            )

    def _run(self, run: object) -> None:
        assert callable(run)
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - carried to the main thread and raised there
            if self._failure is None:
                self._failure = error
            logger.error("%s ended: %s", threading.current_thread().name, error)
            self.stop.set()


def _loop(
    name: str, app: Application, log: EventLog, store: Store, stop: threading.Event
) -> Loop | StageRunner:
    if name in COLLECTORS:
        return COLLECTORS[name](app, log, store, stop)
    return build_runner(name, app, log, store, stop)
