"""Kills stages, the store and the broker with SIGKILL at random moments, then counts.

    python benchmarks/crash_proof.py --kills 200              (embedded log and store)
    python benchmarks/crash_proof.py --kills 200 --kafka      (a real broker, killed as well)

Constructed reviews flow all the while: new ones, edited ones, repeated ones and broken messages.
At the end nothing may be lost, nothing doubled, the audit must balance, and the day buckets must
equal a recount.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from otzvuk.application import Application
from otzvuk.queries.audit import audit
from otzvuk.waiting import is_drained, lags
from pipeline import codec
from pipeline.errors import Retry
from pipeline.identity import make_review
from pipeline.log.protocol import EventLog, OutgoingMessage
from pipeline.mongo import Store
from pipeline.records import CrawlReport, Review
from pipeline.settings import Settings, load_settings

STAGES = ("reports", "sentiment", "authenticity", "store", "alerting", "dead-letters")
BAD_EVERY = 97
"""One message in so many is no record."""
EDIT_EVERY = 11
REPEAT_EVERY = 7
PORTION = 20
DRAIN_SECONDS = 600.0
BETWEEN_KILLS_SECONDS = (0.3, 4.0)
"""A stage needs a second or two to start: some are killed at that, most at work."""


@dataclass
class Sent:
    """What was published, and so what must be found at the end."""

    latest: dict[str, Review] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)
    """Review → distinct contents sent."""
    published: int = 0
    bad: int = 0


@dataclass(frozen=True)
class Outcome:
    """What was found at the end; the lists are empty when all is well."""

    kills: dict[str, int]
    sent: Sent
    stored: int
    lost: list[str]
    stale: list[str]
    wrong_revisions: list[str]
    wrong_buckets: list[str]
    imbalance: int
    dead_letters: int

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing doubled."""
        broken = self.lost + self.stale + self.wrong_revisions + self.wrong_buckets
        return (
            not broken
            and self.imbalance == 0
            and self.dead_letters == self.sent.bad
            and self.stored == len(self.sent.latest)
        )


class Fleet:
    """Every stage as a process of its own, replaced when it dies."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self._environment = environment
        self._log = (directory / "stages.log").open("ab")
        self._processes = {stage: self._start(stage) for stage in STAGES}

    def _start(self, stage: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "otzvuk", "stage", stage],
            env=self._environment, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def kill(self, stage: str) -> None:
        """SIGKILL, then a successor."""
        self._processes[stage].kill()
        self._processes[stage].wait()
        self._processes[stage] = self._start(stage)

    def replace_dead(self) -> None:
        """What a supervisor does for a stage that ended by itself."""
        for stage, process in self._processes.items():
            if process.poll() is not None:
                self._processes[stage] = self._start(stage)

    def stop(self) -> None:
        """Drain."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--kafka", action="store_true", help="on a real broker, killed as well")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        broker = stack.enter_context(_broker(Path(directory))) if options.kafka else None
        outcome = ordeal(
            Path(directory), kills=options.kills, seed=options.seed, broker=broker, say=print
        )
    Console(width=100).print(summary(outcome))
    sys.exit(0 if outcome.is_clean else 1)


@contextmanager
def _broker(directory: Path) -> Iterator[Any]:
    from tests.kafka_fixture import KafkaBroker  # noqa: PLC0415 - only where a broker is wanted

    (directory / "kafka").mkdir()
    broker = KafkaBroker(directory / "kafka")
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


def ordeal(
    directory: Path,
    *,
    kills: int,
    seed: int,
    broker: Any = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Publish and kill until `kills` have happened, wait, count."""
    rng = random.Random(seed)
    environment = _environment(directory, broker)
    app = Application(settings=_settings(environment))
    counted: Counter[str] = Counter()
    with app.store() as store, app.log() as log:
        fleet = Fleet(environment, directory)
        feed = Feed(log, rng)
        try:
            victims = [*STAGES, "the store's server"] + (["the broker"] if broker else [])
            for number in range(kills):
                feed.publish_for(rng.uniform(*BETWEEN_KILLS_SECONDS))
                victim = rng.choice(victims)
                _kill(victim, fleet, directory, broker)
                counted[victim] += 1
                fleet.replace_dead()
                say(f"{number + 1}/{kills}: killed {victim}; {feed.sent.published} published")
            feed.finish()
            _wait_until_drained(log, store, fleet)
        finally:
            fleet.stop()
        return _count(store, feed.sent, dict(counted))


class Feed:
    """Publishes constructed reviews in portions, each with the report that counts it."""

    def __init__(self, log: EventLog, rng: random.Random) -> None:
        self._log = log
        self._rng = rng
        self._producer = log.producer()
        self._sequence = 0
        self._messages = 0
        self.sent = Sent()

    def publish_for(self, seconds: float) -> None:
        """One portion after another."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._publish_portion()
            time.sleep(0.2)

    def finish(self) -> None:
        """A last portion, so that something happens after the last kill."""
        self._publish_portion()
        self._producer.close()

    def _publish_portion(self) -> None:
        reviews = [self._next_review() for _ in range(PORTION)]
        messages = [codec.encode(review) for review in reviews]
        if self._bad_is_due():
            messages.append(_bad_message(self.sent.bad))
            self.sent.bad += 1
        messages.append(codec.encode(self._report(len(messages))))
        while True:
            with suppress(Retry):
                self._producer.publish(messages)
                break
        self._sequence += 1

    def _bad_is_due(self) -> bool:
        self._messages += PORTION
        return self._messages % BAD_EVERY < PORTION

    def _next_review(self) -> Review:
        number = self.sent.published
        self.sent.published += 1
        known = list(self.sent.latest)
        if known and number % REPEAT_EVERY == 0:
            return self._again(self.sent.latest[self._rng.choice(known[-200:])])
        if known and number % EDIT_EVERY == 0:
            earlier = self.sent.latest[self._rng.choice(known[-200:])]
            return self._remember(_review(earlier.review_id, number, earlier.published_at))
        moment = datetime.now(UTC) - timedelta(days=self._rng.randrange(90), hours=1)
        return self._remember(_review(f"shop:{number}", number, moment))

    def _again(self, review: Review) -> Review:
        return review

    def _remember(self, review: Review) -> Review:
        self.sent.latest[review.review_id] = review
        self.sent.versions[review.review_id] += 1
        return review

    def _report(self, count: int) -> CrawlReport:
        now = datetime.now(UTC)
        return CrawlReport(
            crawl_id="ordeal", sequence=self._sequence, entity_id="e", source="shop",
            published={"shop": {now.date().isoformat(): count}},
            started_at=now, reported_at=now,
        )  # fmt: skip


def _review(review_id: str, number: int, moment: datetime | None) -> Review:
    verdict, stars = (("Ужасно, не работает", 1.0), ("Отлично, очень доволен", 5.0))[number % 2]
    return make_review(
        review_id=review_id, source="shop", kind="marketplace", entity_id=f"e{number % 3}",
        text=f"{verdict}, заказ номер {number}", rating=stars, published_at=moment,
        crawled_at=datetime.now(UTC), crawl_id="ordeal", is_backfill=number % 5 != 0,
    )  # fmt: skip


def _bad_message(number: int) -> OutgoingMessage:
    headers = {
        codec.SOURCE_HEADER: "shop",
        codec.CRAWL_DAY_HEADER: datetime.now(UTC).date().isoformat(),
    }
    return OutgoingMessage(
        topic="reviews.raw", key=str(number).encode(), value=b'{"broken', headers=headers
    )


def _environment(directory: Path, broker: Any) -> dict[str, str]:
    settings = {
        "DATA_DIR": str(directory / "data"),
        "HTTP__PORT": "0",
        "STAGES__SESSION_TIMEOUT_SECONDS": "6",
        "STAGES__BATCH_MESSAGES": "100",
        "STAGES__BACKOFF_MAX_SECONDS": "2",
        "STAGES__DEAD_LETTER_LIMIT": "100000",
    }
    if broker is not None:
        settings["LOG"] = f"kafka://{broker.bootstrap}"
    named = {f"OTZVUK_{name}": value for name, value in settings.items()}
    return {**os.environ, **named}


def _settings(environment: dict[str, str]) -> Settings:
    ours = {name: value for name, value in environment.items() if name.startswith("OTZVUK_")}
    return load_settings(None, ours)


def _kill(victim: str, fleet: Fleet, directory: Path, broker: Any) -> None:
    if victim == "the broker":
        broker.kill()
        broker.start()
    elif victim == "the store's server":
        for server in _servers(directory):
            server.kill()
    else:
        fleet.kill(victim)


def _servers(directory: Path) -> list[psutil.Process]:
    """The database server's processes; not the guardian that starts them again."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if "secantus" in words and str(directory) in words and "guardian" not in words:
            found.append(process)
    return found


def _wait_until_drained(log: EventLog, store: Store, fleet: Fleet) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(Retry):
            if is_drained({name: lags(log)[name] for name in STAGES}, store):
                return
        fleet.replace_dead()
        time.sleep(0.5)
    raise TimeoutError(f"not drained after {DRAIN_SECONDS:.0f} s: {lags(log)}")


def _count(store: Store, sent: Sent, kills: dict[str, int]) -> Outcome:
    stored = {document["_id"]: document for document in store["reviews"].find({})}
    return Outcome(
        kills=kills,
        sent=sent,
        stored=len(stored),
        lost=sorted(sent.latest.keys() - stored.keys()),
        stale=[
            review_id
            for review_id, review in sent.latest.items()
            if review_id in stored and stored[review_id]["content_hash"] != review.content_hash
        ],
        wrong_revisions=[
            review_id
            for review_id, versions in sent.versions.items()
            if review_id in stored and stored[review_id]["revision"] != versions
        ],
        wrong_buckets=wrong_buckets(store, stored),
        imbalance=sum(abs(line.difference) for line in audit(store)),
        dead_letters=store["dead_letters"].count_documents({}),
    )


def wrong_buckets(store: Store, stored: dict[str, dict[str, Any]]) -> list[str]:
    """Buckets that differ from a recount of the reviews in this very process."""
    recount: dict[str, Counter[str]] = {}
    for document in stored.values():
        key = f"{document['entity_id']}|{document['event_day']}|{document['source']}"
        recount.setdefault(key, Counter()).update(["total", document["label"]])
    buckets = {bucket["_id"]: bucket for bucket in store["day_buckets"].find({}) if bucket["total"]}
    wrong = sorted(recount.keys() ^ buckets.keys())
    for key in recount.keys() & buckets.keys():
        names = ("total", "negative", "neutral", "positive")
        if any(buckets[key][name] != recount[key][name] for name in names):
            wrong.append(f"{key}: {json.dumps(recount[key])} in the reviews")
    return wrong


def summary(outcome: Outcome) -> Table:
    """The verdict, for a person."""
    table = Table(title="clean" if outcome.is_clean else "NOT CLEAN", show_header=False)
    lines = {
        "killed": ", ".join(f"{name} ×{count}" for name, count in outcome.kills.items()),
        "messages published": f"{outcome.sent.published + outcome.sent.bad:,}",
        "distinct reviews sent / stored": f"{len(outcome.sent.latest):,} / {outcome.stored:,}",
        "lost": str(len(outcome.lost)),
        "not the newest version": str(len(outcome.stale)),
        "wrong number of revisions": str(len(outcome.wrong_revisions)),
        "buckets unlike a recount": str(len(outcome.wrong_buckets)),
        "audit out of balance by": str(outcome.imbalance),
        "broken messages sent / put aside": f"{outcome.sent.bad} / {outcome.dead_letters}",
    }
    for name, value in lines.items():
        table.add_row(name, value)
    return table


if __name__ == "__main__":
    main()
