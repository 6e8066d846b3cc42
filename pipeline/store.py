"""The one way to open the store, whichever server is behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.clock import SystemClock
from pipeline.embedded import EmbeddedStore
from pipeline.errors import StoreBroken, StoreUnavailable
from pipeline.metrics import STORE_RESTARTS, STORE_UP
from pipeline.mongo import Store, connect, create_indexes, ping
from pipeline.settings import Settings, redact

WATCH_SECONDS = 2.0
OnBroken = Callable[[StoreBroken], None]


@contextmanager
def open_store(settings: Settings, *, on_broken: OnBroken | None = None) -> Iterator[Store]:
    """The store, answering, with all indexes present.

    When the embedded server is given up for good, `on_broken` is called from the watching
    thread, so that a process that runs for long can end; on leaving, StoreBroken says why.

    Raises ConfigurationError, StoreBroken, or StoreUnavailable when nothing answers.
    """
    if settings.store != "embedded":
        with _connected(settings.store, settings.store_database) as store:
            yield from _watched(store, None, on_broken)
        return
    embedded = EmbeddedStore(Path(settings.data_dir) / "store", SystemClock())
    embedded.start()
    try:
        with _connected(embedded.uri, settings.store_database) as store:
            yield from _watched(store, embedded, on_broken)
    finally:
        embedded.stop()


@contextmanager
def _connected(uri: str, database: str) -> Iterator[Store]:
    store = connect(uri, database)
    try:
        if not ping(store):
            raise StoreUnavailable(
                f"the store {redact(uri)} does not answer: is it running, and may we reach it?"
            )
        create_indexes(store)
        yield store
    finally:
        store.client.close()


def _watched(
    store: Store, embedded: EmbeddedStore | None, on_broken: OnBroken | None
) -> Iterator[Store]:
    watch = _Watch(store, embedded, on_broken)
    watch.start()
    try:
        yield store
    finally:
        watch.stop()
    if watch.broken is not None:
        raise watch.broken


class _Watch(threading.Thread):
    """Tells the metrics whether the store answers, and replaces a lost guardian."""

    def __init__(
        self, store: Store, embedded: EmbeddedStore | None, on_broken: OnBroken | None
    ) -> None:
        super().__init__(name="store-watch", daemon=True)
        self.broken: StoreBroken | None = None
        self._store = store
        self._embedded = embedded
        self._on_broken = on_broken
        self._restarts = embedded.restarts if embedded else 0
        self._stopped = threading.Event()

    def run(self) -> None:
        STORE_UP.set(1)
        while not self._stopped.wait(WATCH_SECONDS) and self.broken is None:
            STORE_UP.set(1 if ping(self._store) else 0)
            self._look()

    def stop(self) -> None:
        """End the watch."""
        self._stopped.set()
        self.join()

    def _look(self) -> None:
        if self._embedded is None:
            return
        try:
            endpoint = self._embedded.look()
        except StoreBroken as error:
            STORE_UP.set(0)
            self.broken = error
            if self._on_broken is not None:
                self._on_broken(error)
            return
        if endpoint is not None:
            STORE_RESTARTS.inc(max(0, endpoint.restarts - self._restarts))
            self._restarts = endpoint.restarts
