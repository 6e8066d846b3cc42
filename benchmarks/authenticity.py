"""What the authenticity stage can and cannot tell, how fast it is, and how much state it keeps.

Three parts: labelled texts of four sets, each apart (the weights were fitted on none of them);
template campaigns written into a real stream; speed and size on the embedded store.

    python benchmarks/authenticity.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumers.authenticity.bands import BandIndex
from consumers.authenticity.context import MIN_NEAR, Context
from consumers.authenticity.signals import SIGNALS
from consumers.authenticity.signals.near_duplicate import SHORT
from consumers.authenticity.sketch import band_keys, jaccard, sketches
from consumers.authenticity.stage import AuthenticityStage, judge
from consumers.authenticity.subject import MAX_CHARACTERS, prepare
from consumers.authenticity.verdict import PLAUSIBLE_FROM, RED_FLAG, UNUSUAL_FROM
from consumers.authenticity.weights import load_weights
from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from pipeline.clock import SystemClock
from pipeline.codec import encode
from pipeline.embedded import EmbeddedStore
from pipeline.identity import make_review, normalised_text
from pipeline.log.protocol import Message
from pipeline.mongo import Store, connect, create_indexes
from pipeline.records import Reply, Review, ScoredReview, UnderstoodReview
from pipeline.stage import Delivery

SETS = ("ott", "cgor", "yandexgpt", "maide-ru-en")
STREAMS = ("ba", "gazprombank", "mriya-yandex", "steam-pubg")
BURST = ("2023-09-26", "2023-09-27")
BATCH = 500
UNRELATED = ("rutube", "sravni", "wb_mikota", "ozon", "womens", "apps_health")
UNRELATED_TEXTS = 6_000
LIKENESS = (0.4, 0.5, 0.6, 0.7)
CAMPAIGN_SIZES = (5, 10, 20)
WORDS_CHANGED = (0.0, 0.1, 0.2, 0.3)
Row = dict[str, Any]
Numbers = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    understander = Understander(build_model("fast"))
    labelled_texts(arguments.data, understander)
    likeness_of_strangers(arguments.data)
    streams = {name: understood_stream(arguments.data, name, understander) for name in STREAMS}
    for name, stream in streams.items():
        with scratch_store() as store:
            describe_stream(name, stream, store)
    campaigns(streams["ba"], random.Random(arguments.seed), understander)
    speed_without_store(streams["ba"])


def labelled_texts(data: Path, understander: Understander) -> None:
    """AUC and average precision of the text signals alone, per set."""
    print("labelled texts, text signals alone (0.5 is chance)")
    print(f"{'set':14} {'rows':>5} {'AUC':>6} {'AP':>6} {'base':>6}   per signal")
    for name in SETS:
        rows = list(read_rows(data / f"authenticity-{name}.jsonl.gz"))
        labels = np.array([bool(row.get("generated", row.get("deceptive"))) for row in rows])
        scored = score_alone(understand(rows, name, understander))
        doubt = np.array([1 - one.authenticity.score for one in scored])
        print(
            f"{name:14} {len(rows):5} {auc(doubt, labels):6.3f} "
            f"{average_precision(doubt, labels):6.3f} {labels.mean():6.3f}   "
            + per_signal(scored, labels)
        )


def per_signal(scored: Sequence[ScoredReview], labels: NDArray[np.bool_]) -> str:
    """AUC of each signal's contribution where it spoke about all rows."""
    columns: dict[str, list[float]] = {}
    for one in scored:
        for reading in one.authenticity.signals:
            columns.setdefault(reading.name, []).append(reading.contribution)
    whole = {name: column for name, column in columns.items() if len(column) == len(labels)}
    return ", ".join(f"{name} {auc(np.array(c), labels):.2f}" for name, c in sorted(whole.items()))


def likeness_of_strangers(data: Path) -> None:
    """How alike unrelated texts are: what the weights of near duplicates are drawn from."""
    print("\nunrelated texts (identical ones left out): share whose nearest earlier text reaches")
    print(f"{'set':14} {'characters':>12} {'texts':>6}" + "".join(f"{q:>8}" for q in LIKENESS))
    texts: dict[str, dict[str, None]] = {name: {} for name in UNRELATED}
    for row in read_rows(data / "sentiment-train.jsonl.gz"):
        mine = texts.get(row["dataset"])
        if mine is not None and len(mine) < UNRELATED_TEXTS:
            mine[normalised_text(row["text"])[:MAX_CHARACTERS]] = None
    for name, found in texts.items():
        words = [text for text in found if len(text) >= MIN_NEAR]
        nearest, lengths = nearest_earlier(words), np.array([len(text) for text in words])
        for low, high in pairwise((MIN_NEAR, SHORT, MAX_CHARACTERS + 1)):
            inside = nearest[(lengths >= low) & (lengths < high)]
            shares = "".join(f"{(inside >= q).mean():8.2%}" for q in LIKENESS)
            print(f"{name:14} {low:5}-{high - 1:<6} {len(inside):6}{shares}")


def nearest_earlier(words: Sequence[str]) -> Numbers:
    """For each text the highest similarity to one before it, among the candidates."""
    rows, bands = sketches(words), BandIndex()
    keys = band_keys(rows)
    numbers = np.arange(len(rows), dtype=np.int32)
    bands.append(keys, numbers)
    nearest = np.zeros(len(rows))
    for number, earlier in enumerate(bands.earlier(keys, numbers)):
        if earlier:
            nearest[number] = jaccard(rows[number], rows[sorted(earlier)]).max()
    return nearest


def describe_stream(name: str, stream: Sequence[UnderstoodReview], store: Store) -> None:
    """Verdicts of a real stream, its speed through the stage with the store, its state."""
    started = time.perf_counter()
    cpu = time.process_time()
    scored = run_stage(stream, store)
    wall, own = time.perf_counter() - started, time.process_time() - cpu
    verdicts = Counter(one.authenticity.verdict for one in scored)
    scores = np.array([one.authenticity.score for one in scored])
    print(f"\nstream {name}: {len(scored)} reviews, mean authenticity {scores.mean():.3f}")
    print("  " + ", ".join(f"{verdict} {count}" for verdict, count in verdicts.most_common()))
    strong = Counter(
        reading.name
        for one in scored
        for reading in one.authenticity.signals
        if reading.contribution >= RED_FLAG
    )
    print("  strong signals: " + (", ".join(f"{n} {c}" for n, c in strong.items()) or "none"))
    print(
        f"  {len(scored) / wall:,.0f} reviews/s with the embedded store, "
        f"{len(scored) / own:,.0f} per CPU second of this process"
    )
    sizes = [
        len(encode(one).value) - len(encode(two).value)
        for one, two in zip(scored, stream, strict=True)
    ]
    print(f"  {np.mean(sizes):,.0f} bytes a review added on the wire; state: {state(store)}")
    in_burst = np.array([one.review.event_day in BURST for one in scored])
    if name == "gazprombank":
        print(
            f"  26-27 September 2023: {in_burst.sum()} reviews, mean {scores[in_burst].mean():.3f}"
            f" against {scores[~in_burst].mean():.3f} elsewhere"
        )


def state(store: Store) -> str:
    """Documents and bytes of every collection of ours."""
    parts = []
    for name in ("authors", "auth_shingles"):
        documents = list(store[name].find({}))
        size = sum(_bytes(document) for document in documents)
        parts.append(f"{name} {len(documents)} documents, {size / 1e6:.1f} MB")
    return "; ".join(parts)


def campaigns(
    stream: Sequence[UnderstoodReview], rng: random.Random, understander: Understander
) -> None:
    """Share of injected copies that end below the threshold; the first cannot be known."""
    print("\ntemplate campaigns in stream ba: flagged copies (the first of each left out)")
    print(
        f"{'copies':>6} {'words changed':>13} {'not confirmed':>13} {'or unusual':>10} "
        f"{'real reviews flagged or unusual':>31}"
    )
    for size in CAMPAIGN_SIZES:
        for share in WORDS_CHANGED:
            written = [
                review
                for number in range(5)
                for review in campaign(stream, size, share, f"{number}", rng)
            ]
            understandings = understander.understand(written)
            injected = [
                UnderstoodReview(review=review, understanding=understanding)
                for review, understanding in zip(written, understandings, strict=True)
            ]
            ids = {one.review.review_id for one in injected if not one.review.extra["first"]}
            mixed = sorted([*stream, *injected], key=lambda one: one.review.event_time)
            with scratch_store() as store:
                scored = run_stage(mixed, store)
            scores = {one.review.review_id: one.authenticity.score for one in scored}
            copied = np.array([scores[one] for one in ids])
            real = np.array([scores[one.review.review_id] for one in stream])
            print(
                f"{size:6} {share:13.0%} {(copied < UNUSUAL_FROM).mean():13.0%} "
                f"{(copied < PLAUSIBLE_FROM).mean():10.0%} {(real < PLAUSIBLE_FROM).mean():31.2%}"
            )


def campaign(
    stream: Sequence[UnderstoodReview], size: int, share: float, name: str, rng: random.Random
) -> Iterator[Review]:
    """Praise copied from a real review, words replaced at random, by as many new authors."""
    model = rng.choice([one.review for one in stream if 200 < len(one.review.text) < 700])
    vocabulary = " ".join(one.review.text for one in stream[:200]).split()
    for number in range(size):
        words = [
            rng.choice(vocabulary) if number and rng.random() < share else word
            for word in model.text.split()
        ]
        yield make_review(
            review_id=f"ba:injected-{name}-{number}",
            source="ba",
            kind="review_site",
            entity_id=model.entity_id,
            author={"id": f"invented-{name}-{number}"},
            rating=5.0,
            verified_purchase=False,
            text=" ".join(words),
            published_at=model.event_time + timedelta(days=rng.random() * 10),
            crawled_at=datetime(2025, 6, 1, tzinfo=UTC),
            extra={"first": number == 0},
        )


def speed_without_store(stream: Sequence[UnderstoodReview]) -> None:
    """Preparation, signals and fusion alone."""
    started = time.process_time()
    score_alone(stream)
    seconds = time.process_time() - started
    words = float(np.mean([len(one.review.full_text) for one in stream]))
    print(
        f"\nwithout the store: {len(stream) / seconds:,.0f} reviews/s on one core "
        f"(mean {words:.0f} characters)"
    )
    short = [one for one in stream if len(one.review.full_text) < 500]
    started = time.process_time()
    score_alone(short)
    seconds = time.process_time() - started
    print(f"under 500 characters: {len(short) / seconds:,.0f} reviews/s; signals: {len(SIGNALS)}")


def score_alone(understood: Sequence[UnderstoodReview]) -> list[ScoredReview]:
    """Each review without any surroundings."""
    model, nothing = load_weights(), Context()
    return [
        ScoredReview(
            review=subject.review,
            understanding=subject.understanding,
            authenticity=judge(subject, nothing, model),
        )
        for start in range(0, len(understood), BATCH)
        for subject in prepare(understood[start : start + BATCH])
    ]


def run_stage(stream: Sequence[UnderstoodReview], store: Store) -> list[ScoredReview]:
    """The stage itself, batch by batch."""
    stage = AuthenticityStage(store, SystemClock())
    outputs: list[ScoredReview] = []
    for start in range(0, len(stream), BATCH):
        batch = [Delivery(record=one, message=NO_MESSAGE) for one in stream[start : start + BATCH]]
        outputs.extend(one for one in stage.handle(batch).outputs if isinstance(one, ScoredReview))
    return outputs


NO_MESSAGE = Message(
    topic="reviews.understood", partition=0, offset=0, key=None, value=b"", headers={},
    written_at=datetime(2025, 6, 1, tzinfo=UTC),
)  # fmt: skip


@contextmanager
def scratch_store() -> Iterator[Store]:
    """An embedded store of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="otzvuk-benchmark-") as directory:
        embedded = EmbeddedStore(Path(directory), SystemClock())
        embedded.start()
        try:
            store = connect(embedded.uri, "benchmark")
            create_indexes(store)
            yield store
            store.client.close()
        finally:
            embedded.stop()


def understood_stream(data: Path, name: str, understander: Understander) -> list[UnderstoodReview]:
    """A stream in the order of its dates."""
    rows = sorted(read_rows(data / f"stream-{name}.jsonl.gz"), key=lambda row: row.get("date", ""))
    return understand(rows, name, understander)


def understand(
    rows: Sequence[Row], name: str, understander: Understander
) -> list[UnderstoodReview]:
    """Reviews of rows, with what they say."""
    reviews = [review_of(row, f"{name}:{number}") for number, row in enumerate(rows)]
    understandings = understander.understand(reviews)
    return [
        UnderstoodReview(review=review, understanding=understanding)
        for review, understanding in zip(reviews, understandings, strict=True)
    ]


def review_of(row: Row, review_id: str) -> Review:
    """A row of the data sets as a review."""
    day = row.get("date")
    reply = Reply(text=row["reply"], is_owner=True) if row.get("reply") else None
    return make_review(
        review_id=review_id,
        source=str(row.get("source") or row["dataset"]),
        kind="review_site",
        entity_id=str(row.get("entity") or review_id),
        author={"name": str(row["author"])} if row.get("author") else {},
        rating=min(5.0, max(1.0, float(row["stars"]))) if row.get("stars") else None,
        title=str(row.get("title") or ""),
        text=row["text"],
        published_at=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
        crawled_at=datetime(2025, 6, 1, tzinfo=UTC),
        verified_purchase=row.get("verified"),
        replies=(reply,) if reply else (),
        is_backfill=True,
    )


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def auc(scores: Numbers, labels: NDArray[np.bool_]) -> float:
    """Area under the ROC curve, ties counted half (Mann and Whitney)."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(labels.sum())
    rank_sum = float(ranks[labels].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


def average_precision(scores: Numbers, labels: NDArray[np.bool_]) -> float:
    """Mean precision at each positive, ties in random order."""
    order = np.lexsort((np.random.default_rng(0).random(len(scores)), -scores))
    hits = labels[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def _bytes(document: Row) -> int:
    """Size as JSON, binary fields at their own length."""
    return len(
        json.dumps(
            document,
            default=lambda value: "x" * len(value) if isinstance(value, bytes) else str(value),
        )
    )


if __name__ == "__main__":
    main()
