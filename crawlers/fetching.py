"""Pages from a child process, one at a time, each within its deadline."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import IO, Protocol, Self

import msgspec

from crawlers.conversation import Fetch, Order, Reply, Unfetched
from crawlers.outcomes import Outcome
from pipeline.settings import ENVIRONMENT_PREFIX

STOP_SECONDS = 10.0
"""Longest a child may take to end after its stdin was closed."""

_REPLY: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class Fetcher(Protocol):
    """Reads pages."""

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        """Read and parse one page; never raises for what the site does."""


class ChildFetcher:
    """Runs `crawlers.child`; use as a context manager."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        # A session of its own: Ctrl-C reaches the parent, which ends the child in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_bare_environment(),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="crawl-replies", daemon=True)
        self._reader.start()
        self._write(self._order)
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it is gone already
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._errors.close()

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        """Ask the child; one that dies or hangs is a failed page."""
        self._write(Fetch(url=url))
        try:
            line = self._replies.get(timeout=timeout_seconds)
        except queue.Empty:
            self._process.kill()
            reason = f"no answer within {timeout_seconds:.0f} seconds; its process was ended"
            return Unfetched(url=url, outcome=Outcome.TIMEOUT, reason=reason)
        if not line:
            return Unfetched(url=url, outcome=Outcome.FAILED, reason=self._last_words())
        return _REPLY.decode(line)

    def _write(self, message: Order | Fetch) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # its end is read from stdout
            self._process.stdin.write(msgspec.json.encode(message) + b"\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._replies.put(line)
        self._replies.put(b"")

    def _last_words(self) -> str:
        self._errors.seek(0)
        said = self._errors.read()[-1_500:].decode("utf-8", "replace").strip()
        return f"the fetching process ended with code {self._process.wait()}: {said}"


def _bare_environment() -> dict[str, str]:
    """The environment without our settings: a process that reads hostile pages holds no secret."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
