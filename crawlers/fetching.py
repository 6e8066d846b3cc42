"""Pages from a child process, one at a time, each within its deadline."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Protocol, Self

import msgspec

from crawlers.conversation import Fetch, Order, Reply, Unfetched
from crawlers.keys import redacted, secret_variables
from crawlers.outcomes import Outcome
from pipeline.settings import ENVIRONMENT_PREFIX

STOP_SECONDS = 10.0
"""Longest a child may take to end after its stdin was closed."""
LOOK_SECONDS = 0.25
"""How often a waiting parent asks whether it was told to stop."""
PROCESSES_PER_PAGE = 2
"""A page that kills so many processes is given up."""

_REPLY: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class Fetcher(Protocol):
    """Reads pages."""

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        """Read and parse one page; never raises for what the site does."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


class ChildFetcher:
    """Runs `crawlers.child`, again when it was killed; use as a context manager."""

    def __init__(self, order: Order, is_stopped: Callable[[], bool] = never) -> None:
        self._order = order
        self._is_stopped = is_stopped
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        self._child = _Child(self._order)
        return self

    def __exit__(self, *exception: object) -> None:
        self._end()

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        """Ask the child; a page that kills or hangs it twice is a failed page."""
        said = ""
        for _ in range(PROCESSES_PER_PAGE):
            child = self._child = self._child or _Child(self._order)
            try:
                line = child.ask(Fetch(url=url), timeout_seconds, self._is_stopped)
            except TimeoutError:
                self._end()
                reason = f"no answer within {timeout_seconds:.0f} seconds; its process was ended"
                return Unfetched(url=url, outcome=Outcome.TIMEOUT, reason=reason)
            except InterruptedError:
                self._end()
                return Unfetched(url=url, outcome=Outcome.INTERRUPTED, reason="told to stop")
            if line:
                return _REPLY.decode(redacted(line, self._order.secrets.values))
            said = child.last_words()
            self._end()
        return Unfetched(url=url, outcome=Outcome.FAILED, reason=said)

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """One process and what it says."""

    def __init__(self, order: Order) -> None:
        self._secrets = order.secrets.values
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        # A session of its own: Ctrl-C reaches the parent, which ends the child in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=bare_environment(os.environ, secret_variables(order.crawl)),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="crawl-replies", daemon=True)
        self._reader.start()
        self._write(order)

    def ask(self, message: Fetch, timeout_seconds: float, is_stopped: Callable[[], bool]) -> bytes:
        """Its answer; empty when it ended instead.

        Raises TimeoutError, or InterruptedError when told to stop.
        """
        self._write(message)
        deadline = time.monotonic() + timeout_seconds
        while (left := deadline - time.monotonic()) > 0:
            with suppress(queue.Empty):
                return self._replies.get(timeout=min(left, LOOK_SECONDS))
            if is_stopped():
                self._process.kill()
                raise InterruptedError
        self._process.kill()
        raise TimeoutError

    def end(self) -> None:
        """Close its stdin, which ends it; kill it when it does not listen."""
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

    def last_words(self) -> str:
        """How it ended, and what it wrote to stderr, without secrets."""
        code = self._process.wait()
        self._errors.seek(0)
        said = redacted(self._errors.read(), self._secrets)[-1_500:]
        text = said.decode("utf-8", "replace").strip()
        return f"the fetching process ended with code {code}: {text}"

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


def bare_environment(environment: Mapping[str, str], secret: frozenset[str]) -> dict[str, str]:
    """The environment without our settings and any source's key: a process that reads hostile
    pages holds no secret but the one it works with."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(ENVIRONMENT_PREFIX) and name not in secret
    }
