"""What every command needs: the settings, the clock, and doors to the log and the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer

from pipeline.clock import Clock, SystemClock
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.mongo import Store
from pipeline.settings import Settings
from pipeline.store import OnBroken, open_store
from pipeline.topics import TOPICS


@dataclass(frozen=True)
class Application:
    """Built once in `main()` and passed down as the command's context object."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)

    @contextmanager
    def log(self) -> Iterator[EventLog]:
        """The event log with all topics present."""
        log = open_log(
            self.settings.log_url,
            prefix=self.settings.topic_prefix,
            session_timeout_seconds=self.settings.stages.session_timeout_seconds,
        )
        try:
            log.create_topics(TOPICS)
            yield log
        finally:
            log.close()

    @contextmanager
    def store(self, on_broken: OnBroken | None = None) -> Iterator[Store]:
        """The store with all indexes present; the embedded one is started when nobody has."""
        with open_store(self.settings, on_broken=on_broken) as store:
            yield store


def application(context: typer.Context) -> Application:
    """The Application of a running command."""
    found = context.find_object(Application)
    assert found is not None
    return found
