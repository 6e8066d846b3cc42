"""How fast the sentiment tiers serve: `python -m benchmarks.sentiment_serving fast accurate`.

Each model is measured in a process of its own, one after the other: reviews per second in batches
as the stage gets them, milliseconds of single reviews, peak memory. Beside them, from the same
run: what the stage costs without its model, what the processors multiply at most (a chain of large
int8 products in onnxruntime) and the share of it that the transformer's own products reach, and
what the cascade gives away for its speed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.artefact import CONFIG, SHIPPED_ARTEFACT, TOKENIZER, read_card
from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.models import build_model
from consumers.sentiment.processors import usable_processors
from consumers.sentiment.understanding import Understander
from consumers.sentiment.windows import Framing, cut, spell
from pipeline.identity import make_review
from pipeline.records import Review

BATCH = 500
"""As the stage gets them by default."""
SIDE, PRODUCTS, ROUNDS = 2_048, 8, 3
"""Of the matrices whose products are timed."""
SETS = {
    "gazprombank": ("stream-gazprombank.jsonl.gz", None),
    "wb_mikota": ("sentiment-train.jsonl.gz", "wb_mikota"),
}
"""Name → file, and the set inside it."""
NOW = datetime(2025, 1, 1, tzinfo=UTC)


class Measured(msgspec.Struct, kw_only=True):
    """What one model did with one set."""

    model: str
    texts: str
    reviews: int
    seconds: float
    p50_ms: float
    p99_ms: float
    peak_megabytes: float
    labels: list[str]
    aspects: list[int]
    """Opinions on aspects, review by review."""
    read_by: list[str | None]


class Remembered:
    """A model that already knows: what remains is the stage's own work."""

    revision = "remembered@0"

    def __init__(self, opinions: dict[ReviewText, TextOpinion]) -> None:
        self._opinions = opinions

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        return [self._opinions[text] for text in texts]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help="names of models.sentiment, or 'float', 'torch'")
    parser.add_argument("--float", type=Path, help="folder of the single-precision artefact")
    parser.add_argument("--weights", type=Path, help="training's checkpoint, for 'torch'")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--reviews", type=int, default=1_000, help="of each set")
    parser.add_argument("--singles", type=int, default=200, help="read one by one, of each set")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        (model,) = arguments.models
        sys.stdout.buffer.write(msgspec.json.encode(measured(model, arguments)))
        return
    limit = product_limit()
    rows = [row for model in arguments.models for row in _in_child(model, arguments)]
    pieces = dict.fromkeys(SETS, (0, 0))
    if SHIPPED_ARTEFACT.is_dir():
        pieces = {name: pieces_of(texts_of(arguments, name)) for name in SETS}
    print_table(rows, pieces, limit)
    print_cascade(rows)
    print_own_cost(arguments)


def measured(name: str, arguments: argparse.Namespace) -> list[Measured]:
    """One model, every set."""
    model = _model(name, arguments)
    found = []
    for texts_name in SETS:
        texts = texts_of(arguments, texts_name)
        opinions: list[TextOpinion] = []
        started = time.perf_counter()
        for start in range(0, len(texts), BATCH):
            opinions += model.predict(texts[start : start + BATCH])
        seconds = time.perf_counter() - started
        singles = [_milliseconds(model.predict, text) for text in texts[: arguments.singles]]
        found.append(
            Measured(
                model=name,
                texts=texts_name,
                reviews=len(texts),
                seconds=seconds,
                p50_ms=float(np.quantile(singles, 0.5)),
                p99_ms=float(np.quantile(singles, 0.99)),
                peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024,
                labels=[one.label for one in opinions],
                aspects=[len(one.aspects) for one in opinions],
                read_by=[one.read_by for one in opinions],
            )
        )
    return found


def _model(name: str, arguments: argparse.Namespace) -> SentimentModel:
    if name == "float":
        return load_accurate_model(arguments.float)
    if name == "torch":  # needs the extra `training`, which nothing else here does
        plain = import_module("benchmarks.plain_torch")
        model: SentimentModel = plain.PlainTorch(SHIPPED_ARTEFACT, arguments.weights)
        return model
    return build_model(name)


def texts_of(arguments: argparse.Namespace, name: str) -> list[ReviewText]:
    """Reviews with words, as they come in the file."""
    return list(islice(_texts(arguments.data, *SETS[name]), arguments.reviews))


def product_limit() -> float:
    """Products of int8 numbers a second, in thousand millions, at the best of some rounds."""
    session = _product_session()
    matrix = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE), dtype=np.uint8)
    session.run(None, {"matrix": matrix})
    best = min(_seconds(lambda: session.run(None, {"matrix": matrix})) for _ in range(ROUNDS))
    return float(PRODUCTS * SIDE**3 / best / 1e9)


def products_of(config: dict[str, Any]) -> float:
    """Products of one piece in the encoder's matrices, in thousand millions; what `transformers`
    leaves out of config.json is BERT's default."""
    sizes = {"hidden_size": 768, "intermediate_size": 3_072, "num_hidden_layers": 12, **config}
    hidden, wide = sizes["hidden_size"], sizes["intermediate_size"]
    return float(sizes["num_hidden_layers"] * (4 * hidden**2 + 2 * hidden * wide) / 1e9)


def pieces_of(texts: Sequence[ReviewText]) -> tuple[int, int]:
    """Windows, and pieces in them with their marks, padding left out."""
    tokenizer = Tokenizer.from_file(str(SHIPPED_ARTEFACT / TOKENIZER))
    framing, length = Framing.of(tokenizer), read_card().window
    spelt = spell(tokenizer, [compose(text) for text in texts])
    windows = [window for one in spelt for window in cut(one, 0, framing, length)]
    return len(windows), sum(len(window.ids) for window in windows)


def print_table(rows: Sequence[Measured], pieces: dict[str, tuple[int, int]], limit: float) -> None:
    """One line a model and set."""
    title = f"{usable_processors()} processors; int8 limit {limit:,.0f} G products/s"
    table = Table(title=title)
    for heading in ("texts", "model", "reviews/s", "p50 ms", "p99 ms", "peak MB", "of the limit"):
        table.add_column(heading, justify="left" if heading in ("texts", "model") else "right")
    for row in rows:
        table.add_row(
            row.texts,
            row.model,
            f"{row.reviews / row.seconds:,.0f}",
            f"{row.p50_ms:.1f}",
            f"{row.p99_ms:.1f}",
            f"{row.peak_megabytes:,.0f}",
            _share_of_limit(row, pieces[row.texts][1], limit),
        )
    Console().print(table)


def print_cascade(rows: Sequence[Measured]) -> None:
    """What the fast tier decided, and what the accurate one would have said."""
    by_model = {(row.model, row.texts): row for row in rows}
    for name in SETS:
        pair, alone = by_model.get(("cascade", name)), by_model.get(("accurate", name))
        if pair is None or alone is None:
            continue
        fast = [n for n, who in enumerate(pair.read_by) if who and who.startswith("fast")]
        same = sum(one == two for one, two in zip(pair.labels, alone.labels, strict=True))
        print(
            f"{name}: the fast tier decides {len(fast) / pair.reviews:.1%}; the label is the "
            f"accurate one's in {same / pair.reviews:.2%} of all reviews; of those decided fast "
            f"{sum(alone.aspects[n] > 0 for n in fast)} of {len(fast)} have aspects; "
            f"{alone.seconds / pair.seconds:.2f} times as fast"
        )


def print_own_cost(arguments: argparse.Namespace) -> None:
    """The stage without its model, with a memory that knows nothing yet."""
    model = build_model("fast")
    for name in SETS:
        texts = texts_of(arguments, name)
        known = dict(zip(texts, model.predict(texts), strict=True))
        reviews = [_record(number, text) for number, text in enumerate(texts)]
        understand = Understander(Remembered(known)).understand
        started = time.perf_counter()
        understand(reviews)
        own = (time.perf_counter() - started) / len(texts)
        print(f"{name}: the stage without its model takes {own * 1e6:.0f} µs a review")


def _in_child(model: str, arguments: argparse.Namespace) -> list[Measured]:
    """In a process of its own, so that peak memory is the model's own."""
    command = [
        sys.executable, "-m", "benchmarks.sentiment_serving", model, "--child",
        "--data", str(arguments.data),
        "--reviews", str(arguments.reviews),
        "--singles", str(arguments.singles),
        "--float", str(arguments.float), "--weights", str(arguments.weights),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=list[Measured])


def _texts(folder: Path, file: str, dataset: str | None) -> Iterator[ReviewText]:
    with gzip.open(folder / file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("text") and dataset in (None, row.get("dataset")):
                yield ReviewText(text=row["text"], title=row.get("title") or "")


def _share_of_limit(row: Measured, pieces: int, limit: float) -> str:
    if row.model not in ("accurate", "float", "torch") or not pieces:
        return ""
    config = json.loads((SHIPPED_ARTEFACT / CONFIG).read_text("utf-8"))
    return f"{pieces * products_of(config) / row.seconds / limit:.0%}"


def _product_session() -> Any:
    """Several large products that nothing but the arithmetic holds up."""
    weights = np.random.default_rng(1).integers(-127, 127, (SIDE, SIDE), dtype=np.int8)
    names = [f"product{number}" for number in range(PRODUCTS)]
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["matrix", f"weights{n}"], [name])
         for n, name in enumerate(names)],
        "products",
        [helper.make_tensor_value_info("matrix", TensorProto.UINT8, [SIDE, SIDE])],
        [helper.make_tensor_value_info(name, TensorProto.INT32, [SIDE, SIDE]) for name in names],
        [numpy_helper.from_array(np.roll(weights, n), f"weights{n}") for n in range(PRODUCTS)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = usable_processors()
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _record(number: int, text: ReviewText) -> Review:
    return make_review(
        review_id=f"b:{number}", source="b", entity_id="e", text=text.text, title=text.title,
        rating=float(1 + number % 5), crawled_at=NOW,
    )  # fmt: skip


def _milliseconds(predict: Callable[[list[ReviewText]], object], text: ReviewText) -> float:
    return _seconds(lambda: predict([text])) * 1e3


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
