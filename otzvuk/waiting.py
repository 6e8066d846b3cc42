"""Waiting until everything published so far has passed all stages."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Iterable, Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from consumers.storing.pending import count_pending
from consumers.storing.settling import settle
from otzvuk.application import Application
from otzvuk.stages import STAGES
from otzvuk.workers import Workers
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25


def wait_until_drained(app: Application) -> None:
    """Return when the lag of every stage is 0.

    Stages that no live worker serves (no `otzvuk up`, no `otzvuk stage`) are run in this
    process meanwhile. What they leave to be counted is counted at once.
    Raises what a stage of this process failed with.
    """
    with app.log() as log, app.store() as store:
        while not _drained_with_help(app, log, store):
            logger.info("a worker elsewhere ended: looking again who serves what")
        settle(store, app.clock)


def _drained_with_help(app: Application, log: EventLog, store: Store) -> bool:
    """False when a stage that was served elsewhere is served no longer."""
    missing = _unserved(log, STAGES)
    if missing:
        logger.info("no worker serves %s: running them here", ", ".join(missing))
    with Workers(missing, app, log, store) as workers:
        return _watch(log, app.clock.sleep, workers, elsewhere=STAGES.keys() - set(missing))


def _unserved(log: EventLog, names: Iterable[str]) -> list[str]:
    return [name for name in names if log.members(name) == 0]


def lags(log: EventLog) -> dict[str, int]:
    """Stage → messages waiting for it, upstream stages first.

    Outputs are committed together with offsets, so zeros seen in this order mean drained.
    """
    return {
        name: sum(part.lag for part in log.lag(name, [entry.topic]))
        for name, entry in STAGES.items()
    }


def is_drained(waiting: Mapping[str, int], store: Store) -> bool:
    """Whether nothing waits anywhere, and the day buckets are counted."""
    return not any(waiting.values()) and count_pending(store) == 0


def _watch(
    log: EventLog, sleep: Callable[[float], None], workers: Workers, elsewhere: Collection[str]
) -> bool:
    """Whether everything has passed; False when nobody serves a stage of `elsewhere` any more."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
    ) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in STAGES}
        most: dict[str, int] = {}
        while not workers.stop.is_set():
            waiting = lags(log)
            for name, count in waiting.items():
                most[name] = max(most.get(name, 0), count)
                progress.update(tasks[name], total=most[name], completed=most[name] - count)
            if not any(waiting.values()):
                return True
            if _unserved(log, elsewhere):
                return False
            sleep(LOOK_SECONDS)
        return False
