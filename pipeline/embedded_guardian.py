"""The process that starts, watches, restarts and stops the embedded store's server.

It is nobody's child: it belongs to all processes that use the store on this machine, and
ends when the last of them is gone, even if that one was killed.

    python -m pipeline.embedded_guardian DIRECTORY
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import msgspec
import psutil

from pipeline.embedded_files import Endpoint, FileLock, StoreFiles

HOST = "127.0.0.1"
CHECK_SECONDS = 0.25
LINGER_SECONDS = 2.0
"""Commands often follow each other: the server stays a moment after its last user."""
START_SECONDS = 120.0
"""A killed server replays its journal before it answers."""
STOP_SECONDS = 30.0
CACHE_SIZE = "256M"
"""WiredTiger's; the server's own default of 1G is much for one program on a shared machine."""
SHORT_LIFE_SECONDS = 1.0
MOST_SHORT_LIVES = 15
"""Servers in a row that died at once: no accident any more."""
MOST_FAILED_STARTS = 3
BACKOFF_MAX_SECONDS = 5.0
LOG_KEPT_BYTES = 8 * 1024 * 1024
PR_SET_PDEATHSIG = 1


class ServerFailedError(Exception):
    """The server could not be started, or dies too often."""


class Guardian:
    """One server, watched until nobody uses it."""

    def __init__(self, directory: Path) -> None:
        self._files = StoreFiles(directory)
        self._stop = threading.Event()
        self._server: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._short_lives = 0
        self._endpoint = Endpoint(
            state="starting", guardian_pid=os.getpid(), port=0, started=time.time()
        )

    def run(self) -> int:
        """Guard until nobody uses the store; 0, or 3 when it cannot be kept alive."""
        guarding, users = FileLock(self._files.guardian), FileLock(self._files.users)
        if not guarding.try_exclusive():
            return 0
        try:
            self._start_first()
            self._guard(users)
            self._files.endpoint.unlink(missing_ok=True)
        except ServerFailedError as error:
            self._announce(state="broken", server_pid=None, reason=str(error))
            return 3
        finally:
            self._stop_server()
            # In this order: whoever waits for the users' lock may start the next guardian.
            guarding.release()
            users.release()
        return 0

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Signal handler."""
        self._stop.set()

    def _start_first(self) -> None:
        remembered = self._remembered_port()
        self._end_orphan()
        self._announce(port=remembered if _is_free(remembered) else _free_port())
        self._start()

    def _guard(self, users: FileLock) -> None:
        unused_since: float | None = None
        while not self._stop.wait(CHECK_SECONDS):
            assert self._server is not None
            if self._server.poll() is not None:
                self._restart()
            if not users.try_exclusive():
                unused_since = None
                continue
            unused_since = unused_since or time.monotonic()
            if time.monotonic() - unused_since >= LINGER_SECONDS:
                # Still held alone: who comes now waits until the server has stopped.
                return
            users.unlock()

    def _start(self) -> None:
        for attempt in range(1, MOST_FAILED_STARTS + 1):
            self._spawn()
            if self._answers_within(START_SECONDS):
                assert self._server is not None
                self._started_at = time.monotonic()
                self._announce(state="ready", server_pid=self._server.pid)
                return
            if self._stop.is_set():
                return
            self._stop_server()
            self._stop.wait(min(BACKOFF_MAX_SECONDS, 0.25 * 2**attempt))
        raise ServerFailedError(self._explain("cannot be started"))

    def _restart(self) -> None:
        lived = time.monotonic() - self._started_at
        self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE_SECONDS else 0
        if self._short_lives > MOST_SHORT_LIVES:
            raise ServerFailedError(self._explain("keeps dying"))
        self._announce(state="starting", server_pid=None, restarts=self._endpoint.restarts + 1)
        if self._short_lives:
            self._stop.wait(min(BACKOFF_MAX_SECONDS, 0.05 * 2**self._short_lives))
        self._start()

    def _spawn(self) -> None:
        self._files.server_config.touch()
        if (
            self._files.server_log.exists()
            and self._files.server_log.stat().st_size > LOG_KEPT_BYTES
        ):
            self._files.server_log.unlink()
        with self._files.server_log.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603  # our own fixed command
                [
                    sys.executable, "-m", "secantus",
                    # Named, so that no stranger's configuration is picked up from a home.
                    "--config", str(self._files.server_config),
                    "--host", HOST, "--port", str(self._endpoint.port),
                    "--storage-path", str(self._files.data),
                    "--cache-size", CACHE_SIZE,
                    "--standalone", "--log-level", "WARNING",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._files.directory,
                env={**os.environ, "SECANTUS_FORCE_DURABLE": "1"},
                preexec_fn=_die_with_parent,  # no other thread runs here
            )  # fmt: skip

    def _answers_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        assert self._server is not None
        while time.monotonic() < deadline and self._server.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(1.0)
                if probe.connect_ex((HOST, self._endpoint.port)) == 0:
                    return True
            if self._stop.wait(0.02):
                return False
        return False

    def _stop_server(self) -> None:
        if self._server is None or self._server.poll() is not None:
            return
        self._server.terminate()
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Every acknowledged write is in the journal.
            self._server.kill()
            self._server.wait()

    def _end_orphan(self) -> None:
        """A server outlives its guardian only where the system cannot tie their lives."""
        for process in psutil.process_iter(["cmdline"]):
            command = process.info["cmdline"] or []
            if "secantus" in command and str(self._files.data) in command:
                process.terminate()
                process.wait(STOP_SECONDS)

    def _remembered_port(self) -> int:
        earlier = self._files.read_endpoint()
        return earlier.port if earlier else 0

    def _announce(self, **changes: object) -> None:
        self._endpoint = msgspec.structs.replace(self._endpoint, **changes)
        self._files.write_endpoint(self._endpoint)

    def _explain(self, what: str) -> str:
        said = self._files.server_log.read_bytes()[-2_000:].decode("utf-8", "replace").strip()
        last = said.splitlines()[-1] if said else "nothing"
        holder = _holder(self._files.data)
        remedy = (
            f"its data is held by another process, {holder}: stop that one"
            if holder
            else f"read {self._files.server_log}, check free space and permissions of "
            f"{self._files.directory}, or set `store` to a mongodb:// URI"
        )
        return f"the embedded store {what}; it last said: {last}. {remedy}"


def _holder(data: Path) -> str | None:
    """Who has the store's files open, where the system lets us see it."""
    lock = str((data / "WiredTiger.lock").resolve())
    for process in psutil.process_iter():
        try:
            if any(opened.path == lock for opened in process.open_files()):
                return f"{process.name()} (pid {process.pid})"
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return None


def _die_with_parent() -> None:
    """Linux: the server gets SIGTERM when the guardian dies; elsewhere `_end_orphan` helps."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Leave the caller at once, and guard."""
    if os.fork():
        return 0
    os.setsid()
    guardian = Guardian(Path(sys.argv[1]))
    signal.signal(signal.SIGTERM, guardian.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return guardian.run()


if __name__ == "__main__":
    sys.exit(main())
