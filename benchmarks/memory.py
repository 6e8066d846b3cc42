"""Memory of `otzvuk up` and of its store's server under a steady load of constructed reviews.

    python -m benchmarks.memory [--minutes 4] [--rate 100]

Publishes so many reviews a second into the log of a real `otzvuk up`, and prints how much memory
both processes hold over time, and by how much it still grows in the second half of the run.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from pipeline.codec import encode
from pipeline.embedded_files import StoreFiles
from pipeline.identity import make_review
from pipeline.log.open import open_log
from pipeline.log.protocol import EventLog
from pipeline.records import Review
from pipeline.settings import load_settings
from pipeline.topics import TOPICS

WORDS = (
    "доставка заказ курьер магазин товар качество деньги возврат вежливый персонал очередь "
    "приложение банк карта обещали вернули рекомендую спасибо ужасно отлично быстро долго "
    "delivery order refund staff quality great terrible support"
)
ENTITIES = 20
AUTHORS = 5_000
DAYS = 60
PORTION = 50
SHOWN = 12
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """What was held at one moment."""

    seconds: float
    published: int
    waiting: int
    up: float
    server: float
    """Mebibytes, as `up`."""


def main() -> None:
    """Run, sample, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--rate", type=float, default=100.0, help="reviews a second")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (up, log):
        samples = list(load(log, up, Path(directory), options.minutes * 60, options.rate))
    Console(width=100).print(table_of(samples))
    later = samples[len(samples) // 2 :]
    print(
        f"growth in the second half: up {slope(later, 'up'):+.2f} MiB a minute, "
        f"server {slope(later, 'server'):+.2f} MiB a minute"
    )


@contextmanager
def running(directory: Path) -> Iterator[tuple[psutil.Process, EventLog]]:
    """`otzvuk up` in an empty directory, and its log; stopped as a person stops it."""
    own = {"OTZVUK_DATA_DIR": str(directory / "data"), "OTZVUK_HTTP__PORT": "0"}
    settings = load_settings(None, own)
    log = open_log(settings.log_url, prefix=settings.topic_prefix, session_timeout_seconds=30.0)
    log.create_topics(TOPICS)
    process = subprocess.Popen(
        [sys.executable, "-m", "otzvuk", "up", "--plain"],
        env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield psutil.Process(process.pid), log
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()


def load(
    log: EventLog, up: psutil.Process, directory: Path, seconds: float, rate: float
) -> Iterator[Sample]:
    """Publish at the given rate; a sample every two seconds once the server is there."""
    chance, published, started = random.Random(1), 0, time.monotonic()
    producer = log.producer()
    sample_at = 0.0
    while (passed := time.monotonic() - started) < seconds:
        while published < passed * rate:
            reviews = [review(chance, published + number) for number in range(PORTION)]
            producer.publish([encode(each) for each in reviews])
            published += PORTION
        server = server_of(directory)
        if server is not None and passed >= sample_at:
            yield Sample(passed, published, waiting(log), resident(up), resident(server))
            sample_at = passed + 2.0
        time.sleep(0.1)
    producer.close()


def review(chance: random.Random, number: int) -> Review:
    """An invented review of the last weeks."""
    now = datetime.now(UTC)
    author = f"a{chance.randrange(AUTHORS)}"
    return make_review(
        review_id=f"bench:{number}", source="bench", kind="marketplace",
        entity_id=f"entity-{chance.randrange(ENTITIES)}", author={"id": author, "name": author},
        text=" ".join(chance.choices(WORDS.split(), k=chance.randrange(3, 80))) + f" {number}",
        rating=float(chance.randrange(1, 6)), crawled_at=now,
        published_at=now - timedelta(days=chance.randrange(DAYS)),
    )  # fmt: skip


def server_of(directory: Path) -> psutil.Process | None:
    """The store's server, once it answers."""
    endpoint = StoreFiles(directory / "data" / "store").read_endpoint()
    if endpoint is None or endpoint.state != "ready" or endpoint.server_pid is None:
        return None
    return psutil.Process(endpoint.server_pid)


def waiting(log: EventLog) -> int:
    """Reviews not stored yet."""
    groups = {
        "sentiment": "reviews.raw", "authenticity": "reviews.understood", "store": "reviews.scored"
    }  # fmt: skip
    return sum(part.lag for group, topic in groups.items() for part in log.lag(group, [topic]))


def resident(process: psutil.Process) -> float:
    """Mebibytes in memory."""
    return float(process.memory_info().rss) / MEBIBYTE


def slope(samples: Sequence[Sample], what: str) -> float:
    """Mebibytes a minute, by least squares."""
    minutes = [sample.seconds / 60 for sample in samples]
    return statistics.linear_regression(minutes, [getattr(one, what) for one in samples]).slope


def table_of(samples: Sequence[Sample]) -> Table:
    """About a dozen of the samples."""
    table = Table(title="memory of `otzvuk up --plain` and of its store's server")
    for column in ("seconds", "published", "not stored yet", "up, MiB", "server, MiB"):
        table.add_column(column, justify="right")
    step = max(1, len(samples) // SHOWN)
    for sample in [*samples[::step], samples[-1]]:
        table.add_row(
            f"{sample.seconds:.0f}", f"{sample.published:,}", f"{sample.waiting:,}",
            f"{sample.up:.1f}", f"{sample.server:.1f}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
