"""Several processes share one embedded log; some are killed, and nothing is lost or doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog, TopicPartition
from tests.contracts.log_bench import DEADLINE_SECONDS, INPUT, OUTPUT, LogBench

SESSION_SECONDS = 1.0
MESSAGES = 1_500
PUBLISHERS = ("left", "right")
ROOT = Path(__file__).parents[3]


class Processes:
    """Starts workers on one log, and ends those that still run."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of log_worker."""
        command = [sys.executable, "-m", "tests.pipeline.log.log_worker", self._url]
        process = subprocess.Popen([*command, str(SESSION_SECONDS), *arguments], cwd=ROOT)
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill what is left."""
        for process in self._started:
            process.kill()
            process.wait()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'log.db'}"


@pytest.fixture
def bench(url: str) -> Iterator[LogBench]:
    def factory() -> EventLog:
        return open_log(url, prefix="test.", session_timeout_seconds=SESSION_SECONDS)

    bench = LogBench(factory)
    yield bench
    bench.close()


@pytest.fixture
def processes(url: str) -> Iterator[Processes]:
    processes = Processes(url)
    yield processes
    processes.close()


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again, up to the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "not reached"
        time.sleep(0.02)


def copied(log: EventLog) -> int:
    """How many inputs are done."""
    return sum(part.end for part in log.lag("nobody", [OUTPUT.name]))


def has_copied(log: EventLog, count: int) -> bool:
    """Whether so many inputs are done."""
    return copied(log) >= count


def test_killed_workers_lose_and_double_nothing(bench: LogBench, processes: Processes) -> None:
    workers = [processes.start("copy") for _ in range(3)]
    publishers = [processes.start("publish", name, str(MESSAGES)) for name in PUBLISHERS]
    total = MESSAGES * len(PUBLISHERS)

    for victim in workers[:2]:
        some_more = copied(bench.log) + total // 8
        wait_until(partial(has_copied, bench.log, some_more))
        victim.kill()
        victim.wait()
        processes.start("copy")

    assert [publisher.wait(DEADLINE_SECONDS) for publisher in publishers] == [0, 0]
    wait_until(partial(has_copied, bench.log, total))

    outputs = [message.value.decode() for message in bench.everything(OUTPUT.name)]
    for partition in range(INPUT.partitions):
        end = len(bench.log.read(TopicPartition(INPUT.name, partition), 0, 2 * total))
        done = [text for text in outputs if text.startswith(f"{partition}:")]
        assert done == [f"{partition}:{offset}" for offset in range(end)]
    assert len(outputs) == total


def test_concurrent_publishers_keep_the_order_of_their_keys(
    bench: LogBench, processes: Processes
) -> None:
    publishers = [processes.start("publish", name, "400") for name in PUBLISHERS]
    assert [publisher.wait(DEADLINE_SECONDS) for publisher in publishers] == [0, 0]

    messages = bench.everything()
    assert len(messages) == 800
    for key in {message.key for message in messages}:
        numbers = [int(message.value) for message in messages if message.key == key]
        assert numbers == sorted(numbers)


def test_what_a_killed_publisher_has_published_is_there_in_order(
    bench: LogBench, processes: Processes
) -> None:
    publisher = processes.start("publish", "left", "1000000")
    wait_until(lambda: len(bench.everything()) > 200)
    publisher.kill()
    publisher.wait()

    numbers = sorted(int(message.value) for message in bench.everything())
    assert numbers == list(range(len(numbers)))
    assert len(numbers) % 20 == 0
