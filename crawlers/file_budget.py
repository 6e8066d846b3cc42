"""A site's turns as locked files, for the workers of one machine and for crawls without a store."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from crawlers.budget import Held, IsStopped, SitePaused, Turn, sleep_a_little
from pipeline.clock import Clock
from pipeline.identity import digest
from pipeline.records import AwareTime


class _SiteState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    free_at: AwareTime | None = None
    paused_until: AwareTime | None = None
    reason: str = ""


class FileBudget:
    """One locked file a site; the lock goes with the process that held it."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._directory = data_dir / "crawls"
        self._clock = clock

    @contextmanager
    def turn(self, wanted: Turn, is_stopped: IsStopped) -> Iterator[Held]:
        deadline = self._clock.monotonic() + wanted.patience_seconds
        with self._open(wanted.site) as file:
            while not _locked(file):
                sleep_a_little(self._clock, timedelta(days=1), deadline, is_stopped, wanted.site)
            state = _read(file)
            now = self._clock.now()
            if state.paused_until is not None and state.paused_until > now:
                raise SitePaused(wanted.site, state.paused_until, state.reason)
            while (free_at := state.free_at) is not None and free_at > self._clock.now():
                left = free_at - self._clock.now()
                sleep_a_little(self._clock, left, deadline, is_stopped, wanted.site)
            held = Held(wanted.delay_seconds)
            try:
                yield held
            finally:
                free_at = self._clock.now() + timedelta(seconds=held.delay_seconds)
                _write(file, msgspec.structs.replace(_read(file), free_at=free_at))

    def pause(self, site: str, seconds: float, reason: str) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        with self._open(site) as file:
            state = _read(file)
            _write(file, msgspec.structs.replace(state, paused_until=until, reason=reason[:300]))

    @contextmanager
    def _open(self, site: str) -> Iterator[int]:
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{digest(site)}.site"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(descriptor: int) -> _SiteState:
    try:
        return msgspec.json.decode(os.pread(descriptor, 4_096, 0), type=_SiteState)
    except msgspec.DecodeError:  # new, or torn by a crash
        return _SiteState()


def _write(descriptor: int, state: _SiteState) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, msgspec.json.encode(state), 0)
