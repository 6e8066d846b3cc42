"""How many scored reviews a second the store stage takes, and where the time goes.

    python benchmarks/store_throughput.py [FILE.jsonl.gz] [--reviews N] [--live] [--store URI]

Without a file the reviews are constructed. Models are left out: every review carries the
same judgement. Messages come partition by partition, as the log delivers a backlog.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pymongo.monitoring

from consumers.storing.pending import count_pending
from consumers.storing.stage import StoreStage
from pipeline.clock import SystemClock
from pipeline.codec import encode
from pipeline.embedded_files import StoreFiles
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.mongo import Store
from pipeline.records import Authenticity, Probabilities, ScoredReview, SignalReading, Understanding
from pipeline.settings import Settings
from pipeline.stage import Delivery
from pipeline.store import open_store

BATCH = 500
PARTITIONS = 8
WORDS = (
    "доставка заказ курьер магазин товар качество деньги возврат вежливый персонал очередь "
    "приложение банк карта обещали вернули рекомендую спасибо ужасно отлично delivery order "
    "refund staff quality great terrible support"
)


class CommandTimes(pymongo.monitoring.CommandListener):
    """Seconds per command and collection, as the driver saw them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._names: dict[int, str] = {}

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        target = event.command.get(event.command_name)
        self._names[event.request_id] = f"{event.command_name} {target}"

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        self.seconds[self._names.pop(event.request_id)] += event.duration_micros / 1e6

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        self._names.pop(event.request_id, None)


def rows(path: Path | None, count: int) -> Iterator[tuple[str, str]]:
    """(text, day) of each review."""
    if path is not None:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line, _ in zip(lines, range(count), strict=False):
                row = json.loads(line)
                yield row.get("text") or "", str(row["date"])[:10]
        return
    chance = random.Random(1)
    for number in range(count):
        day = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=number * 730 // count)
        yield " ".join(chance.choices(WORDS.split(), k=60)), day.date().isoformat()


def deliveries(path: Path | None, count: int, *, is_backfill: bool) -> list[Delivery]:
    """Messages as the log would deliver them."""
    now = datetime.now(UTC)
    made = []
    for number, (text, day) in enumerate(rows(path, count)):
        review = make_review(
            review_id=f"bench:{number}", source="bench", entity_id="benchmark", text=text,
            rating=1.0 + number % 5, published_at=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
            crawled_at=now, is_backfill=is_backfill,
        )  # fmt: skip
        made.append(scored(review))
    made.sort(key=lambda one: zlib.crc32(one.review.review_id.encode()) % PARTITIONS)
    return [delivery(one, offset, now) for offset, one in enumerate(made)]


def scored(review: Any) -> ScoredReview:
    """The review with a judgement of usual size."""
    shares = Probabilities(negative=0.7, neutral=0.2, positive=0.1)
    signals = tuple(
        SignalReading(
            name=f"signal_{number}", group="text", value=0.5, contribution=0.1,
            reason_ru="Похожий текст уже встречался", reason_en="A similar text was seen",
            evidence={"similarity": 0.5},
        )
        for number in range(6)
    )  # fmt: skip
    return ScoredReview(
        review=review,
        understanding=Understanding(
            label="negative", score=-0.6, probabilities=shares, text_label="negative",
            text_probabilities=shares, expected_star=2.0, language="ru", model="bench@1",
        ),
        authenticity=Authenticity(
            score=0.8, verdict="plausible", coverage=0.6, signals=signals, model="bench@1"
        ),
    )  # fmt: skip


def delivery(record: ScoredReview, offset: int, now: datetime) -> Delivery:
    """As read from the log."""
    message = encode(record)
    partition = zlib.crc32(message.key) % PARTITIONS
    read = Message(
        topic=message.topic, partition=partition, offset=offset, key=message.key,
        value=message.value, headers=message.headers, written_at=now,
    )  # fmt: skip
    return Delivery(record=record, message=read)


def server_seconds(directory: Path) -> float:
    """Processor seconds of the embedded server, if there is one."""
    endpoint = StoreFiles(directory / "store").read_endpoint()
    if endpoint is None or endpoint.server_pid is None:
        return 0.0
    spent = psutil.Process(endpoint.server_pid).cpu_times()
    return spent.user + spent.system


def run(
    title: str,
    store: Store,
    stage: StoreStage,
    work: list[Delivery],
    times: CommandTimes,
    directory: Path,
) -> None:
    """Feed everything and print the figures."""
    times.seconds.clear()
    ours, theirs = time.process_time(), server_seconds(directory)
    outputs = 0
    ticked = started = time.perf_counter()
    for start in range(0, len(work), BATCH):
        outputs += len(stage.handle(work[start : start + BATCH]).outputs)
        if time.perf_counter() - ticked >= 1.0:
            stage.tick(datetime.now(UTC))
            ticked = time.perf_counter()
    while count_pending(store):
        stage.tick(datetime.now(UTC))
    seconds = time.perf_counter() - started
    print(f"{title}: {len(work)} messages, {outputs} announced, {seconds:.2f} s, "
          f"{len(work) / seconds:.0f}/s; processor: ours {time.process_time() - ours:.2f} s, "
          f"server's {server_seconds(directory) - theirs:.2f} s")  # fmt: skip
    for name, spent in sorted(times.seconds.items(), key=lambda item: -item[1])[:9]:
        print(f"  {spent:7.2f} s  {100 * spent / seconds:3.0f} %  {name}")
    print(f"  {seconds - sum(times.seconds.values()):7.2f} s       in our own process")


def main() -> None:
    """Parse the arguments and run: first sight, the same again, another model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--reviews", type=int, default=5_000)
    parser.add_argument("--live", action="store_true", help="news instead of a backfill")
    parser.add_argument("--store", default="embedded")
    arguments = parser.parse_args()
    work = deliveries(arguments.file, arguments.reviews, is_backfill=not arguments.live)
    times = CommandTimes()
    pymongo.monitoring.register(times)
    with (
        tempfile.TemporaryDirectory() as directory,
        open_store(Settings(data_dir=directory, store=arguments.store)) as store,
    ):
        stage = StoreStage(store, SystemClock())
        run("first sight", store, stage, work, times, Path(directory))
        run("delivered again", store, stage, work, times, Path(directory))


if __name__ == "__main__":
    main()
