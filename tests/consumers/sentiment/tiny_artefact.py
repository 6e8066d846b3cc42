"""A whole artefact of a few kilobytes, whose network can be read: each word votes, and the mean of
the votes is the answer.

Float, without context: what it says of a text follows from its words, so tests can know it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper, save
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

ASPECTS = (
    "quality", "assortment", "price", "delivery", "staff", "waiting", "refund", "premises", "app",
    "safety",
)  # fmt: skip
WINDOW = 16
SPACE = "\u2581"
PRAISE = ("отлично", "вежливый", "быстрая", "great", "friendly")
BLAME = ("ужасно", "хамит", "медленная", "awful", "rude")
TOPICS = {"доставка": "delivery", "delivery": "delivery", "курьер": "staff", "staff": "staff"}
JUNK = ("реклама",)
FILLERS = ("и", "но", "очень", "был", "это", "the", "was", "and", "but", "слово")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789.,!?:;-\n"
VOTE = 40.0
STAR_COLUMNS, LABEL_COLUMNS, FLAG_COLUMNS = slice(0, 5), slice(5, 8), slice(8, 10)
ASPECT_COLUMNS = slice(10, 20)
POLARITY_COLUMNS = slice(20, 50)


def write_tiny_artefact(folder: Path, card: Mapping[str, Any] | None = None) -> Path:
    """Write it; `card` replaces entries of what config.json says under `otzvuk`."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = _pieces()
    _tokenizer(pieces).save(str(folder / "tokenizer.json"))
    write_network(folder / "model.onnx", _votes(pieces))
    config = {
        "model_type": "bert",
        "vocab_size": len(pieces),
        "max_position_embeddings": 512,
        "otzvuk": tiny_card() | dict(card or {}),
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def tiny_card() -> dict[str, Any]:
    """A calibration that changes nothing."""
    return {
        "format": 1,
        "window": WINDOW,
        "aspects": list(ASPECTS),
        "calibration": {
            "sentiment": {"temperature": 1.0, "bias": [0.0, 0.0, 0.0]},
            "stars": {"temperature": 1.0},
            "mixed": [1.0, -4.0],
            "junk": [1.0, -4.0],
            "aspects": {"slope": [1.0] * 10, "offset": [-1.0] * 10},
            "polarity": {"temperature": 1.0},
        },
        "thresholds": {"aspects": [0.5] * 10},
        "measured": {
            "sentiment": ["ru", "en", "kk"],
            "aspects": ["ru", "en"],
            "mixed": ["ru"],
            "junk": ["ru"],
            "constructiveness": ["ru", "en"],
        },
        "cascade": {"confidence": 0.9, "words": 4},
        "reference": {},
    }


def _pieces() -> list[str]:
    words = [*PRAISE, *BLAME, *TOPICS, *JUNK, *FILLERS]
    return [*SPECIAL, *(SPACE + word for word in words), SPACE, *LETTERS]


def _tokenizer(pieces: list[str]) -> Tokenizer:
    scores = [0.0 if len(piece) > 2 else -10.0 for piece in pieces]
    built = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), 3, False))
    built.normalizer = normalizers.Lowercase()
    built.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    built.add_special_tokens(list(SPECIAL))
    return built


def _votes(pieces: list[str]) -> NDArray[np.float32]:
    votes = np.zeros((len(pieces), 50), np.float32)
    for number, piece in enumerate(pieces):
        word = piece.removeprefix(SPACE)
        if word in PRAISE:
            votes[number, [4, 7]] = VOTE
            votes[number, POLARITY_COLUMNS] = np.tile([0, 0, VOTE], 10)
        if word in BLAME:
            votes[number, [0, 5]] = VOTE
            votes[number, POLARITY_COLUMNS] = np.tile([VOTE, 0, 0], 10)
        if word in TOPICS:
            votes[number, ASPECT_COLUMNS.start + ASPECTS.index(TOPICS[word])] = VOTE
        if word in JUNK:
            votes[number, 9] = VOTE
    return votes


def write_network(path: Path, votes: NDArray[np.float32]) -> None:
    """A network in which every piece has its row of votes."""
    node = helper.make_node
    tables: dict[str, NDArray[Any]] = {
        "votes": votes,
        "one": np.ones(1, np.float32),
        "far": np.full(1, -1e4, np.float32),
        "last": np.asarray([-1], np.int64),
        "middle": np.asarray([1], np.int64),
        "by_aspect": np.asarray([0, 10, 3], np.int64),
    }
    nodes = [
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["mask", "last"], ["weights"]),
        node("Gather", ["votes", "input_ids"], ["cast"]),
        node("Mul", ["cast", "weights"], ["counted"]),
        node("ReduceSum", ["counted", "middle"], ["sum"], keepdims=0),
        node("ReduceSum", ["weights", "middle"], ["count"], keepdims=0),
        node("Div", ["sum", "count"], ["mean"]),
        node("Sub", ["one", "weights"], ["padding"]),
        node("Mul", ["padding", "far"], ["away"]),
    ]
    columns = {
        "stars": STAR_COLUMNS, "sentiment": LABEL_COLUMNS, "flags": FLAG_COLUMNS,
        "aspects": ASPECT_COLUMNS, "flat_polarity": POLARITY_COLUMNS,
    }  # fmt: skip
    for name, part in columns.items():
        tables |= {f"{name}.from": np.asarray([part.start]), f"{name}.to": np.asarray([part.stop])}
        nodes.append(node("Slice", ["mean", f"{name}.from", f"{name}.to", "last"], [name]))
    nodes += [
        node("Reshape", ["flat_polarity", "by_aspect"], ["polarity"]),
        node("Slice", ["cast", "aspects.from", "aspects.to", "last"], ["pull"]),
        node("Add", ["pull", "away"], ["pulled"]),
        node("Softmax", ["pulled"], ["focus"], axis=1),
    ]
    shapes: dict[str, list[str | int]] = {
        "stars": ["B", 5], "sentiment": ["B", 3], "flags": ["B", 2], "aspects": ["B", 10],
        "polarity": ["B", 10, 3], "focus": ["B", "T", 10],
    }  # fmt: skip
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "votes",
        [value(name, TensorProto.INT64, ["B", "T"]) for name in ("input_ids", "attention_mask")],
        [value(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        [numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, str(path))
