"""The embedded store as its users see it: started when nobody has, shared, left to the last.

Each user holds a shared lock for as long as it needs the store; the guardian
(`pipeline.embedded_guardian`) serves until it can take that lock alone. So the first
process starts the server, the last one out stops it, and a killed process counts as gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from pipeline.clock import Clock
from pipeline.embedded_files import Endpoint, FileLock, StoreFiles
from pipeline.errors import ConfigurationError, StoreBroken

WAIT_SECONDS = 150.0
POLL_SECONDS = 0.02
ASK_AGAIN_SECONDS = 2.0


class EmbeddedStore:
    """One process's hold on the embedded store."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._files = StoreFiles(directory)
        self._clock = clock
        self._lock: FileLock | None = None
        self._endpoint: Endpoint | None = None

    @property
    def uri(self) -> str:
        """Where the server answers, for as long as this hold lasts."""
        assert self._endpoint is not None, "not started"
        return f"mongodb://127.0.0.1:{self._endpoint.port}/?directConnection=true"

    @property
    def restarts(self) -> int:
        """How often the server had died before this hold began."""
        return self._endpoint.restarts if self._endpoint else 0

    def start(self) -> None:
        """Join the running server, or have one started.

        Raises ConfigurationError when the server is not installed, StoreBroken when it
        cannot be started.
        """
        _require_installed()
        try:
            self._files.create()
            self._lock = FileLock(self._files.users).acquire_shared()
        except OSError as error:
            raise StoreBroken(
                f"{self._files.directory}: cannot be written ({error.strerror}): set data_dir "
                "to a directory of yours"
            ) from error
        try:
            self._endpoint = self._join()
        except BaseException:
            self.stop()
            raise

    def look(self) -> Endpoint | None:
        """What the guardian says now; a guardian that is gone is replaced.

        Raises StoreBroken when the guardian has given up.
        """
        endpoint = self._files.read_endpoint()
        if endpoint is not None and endpoint.state == "broken":
            raise StoreBroken(endpoint.reason)
        if endpoint is None or not endpoint.is_guarded:
            self._start_guardian()
        return endpoint

    def stop(self) -> None:
        """Let go; the guardian stops the server when nobody else holds on."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _join(self) -> Endpoint:
        asked = time.time()
        deadline = self._clock.monotonic() + WAIT_SECONDS
        ask_again = 0.0
        while self._clock.monotonic() < deadline:
            endpoint = self._files.read_endpoint()
            if endpoint is not None and endpoint.is_guarded:
                if endpoint.state == "ready":
                    return endpoint
            elif endpoint is not None and endpoint.state == "broken" and endpoint.started >= asked:
                raise StoreBroken(endpoint.reason)
            elif self._clock.monotonic() >= ask_again:
                self._start_guardian()
                ask_again = self._clock.monotonic() + ASK_AGAIN_SECONDS
            self._clock.sleep(POLL_SECONDS)
        raise StoreBroken(
            f"the embedded store did not answer within {WAIT_SECONDS:.0f} s: read "
            f"{self._files.server_log}"
        )

    def _start_guardian(self) -> None:
        """Harmless when there is one: the newcomer sees its lock and ends."""
        here = str(Path(__file__).resolve().parent.parent)
        paths = [here, os.environ.get("PYTHONPATH", "")]
        subprocess.run(  # noqa: S603  # our own fixed command
            [sys.executable, "-m", "pipeline.embedded_guardian", str(self._files.directory)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def _require_installed() -> None:
    if find_spec("secantus") is None:
        raise ConfigurationError(
            "store: `embedded` needs its server: pip install 'otzvuk[embedded]', or set `store` "
            "to a mongodb:// URI"
        )
