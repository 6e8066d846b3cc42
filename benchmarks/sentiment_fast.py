"""How fast the fast sentiment tier is, and how right: `python -m benchmarks.sentiment_fast`.

One process, one thread; seconds of its own processor time, so that other work on the machine does
not count. Beside our figure stands, from the same run, language identification alone,
and scikit-learn's HashingVectorizer with a linear model where scikit-learn is installed: the usual
way to do the linear part, without language and without negation.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from consumers.sentiment.fast import SHIPPED_WEIGHTS
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.linear import LinearScorer
from consumers.sentiment.model import SentimentModel
from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from consumers.sentiment.weights_file import read_weights
from pipeline.identity import make_review
from training.reviews import LabelledReview, read_reviews
from training.sentiment_card import evaluate, figures_table

BATCH = 500
"""As the stage gets them by default."""
ROUNDS = 3
Item = TypeVar("Item")
SHORT_SET = "wb_mikota"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    model = build_model("fast")
    reviews = read_reviews(arguments.data / "sentiment-train.jsonl.gz")
    short = [review for review in reviews if review.dataset == SHORT_SET]
    length = np.mean([len(review.raw) for review in short])
    print(
        f"{len(short):,} short reviews ({SHORT_SET}, mean {length:.0f} characters), {BATCH} a batch"
    )
    print_speeds(model, short)
    dev = evaluate(model, read_reviews(arguments.data / "sentiment-dev.jsonl.gz"), None)
    print("\nsentiment-dev:\n" + figures_table(dev.by_set))


def print_speeds(model: SentimentModel, reviews: Sequence[LabelledReview]) -> None:
    """Reviews per second of each way, best of some rounds, and the ratio to the whole model."""
    texts = [review.text for review in reviews]
    scorer = LinearScorer(read_weights(SHIPPED_WEIGHTS))
    languages = LanguageIdentifier()
    now = datetime(2025, 1, 1, tzinfo=UTC)
    records = [
        make_review(
            review_id=f"b:{n}", source="b", entity_id="e", text=review.raw, rating=review.star,
            crawled_at=now,
        )
        for n, review in enumerate(reviews)
    ]  # fmt: skip
    ways: dict[str, Callable[[], object]] = {
        "fast model (language and sentiment)": lambda: _batched(model.predict, texts),
        "the stage's work (with star, cold memory)": lambda: _batched(
            Understander(model).understand, records
        ),
        "linear part alone": lambda: _batched(scorer.probabilities, texts),
        "language alone": lambda: _batched(languages.identify, texts),
    }
    hashing = _hashing_pipeline()
    if hashing is not None:
        ways["scikit-learn HashingVectorizer + linear, sentiment only"] = lambda: _batched(
            hashing, [review.raw for review in reviews]
        )
    whole = 0.0
    for name, work in ways.items():
        speed = len(reviews) / min(_seconds(work) for _ in range(ROUNDS))
        whole = whole or speed
        print(
            f"  {name}: {speed:,.0f} reviews/s of one core (ours is {whole / speed:.2f} times that)"
        )


def _batched(work: Callable[[list[Item]], object], items: Sequence[Item]) -> None:
    for start in range(0, len(items), BATCH):
        work(list(items[start : start + BATCH]))


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _hashing_pipeline() -> Callable[[list[str]], object] | None:
    if importlib.util.find_spec("sklearn") is None:
        print("  (scikit-learn is not installed: its pipeline is left out)")
        return None
    text = importlib.import_module("sklearn.feature_extraction.text")
    words = text.HashingVectorizer(ngram_range=(1, 2), n_features=2**19)
    characters = text.HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**19)
    table = np.zeros((2**19, 5))

    def score(batch: list[str]) -> object:
        return words.transform(batch) @ table + characters.transform(batch) @ table

    return score


if __name__ == "__main__":
    main()
