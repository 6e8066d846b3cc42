"""The `otzvuk` command as a child process, as a person or a service manager runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.clock import SystemClock

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05


def environment(**settings: str) -> dict[str, str]:
    """The environment without anybody's own settings, plus `OTZVUK_<NAME>`s."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("OTZVUK_")}
    return own | {f"OTZVUK_{name}": value for name, value in settings.items()}


@dataclass
class Otzvuk:
    """Runs commands on one data directory."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "otzvuk", "--data-dir", str(self.data_dir), *arguments]

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=environment(**(self.settings | settings)),
            cwd=self.data_dir,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def done(self, *arguments: str) -> str:
        """The standard output of a command that must succeed."""
        finished = self.run(*arguments)
        assert finished.returncode == 0, f"{arguments}: {finished.stderr}"
        return finished.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Service]:
        """A long-running command, killed at the end of the block if it still runs."""
        process = subprocess.Popen(
            self.command(*arguments),
            env=environment(**({"HTTP__PORT": "0"} | self.settings)),
            cwd=self.data_dir,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        service = Service(process)
        try:
            yield service
        finally:
            process.kill()
            process.wait()
            service.close()


class Service:
    """A long-running command."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def stderr(self) -> str:
        """What it said so far."""
        return "".join(self._lines)

    def port(self) -> int:
        """Where it serves /metrics, once it says so."""
        until(lambda: bool(self._port()) or self._process.poll() is not None)
        found = self._port()
        assert found, self.stderr
        return int(found[1])

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of an answer."""
        address = f"http://127.0.0.1:{self.port()}{path}"
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Signal it; returns the exit code."""
        self._process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; returns the exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        self._reader.join()
        return code

    def close(self) -> None:
        """Let go of its pipe."""
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _port(self) -> re.Match[str] | None:
        return re.search(r"(?:127\.0\.0\.1:|metrics on port )(\d+)", self.stderr)

    def _read(self) -> None:
        assert self._process.stderr is not None
        self._lines.extend(iter(self._process.stderr.readline, ""))


def until(is_so: Callable[[], bool], patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Look until something holds; fails when it does not in time."""
    clock = SystemClock()
    deadline = clock.monotonic() + patience_seconds
    while not is_so():
        assert clock.monotonic() < deadline, "waited in vain"
        clock.sleep(LOOK_SECONDS)


def rows(
    path: Path, count: int, *, first: int = 0, text: str = "Отличный чай, всем советую"
) -> Path:
    """A file of constructed reviews."""
    lines = (
        {
            "id": str(number),
            "text": f"{text}, чашка номер {number}",
            "rating": 5 - number % 5,
            "date": f"2026-0{1 + number % 6}-{1 + number % 28:02d}",
            "author": f"Гость {number}",
        }
        for number in range(first, first + count)
    )
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path
