"""Runs a real Apache Kafka for the tests: a KRaft node on loopback, killed and revived at will."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from pipeline.errors import LogUnavailable
from pipeline.log.kafka import KafkaLog

HERE = Path(__file__).parent / "kafka"
JARS = HERE / "jars"
RESOLVED = JARS / ".resolved"
CLUSTER_ID = "T3R6dnVrLXRlc3RzLTEyMw"
START_SECONDS = 90.0
MAVEN_SECONDS = 600.0
TAIL_BYTES = 4_000

# Standard input ends with the test process, even if that is killed: no broker is left behind.
UNTIL_PARENT_ENDS = """
exec 3<&0
"$@" </dev/null 3<&- & broker=$!
{ read _; kill -9 $broker; } <&3 &
exec 3<&-
wait $broker
"""


class BrokerFailedError(Exception):
    """The broker did not start; the message ends with the tail of its log."""


class KafkaBroker:
    """One broker that keeps its data directory and its port through kills and restarts."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._log = directory / "broker.log"
        self._properties = directory / "server.properties"
        self._port, self._controller_port = free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, first formatting a new data directory, and wait until it answers.

        Raises BrokerFailedError.
        """
        if not self._properties.exists():
            self._format()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", UNTIL_PARENT_ENDS, "sh", *java("kafka.Kafka", str(self._properties))],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def kill(self) -> None:
        """SIGKILL, as a crash or a power cut."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process = None

    def restart(self) -> None:
        """Kill it and start it again, on the same data and port."""
        self.kill()
        self.start()

    def _format(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        own = {
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "log.dirs": str(self._directory / "data"),
        }
        lines = [(HERE / "server.properties").read_text(), *(f"{k}={v}" for k, v in own.items())]
        self._properties.write_text("\n".join(lines) + "\n")
        with self._log.open("ab") as log:
            arguments = ["format", "-t", CLUSTER_ID, "-c", str(self._properties)]
            done = subprocess.run(
                java("kafka.tools.StorageTool", *arguments), stdout=log, stderr=log, check=False
            )
        if done.returncode != 0:
            raise BrokerFailedError(f"cannot format the storage:\n{self._tail()}")

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise BrokerFailedError(f"the broker ended:\n{self._tail()}")
            log = KafkaLog([self.bootstrap], prefix="fixture.", session_timeout_seconds=10.0)
            try:
                # Answered only when the group coordinator is there as well.
                log.members("started")
            except LogUnavailable:
                continue
            else:
                return
            finally:
                log.close()
        self.kill()
        raise BrokerFailedError(f"no answer in {START_SECONDS:.0f} s:\n{self._tail()}")

    def _tail(self) -> str:
        return self._log.read_bytes()[-TAIL_BYTES:].decode(errors="replace")


def java(main: str, *arguments: str) -> list[str]:
    """The command line of a small Java program of the broker's jars."""
    return [
        "java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp", f"{JARS}/*", main, *arguments,
    ]  # fmt: skip


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def absent(reason: str) -> NoReturn:
    """No Kafka here: skipped on a laptop, a failure where CI says that it must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(f"{reason}; or name a broker in OTZVUK_TEST_KAFKA=host:port")


def fetch_jars() -> None:
    """Let Maven copy the broker's jars here, once for all test runs of this checkout."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            absent(f"{program} is not installed")
    JARS.mkdir(exist_ok=True)
    with (JARS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pom = HERE / "pom.xml"
        if RESOLVED.exists() and RESOLVED.stat().st_mtime >= pom.stat().st_mtime:
            return
        for stale in JARS.glob("*.jar"):
            stale.unlink()
        done = subprocess.run(
            ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MAVEN_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            absent(f"Maven cannot fetch Kafka: {done.stdout.decode(errors='replace')[-500:]}")
        RESOLVED.touch()


@pytest.fixture(scope="session")
def kafka_jars() -> None:
    """The broker's jars are there."""
    fetch_jars()


@pytest.fixture(scope="session")
def kafka_bootstrap(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """`host:port` of a real broker that no test harms."""
    if given := os.environ.get("OTZVUK_TEST_KAFKA"):
        yield given
        return
    request.getfixturevalue("kafka_jars")
    broker = KafkaBroker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker.bootstrap
    broker.kill()


@pytest.fixture
def kafka_broker(kafka_jars: None, tmp_path: Path) -> Iterator[KafkaBroker]:
    """A broker of the test's own, to be killed."""
    broker = KafkaBroker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.kill()
