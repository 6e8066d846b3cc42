"""What the embedded store's guardian and its users share: file names, locks, the endpoint."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Literal, Self

import msgspec
import psutil
from msgspec import Struct


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where the embedded store answers, written by its guardian alone."""

    state: Literal["starting", "ready", "broken"]
    guardian_pid: int
    """Process that starts, watches and stops the server."""
    server_pid: int | None = None
    port: int
    """On loopback; kept over restarts, so that open connections find the server again."""
    started: float
    """Unix time of the guardian's start."""
    restarts: int = 0
    """How often the server died under this guardian."""
    reason: str = ""
    """Why it is broken, with a remedy."""

    @property
    def is_guarded(self) -> bool:
        """Whether the guardian that wrote this still runs."""
        return is_alive(self.guardian_pid)


class StoreFiles:
    """The files under `<data_dir>/store`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.data = self.directory / "data"
        self.endpoint = self.directory / "endpoint.json"
        self.users = self.directory / "users.lock"
        """Every user holds it shared; the guardian stops the server when it gets it alone."""
        self.guardian = self.directory / "guardian.lock"
        """Held by the one guardian."""
        self.server_log = self.directory / "server.log"
        self.server_config = self.directory / "server.toml"

    def create(self) -> None:
        """Make the directory, readable by its owner alone: authors are personal data."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def read_endpoint(self) -> Endpoint | None:
        """What a guardian wrote last; it may be dead by now."""
        try:
            return msgspec.json.decode(self.endpoint.read_bytes(), type=Endpoint)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def write_endpoint(self, endpoint: Endpoint) -> None:
        """Replace the endpoint at once: a reader sees the old one or the new one."""
        temporary = self.endpoint.with_suffix(".tmp")
        temporary.write_bytes(msgspec.json.encode(endpoint))
        temporary.replace(self.endpoint)


class FileLock:
    """An advisory lock that the kernel drops when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def acquire_shared(self) -> Self:
        """Wait until nobody holds it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        return self

    def try_exclusive(self) -> bool:
        """Take it alone when nobody else holds it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(self) -> None:
        """Let others have it, but stay ready to take it again."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def release(self) -> None:
        """Let it go for good."""
        os.close(self._descriptor)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended but was not yet waited for does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
