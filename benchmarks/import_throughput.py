"""Reviews a second from a file to the store, beside Obsei 1.1.1 on the same file and machine.

    python -m venv obsei-env && obsei-env/bin/pip install obsei==1.1.1
    python -m benchmarks.import_throughput REVIEWS.jsonl.gz --runs 3 \
        --obsei obsei-env/bin/obsei [--start-kafka | --kafka host:port]

Every line is a whole process from start to exit, all in one run, turn by turn; the medians are
shown. Only ratios mean anything on a shared machine. Obsei runs with one JSON-lines source and
no enricher, once as it comes (personal data redacted) and once with redaction off. With Kafka,
what kafka-python itself can do with messages of that size is measured in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.kafka_raw import measure, running_broker
from pipeline.embedded_files import StoreFiles

OBSEI_CONFIG = """\
version: 1
store:
  path: obsei.duckdb
  unencrypted: true
{privacy}pipelines:
  - name: feedback
    sources:
      - key: file
        type: jsonl
        config:
          path: reviews.jsonl
          fields: {{text: text, id: id, created_at: date, rating: stars, lang: lang}}
"""


@dataclass(frozen=True)
class Contender:
    """One way to get the file stored."""

    name: str
    run: Callable[[Path], Callable[[], int]]
    """Runs it in an empty directory; what it returns counts, untimed, what was stored."""


@dataclass(frozen=True)
class Timing:
    """What one run took."""

    seconds: float
    cpu_seconds: float
    """User and system time of the process and of all its children."""
    server_seconds: float
    """The same of the embedded store's server; 0 where there is none."""
    stored: int


def main() -> None:
    options = read_options()
    rows = options.rows or sys.maxsize
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        reviews = Path(scratch) / "reviews.jsonl"
        reviews.write_text("".join(lines_of(options.file, rows)), encoding="utf-8")
        kafka = options.kafka
        if options.start_kafka:
            kafka = stack.enter_context(running_broker(None))
        contenders = list(choose(options, kafka))
        raw = raw_limit(kafka, reviews) if kafka else {}
        timings: dict[str, list[Timing]] = {contender.name: [] for contender in contenders}
        for turn in range(options.runs):
            for contender in contenders:
                directory = Path(scratch) / f"{turn}-{len(timings[contender.name])}"
                shutil.rmtree(directory, ignore_errors=True)
                directory.mkdir()
                shutil.copy(reviews, directory)
                timings[contender.name].append(timed(contender, directory))
                print(contender.name, timings[contender.name][-1], file=sys.stderr)
    Console(width=110).print(summary(timings))
    if raw:
        print("kafka-python itself, messages a second:", json.dumps(raw))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, help="only the first so many")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--obsei", type=Path, help="the obsei command of its own environment")
    parser.add_argument("--kafka", help="host:port of a broker to use as the log, too")
    parser.add_argument("--start-kafka", action="store_true", help="the tests' own broker, too")
    return parser.parse_args()


def choose(options: argparse.Namespace, kafka: str | None) -> Iterator[Contender]:
    if options.obsei:
        command = options.obsei.resolve()
        yield Contender("obsei, as it comes", lambda at: run_obsei(command, at, ""))
        off = "privacy:\n  redact: false\n"
        yield Contender("obsei, redaction off", lambda at: run_obsei(command, at, off))
    for model in ("none", "fast"):
        yield Contender(f"otzvuk, model {model}, embedded", partial(run_otzvuk, model=model))
    if kafka:
        for model in ("none", "fast"):
            run = partial(run_otzvuk, model=model, kafka=kafka)
            yield Contender(f"otzvuk, model {model}, Kafka", run)


def lines_of(path: Path, rows: int) -> Iterator[str]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    yield from itertools.islice(text.splitlines(keepends=True), rows)


def raw_limit(kafka: str, reviews: Path) -> dict[str, Any]:
    """What the client can do with as many messages of the size of these rows, once over."""
    rows = reviews.read_bytes().splitlines()
    return measure(kafka, messages=len(rows), size=reviews.stat().st_size // len(rows))


def timed(contender: Contender, directory: Path) -> Timing:
    before, started = os.times(), time.perf_counter()
    count = contender.run(directory)
    seconds, after = time.perf_counter() - started, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return Timing(seconds, cpu, server_seconds(directory), count())


def server_seconds(directory: Path) -> float:
    """It is no child of the import and outlives it for a moment."""
    endpoint = StoreFiles(directory / "data" / "store").read_endpoint()
    if endpoint is None or endpoint.server_pid is None:
        return 0.0
    spent = psutil.Process(endpoint.server_pid).cpu_times()
    return float(spent.user + spent.system)


def run_obsei(command: Path, directory: Path, privacy: str) -> Callable[[], int]:
    (directory / "obsei.yaml").write_text(OBSEI_CONFIG.format(privacy=privacy), encoding="utf-8")
    environment = {**os.environ, "OBSEI_PSEUDONYM_SALT": "0123456789abcdef0123"}
    done = subprocess.run(
        [command, "run"], cwd=directory, env=environment, capture_output=True, text=True, check=True
    )
    match = re.search(r"stored (\d+)", done.stdout + done.stderr)
    assert match, done.stdout + done.stderr
    stored = int(match[1])
    return lambda: stored


def run_otzvuk(directory: Path, model: str, kafka: str | None = None) -> Callable[[], int]:
    environment = {
        **os.environ,
        "OTZVUK_DATA_DIR": str(directory / "data"),
        "OTZVUK_MODELS__SENTIMENT": model,
    }
    if kafka:
        environment["OTZVUK_LOG"] = f"kafka://{kafka}"
        environment["OTZVUK_TOPIC_PREFIX"] = (
            f"bench-{directory.parent.name}-{directory.name}-{model}."
        )
    otzvuk = [sys.executable, "-m", "otzvuk"]
    subprocess.run(
        [*otzvuk, "import", "reviews.jsonl", "--entity", "bench", "--wait"],
        cwd=directory, env=environment, capture_output=True, check=True,
    )  # fmt: skip
    return lambda: audited(otzvuk, directory, environment)


def audited(otzvuk: list[str], directory: Path, environment: dict[str, str]) -> int:
    done = subprocess.run(
        [*otzvuk, "audit", "--json"],
        cwd=directory, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sum(int(json.loads(line)["stored"]) for line in done.stdout.splitlines())


def summary(timings: dict[str, list[Timing]]) -> Table:
    table = Table(title="file to store, whole processes")
    for column in (
        "", "stored", "seconds", "CPU s", "server's CPU s", "reviews/s", "times obsei",
        "times obsei, not redacting",
    ):  # fmt: skip
        table.add_column(column, justify="right" if column else "left", no_wrap=not column)
    rates = {
        name: statistics.median(run.stored / run.seconds for run in runs)
        for name, runs in timings.items()
    }
    for name, runs in timings.items():
        table.add_row(
            name, f"{min(run.stored for run in runs):,}",
            *(f"{median(runs, what):.1f}" for what in ("seconds", "cpu_seconds", "server_seconds")),
            f"{rates[name]:,.0f}",
            *(ratio(rates, name, base) for base in ("obsei, as it comes", "obsei, redaction off")),
        )  # fmt: skip
    return table


def median(runs: list[Timing], what: str) -> float:
    return float(statistics.median(getattr(run, what) for run in runs))


def ratio(rates: dict[str, float], name: str, base: str) -> str:
    return f"{rates[name] / rates[base]:.2f}" if base in rates else "–"


if __name__ == "__main__":
    main()
